import { describe, expect, it, onTestFinished } from "vitest";
import { accountOf } from "../../src/account.ts";
import { work, type WorkWorld } from "../../src/check/work.ts";
import { giteeHost } from "../../src/gitee/host.ts";
import type { Engine } from "../../src/ports/engine.ts";
import type { Host } from "../../src/ports/host.ts";
import { pullTask, type Route } from "../../src/ports/queue.ts";
import type { PullRef } from "../../src/pull.ts";
import { PolicyFile } from "../../src/verdict/policy.ts";
import { readYaml } from "../../src/yaml/read.ts";
import { SimulatedGitee } from "../../playground/gitee/simulated-gitee.ts";
import { agreement, TOKEN } from "../gitee/start-host.ts";
import { refOf, routeOf, simulate } from "../github/sim.ts";
import { take, takeOne } from "../ports/engine-scene.ts";
import { NO_SERVER, useServer } from "./server.ts";
import { openStore } from "./store.ts";

interface Scene {
  readonly host: Host;
  readonly ref: PullRef;
  readonly route: Route;
  /** The account that opened the pull request. */
  readonly opener: number;
  /** Somebody who has not signed pushes to it. @returns its head then */
  readonly push: () => string;
  readonly shows: () => unknown;
}

const COVERED = agreement(["github:octo/*", "gitee:octo/*"]);

async function onGitHub(): Promise<Scene> {
  const { github, host } = await simulate();
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  const repository = github.repository({ owner: github.organization({ login: "octo" }), name: "spoon" });
  repository.addCollaborator(alice).addCollaborator(bob);
  const pull = repository.openPull({ opener: alice });
  return {
    host,
    ref: refOf(pull),
    route: routeOf(github, repository),
    opener: alice.id,
    push: () => {
      pull.push([{ author: bob }]);
      return pull.head.sha;
    },
    shows: () => repository.statusesOf(pull.head.sha)[0]?.state,
  };
}

async function onGitee(): Promise<Scene> {
  const gitee = await SimulatedGitee.start({
    token: TOKEN,
    webhookSecret: "s3cret",
    clientId: "client",
    clientSecret: "client-secret",
  });
  onTestFinished(() => gitee.stop());
  const [alice, bob] = [gitee.user({ login: "alice" }), gitee.user({ login: "bob" })];
  const repository = gitee.repository({ owner: "octo", name: "widget" });
  const pull = repository.openPull({ opener: alice });
  return {
    host: giteeHost({
      url: gitee.url,
      token: TOKEN,
      now: Date.now,
      agreements: [COVERED],
      publicUrl: "https://cla.example.com",
    }),
    ref: { host: "gitee", repository: repository.id, number: pull.number },
    route: { installation: null, handle: null },
    opener: alice.id,
    push: () => {
      pull.push([{ author: bob }]);
      return pull.headSha;
    },
    shows: () => pull.labels.join(),
  };
}

describe.skipIf(NO_SERVER !== null)(
  "of two replicas, the one that stood still for longer than its lease",
  () => {
    const server = useServer("system");

    it.each([
      ["GitHub", onGitHub, "failure"],
      ["Gitee", onGitee, "cla/no"],
    ])(
      "writes nothing on %s when it wakes, and the head that the other judged stands",
      async (_, open, red) => {
        let ahead = 0;
        const now = (): number => Date.now() + ahead;
        const store = await openStore(server, now);
        onTestFinished(() => store.remove());
        const [here, there] = await Promise.all([store.open(), store.open()]);
        const { host, ref, route, opener, push, shows } = await open();
        const row = {
          account: accountOf(ref.host, opener),
          agreement: COVERED.id,
          version: COVERED.version,
          signedAt: 1,
          entity: null,
        };
        await here.signatures.sign([[row]], { evidence: "import" });
        const worldOf = (engine: Engine): WorkWorld => ({
          engine,
          agreements: [COVERED],
          policy: {},
          parsePolicy: (text, path) => readYaml(text, PolicyFile, path),
          publicUrl: "https://cla.example.com",
          now,
          hosts: new Map([[host.name, host]]),
          random: () => 0,
        });
        await here.queue.mark([{ task: pullTask(ref), route }]);
        let head = "";
        let beside: readonly unknown[] = [];
        const covered: Engine["signatures"]["covered"] = async (accounts, id) => {
          const found = await here.signatures.covered(accounts, id);
          if (head === "") {
            ahead += 40_000;
            head = push();
            beside = [(await work(worldOf(there), await takeOne(there))).kind, shows()];
          }
          return found;
        };
        const asleep = { ...here, signatures: { ...here.signatures, covered } };
        expect(await work(worldOf(asleep), await takeOne(here))).toEqual({ kind: "superseded" });
        expect(beside).toEqual(["done", red]);
        expect(shows()).toBe(red);
        expect(await there.pulls.find(ref)).toMatchObject({ head, verdict: "unsigned" });
        // The write that may have been on its way is corrected by one more check.
        expect((await take(there)).map(({ task }) => task)).toEqual([pullTask(ref)]);
      },
    );
  },
);
