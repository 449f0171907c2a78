/**
 * The bot reads a pull request with an author who has not signed, while a proxy changes the host's answers: a value is
 * missing, null, or of another kind, a header or the status is, or the text is broken. The verdict is never green, only a `Failure` is
 * thrown, no message contains a person's data, and the next complete answer gives the right verdict.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inspect, type World } from "../../src/check/inspect.ts";
import { Failure } from "../../src/error.ts";
import { giteeHost } from "../../src/gitee/host.ts";
import { gitHubHost } from "../../src/github/host.ts";
import { connectGitHub } from "../../src/github/traffic/client.ts";
import { enterpriseServer } from "../../src/github/traffic/server.ts";
import type { Host } from "../../src/ports/host.ts";
import type { Route } from "../../src/ports/queue.ts";
import type { PullRef } from "../../src/pull.ts";
import { checkScene } from "../check/reconcile-scene.ts";
import { startBot } from "../gitee/start-bot.ts";
import { ROUTE, TOKEN } from "../gitee/start-host.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { alteringProxy, type AlteringProxy } from "./altering-proxy.ts";
import { alterAnswer, countPlaces, withValue } from "./alter-answer.ts";
import { randomFor, ROUNDS, startWatchdog, TIMEOUT, type Watchdog } from "./rounds.ts";

/** Each reads a whole pull request twice. */
const READINGS = ROUNDS / 16;

let watchdog: Watchdog;
beforeAll(() => {
  watchdog = startWatchdog();
});
afterAll(() => watchdog.stop());

/** A file whose loss changes no verdict. */
const POLICY_FILE = "context: license/cla\n";
const POLICY = { require: { coauthors: "require", committers: "require" } } as const;

const UNLIMITED = {
  concurrent: 100,
  restPoints: 1e9,
  graphqlPoints: 1e9,
  contentPerMinute: 1e9,
  contentPerHour: 1e9,
};

interface Scene {
  readonly world: World;
  readonly host: Host;
  readonly proxy: AlteringProxy;
  readonly ref: PullRef;
  readonly route: Route;
  /** How far the bot's clock is ahead, in milliseconds: it need not wait for the end of a limit. */
  readonly clock: { ahead: number };
}

const DAY = 86_400_000;

/** How the person who has not signed takes part. */
type Part = "an author" | "a co-author";

async function onGitHub(part: Part): Promise<Scene> {
  const clock = { ahead: 0 };
  const { github, repository, sign, work } = await checkScene();
  const [alice, bob] = [github.user({ login: "canary-alice" }), github.user({ login: "canary-bob" })];
  await sign(alice);
  repository.writeFile(".github/cla.yml", POLICY_FILE);
  repository.setBranch("v1", repository.head, repository.owner);
  repository.protect("v1");
  const last = part === "an author" ? { author: bob } : { author: alice, coauthors: [bob] };
  const pull = repository.openPull({ opener: alice, commits: [{ author: alice }, last] });
  const proxy = await alteringProxy(github.url);
  const client = connectGitHub({
    appId: github.app.id,
    privateKey: github.privateKey ?? "",
    webhookSecret: github.webhookSecret,
    server: enterpriseServer(proxy.host, "http"),
    limits: UNLIMITED,
    now: () => Date.now() + clock.ahead,
  });
  return {
    clock,
    world: work,
    host: gitHubHost(client),
    proxy,
    ref: refOf(pull),
    route: routeOf(github, repository),
  };
}

async function onGitee(part: Part): Promise<Scene> {
  const clock = { ahead: 0 };
  const { gitee, repository, sign, account, world } = await startBot();
  const [alice, bob] = [gitee.user({ login: "canary-alice" }), gitee.user({ login: "canary-bob" })];
  await sign(account(alice));
  repository.writeFile(".gitee/cla.yml", POLICY_FILE);
  const last = part === "an author" ? { author: bob } : { author: alice, coauthors: [bob] };
  const pull = repository.openPull({ opener: alice, commits: [{ author: alice }, last] });
  const proxy = await alteringProxy(gitee.url);
  const { agreements, publicUrl } = world;
  const host = giteeHost({
    url: proxy.url,
    token: TOKEN,
    now: () => Date.now() + clock.ahead,
    agreements,
    publicUrl,
  });
  host.seen(repository.id, repository.fullName);
  const ref: PullRef = { host: "gitee", repository: repository.id, number: pull.number };
  return { world, host, proxy, ref, route: ROUTE, clock };
}

