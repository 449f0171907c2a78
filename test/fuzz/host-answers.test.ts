/**
 * The bot reads a pull request with an author who has not signed, while a proxy changes the host's answers: a value is
 * missing, null, or of another kind, a header is, or the text is broken. The verdict is never green, only a `Failure` is
 * thrown, no message contains a person's data, and the next complete answer gives the right verdict.
 */
import { describe, expect, it } from "vitest";
import { inspect, type World } from "../../src/check/inspect.ts";
import { Failure } from "../../src/error.ts";
import { giteeHost } from "../../src/gitee/host.ts";
import { gitHubHost } from "../../src/github/host.ts";
import { connectGitHub } from "../../src/github/traffic/client.ts";
import { enterpriseServer } from "../../src/github/traffic/server.ts";
import type { Host } from "../../src/ports/host.ts";
import type { Route } from "../../src/ports/queue.ts";
import type { PullRef } from "../../src/pull.ts";
import { randomFrom } from "../../playground/random-from.ts";
import { checkScene } from "../check/reconcile-scene.ts";
import { startBot } from "../gitee/start-bot.ts";
import { ROUTE, TOKEN } from "../gitee/start-host.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { alteringProxy, type AlteringProxy, type Answer } from "./altering-proxy.ts";
import { mutate } from "./mutate.ts";

const ROUNDS = Number(process.env["FUZZ_ROUNDS"] ?? 250) / 16;

/** Values that no host means: whatever stands there, the bot knows less than before. */
const AWKWARD: readonly unknown[] = [null, undefined, {}, [], "", "canary", -1, 2 ** 53, true, [null], [{}]];

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
}

/** How the person who has not signed takes part. */
type Part = "an author" | "a co-author";

async function onGitHub(part: Part): Promise<Scene> {
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
  });
  return {
    world: work,
    host: gitHubHost(client),
    proxy,
    ref: refOf(pull),
    route: routeOf(github, repository),
  };
}

async function onGitee(part: Part): Promise<Scene> {
  const { gitee, repository, sign, account, world } = await startBot();
  const [alice, bob] = [gitee.user({ login: "canary-alice" }), gitee.user({ login: "canary-bob" })];
  await sign(account(alice));
  repository.writeFile(".gitee/cla.yml", POLICY_FILE);
  const last = part === "an author" ? { author: bob } : { author: alice, coauthors: [bob] };
  const pull = repository.openPull({ opener: alice, commits: [{ author: alice }, last] });
  const proxy = await alteringProxy(gitee.url);
  const { agreements, publicUrl } = world;
  const host = giteeHost({ url: proxy.url, token: TOKEN, now: Date.now, agreements, publicUrl });
  host.seen(repository.id, repository.fullName);
  const ref: PullRef = { host: "gitee", repository: repository.id, number: pull.number };
  return { world, host, proxy, ref, route: ROUTE };
}

/** Puts an awkward value in a place of a JSON document. */
function alterValue(text: string, random: () => number): string {
  const place = (length: number): number => Math.floor(random() * length);
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const document: Record<string, unknown> = { root: JSON.parse(text) };
  const visit = (holder: object): void => {
    for (const key of Object.keys(holder)) {
      places.push({ holder: holder as Record<string, unknown>, key });
      const value = (holder as Record<string, unknown>)[key];
      if (typeof value === "object" && value !== null) visit(value);
    }
  };
  visit(document);
  const { holder, key } = places[place(places.length)] ?? { holder: document, key: "root" };
  holder[key] = AWKWARD[place(AWKWARD.length)];
  return JSON.stringify(document["root"]) ?? "";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Changed text that is still JSON may be a lie, which nobody can notice. */
function alter({ headers, body }: Answer, random: () => number): Answer {
  const chance = random();
  if (chance < 0.15) {
    const broken = mutate(body, random);
    if (!isJson(broken)) return { headers, body: broken };
  }
  if (chance < 0.3) {
    const names = Object.keys(headers);
    const name = names[Math.floor(random() * names.length)] ?? "";
    const value = ["", "NaN", "-1", "99999999999999999999", "<>; rel=next", "text/html"][
      Math.floor(random() * 6)
    ];
    return { headers: { ...headers, [name]: value }, body };
  }
  return { headers, body: isJson(body) ? alterValue(body, random) : body };
}

describe.each([
  ["GitHub", onGitHub, "an author"],
  ["GitHub", onGitHub, "a co-author"],
  ["Gitee", onGitee, "an author"],
  ["Gitee", onGitee, "a co-author"],
] as const)("a changed answer of $0 about $2 who has not signed", (name, sceneOf, part) => {
  it("is never green, throws nothing unforeseen, and is forgotten with the next complete answer", async () => {
    const { world, host, proxy, ref, route } = await sceneOf(part);
    const strict = { ...world, policy: POLICY };
    const verdict = async (): Promise<string> => {
      try {
        const { finding, trouble } = await inspect(strict, host, await host.read(ref, route, null), route);
        if (/canary/.test(trouble?.message ?? "")) return `says ${trouble?.message}`;
        return finding.kind === "judged" ? finding.judgment.verdict : finding.kind;
      } catch (error) {
        if (!(error instanceof Failure)) return `throws ${String((error as Error).stack)}`;
        return /canary/.test(error.message) ? `says ${error.message}` : error.code;
      }
    };
    expect(await verdict()).toBe("unsigned");
    const random = randomFrom(name.length + part.length);
    const seen = new Set<string>();
    const faults: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const altered: string[] = [];
      proxy.alter = (answer) => {
        if (random() < 0.5) return answer;
        const result = alter(answer, random);
        altered.push(JSON.stringify(result));
        return result;
      };
      const found = await verdict();
      seen.add(found);
      if (/^(?:signed|exempt|says|throws)/.test(found)) faults.push(`${found} after ${altered.join("\n")}`);
      proxy.alter = null;
      const after = await verdict();
      if (after !== "unsigned") faults.push(`then ${after} after ${altered.join("\n")}`);
    }
    expect(faults).toEqual([]);
    // The changes had an effect, and the bot told it.
    expect(seen.size).toBeGreaterThan(1);
  });
});