/** The verdict under a strict policy, or what else became of the check. */
async function verdictIn({ world, host, ref, route }: Scene): Promise<string> {
  const strict = { ...world, policy: POLICY };
  try {
    const { finding, trouble } = await inspect(strict, host, await host.read(ref, route, null), route);
    if (/canary/.test(trouble?.message ?? "")) return `says ${trouble?.message}`;
    return finding.kind === "judged" ? finding.judgment.verdict : finding.kind;
  } catch (error) {
    if (!(error instanceof Failure)) return `throws ${String((error as Error).stack)}`;
    return /canary/.test(error.message) ? `says ${error.message}` : error.code;
  }
}

/** What must not come of a changed answer. */
const FAULT = /^(?:signed|exempt|says|throws)/;

// test/github/nullable.test.ts does the same for GitHub.
describe.each(["an author", "a co-author"] as const)(
  "an answer of Gitee about %s who has not signed, in which a value is null or missing",
  (part) => {
    it("is never green, whichever value it is", { timeout: TIMEOUT }, async () => {
      const scene = await onGitee(part);
      const bodies = new Map<string, string>();
      scene.proxy.alter = (answer) => {
        bodies.set(answer.asked, answer.body);
        return answer;
      };
      expect(await verdictIn(scene)).toBe("unsigned");
      const faults: string[] = [];
      for (const [asked, body] of bodies)
        for (let place = 0; place < countPlaces(body); place += 1)
          for (const value of [null, undefined]) {
            watchdog.begins(`${asked}, place ${place}: ${value}`);
            scene.proxy.alter = (answer) =>
              answer.asked === asked ? { ...answer, body: withValue(answer.body, place, value) } : answer;
            const found = await verdictIn(scene);
            if (FAULT.test(found)) faults.push(`${found} after ${asked}, place ${place}: ${value}`);
          }
      expect(bodies.size).toBeGreaterThan(2);
      expect(faults).toEqual([]);
    });
  },
);

describe.each([
  ["GitHub", onGitHub, "an author"],
  ["GitHub", onGitHub, "a co-author"],
  ["Gitee", onGitee, "an author"],
  ["Gitee", onGitee, "a co-author"],
] as const)(
  "a changed answer of $0 about $2 who has not signed",
  { timeout: TIMEOUT },
  (name, sceneOf, part) => {
    it("is never green, throws nothing unforeseen, and is forgotten with the next complete answer", async () => {
      const scene = await sceneOf(part);
      const { proxy, clock } = scene;
      const verdict = (): Promise<string> => verdictIn(scene);
      const complete = async (): Promise<string> => {
        const found = await verdict();
        // A token whose answer was changed is refused once, and then renewed. A busy machine may not answer in time.
        return found === "host-credentials" || found === "host-unreachable" ? verdict() : found;
      };
      expect(await complete()).toBe("unsigned");
      const random = randomFor(`${name} ${part}`);
      const seen = new Set<string>();
      const faults: string[] = [];
      for (let round = 0; round < READINGS; round += 1) {
        const altered: string[] = [];
        proxy.alter = (answer) => {
          if (random() < 0.5) return answer;
          const result = alterAnswer(answer, random);
          altered.push(JSON.stringify(result));
          watchdog.begins(`${name}: ${altered.join("\n")}`);
          return result;
        };
        const found = await verdict();
        seen.add(found);
        if (FAULT.test(found)) faults.push(`${found} after ${altered.join("\n")}`);
        proxy.alter = null;
        clock.ahead += DAY;
        const next = await verdict();
        // A token whose answer was changed is refused once, and then renewed.
        const after = next === "host-credentials" ? await verdict() : next;
        if (after !== "unsigned") faults.push(`then ${after} after ${altered.join("\n")}`);
      }
      expect(faults).toEqual([]);
      // The changes had an effect, and the bot told it.
      expect(seen.size).toBeGreaterThan(1);
    });
  },
);
