/** A single check with a real database and a simulated GitHub, and a way to make something happen during it. */
import { onTestFinished } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { Failure } from "../../src/error.ts";
import type { Host } from "../../src/ports/host.ts";
import type { World } from "../../src/check/inspect.ts";
import type { Pull } from "../../playground/github/state/model.ts";
import { PolicyFile } from "../../src/verdict/policy.ts";
import { holdOf } from "../../src/check/hold.ts";
import { reconcile } from "../../src/check/reconcile.ts";
import type { WorkWorld } from "../../src/check/work.ts";
import { readYaml } from "../../src/yaml/read.ts";
import { agreement } from "../verdict/facts.ts";
import { refOf, routeOf, simulate } from "../github/sim.ts";
import { openStore } from "../sqlite/store.ts";

type Sharing = Engine["pulls"]["sharing"];
type Covered = Engine["signatures"]["covered"];

/** @param options of the simulated GitHub */
export async function checkScene(options: Parameters<typeof simulate>[0] = {}) {
  const simulation = await simulate(options);
  const { github, host } = simulation;
  const clock = { ahead: 0 };
  const now = (): number => Date.now() + clock.ahead;
  const store = await openStore(now);
  onTestFinished(() => store.remove());
  const engine = await store.open();
  const repository = github.repository({ owner: github.organization({ login: "octo" }), name: "spoon" });
  const afterSharing: (() => Promise<void>)[] = [];
  const afterCovered: (() => Promise<void>)[] = [];
  const sharing: Sharing = async (ref, head) => {
    const found = await engine.pulls.sharing(ref, head);
    await afterSharing.shift()?.();
    return found;
  };
  const covered: Covered = async (accounts, id) => {
    const found = await engine.signatures.covered(accounts, id);
    await afterCovered.shift()?.();
    return found;
  };
  const worldOf = (pulls: Engine["pulls"], signatures: Engine["signatures"]): World => ({
    engine: {
      pulls,
      signatures,
      waivers: engine.waivers,
      notices: engine.notices,
      cursors: engine.cursors,
    },
    agreements: [agreement],
    policy: {},
    parsePolicy: (text, path) => readYaml(text, PolicyFile, path),
    publicUrl: "https://cla.example.com",
    now,
  });
  const world = worldOf({ ...engine.pulls, sharing }, { ...engine.signatures, covered });
  const calm = worldOf(engine.pulls, engine.signatures);
  /** Like a worker with the task: repeats the check at once if a newer event arrived meanwhile. */
  async function checkBy(world: World, pull: Pull) {
    const route = routeOf(github, repository);
    for (;;) {
      const [taken] = await engine.queue.claim([{ ref: refOf(pull), route }], 15_000);
      if (taken === undefined) throw new Error("another check is under way");
      try {
        const outcome = await reconcile(world, host, refOf(pull), route, holdOf(engine.queue, taken));
        await engine.queue.done(taken, null);
        return outcome;
      } catch (error) {
        await engine.queue.release([taken]);
        if (!(error instanceof Failure) || error.code !== "superseded") throw error;
      }
    }
  }
  return {
    ...simulation,
    /** How far the bot's clock is ahead, in milliseconds. */
    clock,
    engine,
    repository,
    world,
    /** The same for the queue's tasks, with nothing happening during the check. */
    work: {
      ...calm,
      engine: { ...calm.engine, queue: engine.queue },
      hosts: new Map([["github", host as Host]]),
      random: () => 0,
    } satisfies WorkWorld,
    /**
     * Functions that run once each, in turn, right after the lookup of the verdicts on a head or of people's coverage.
     */
    afterSharing,
    afterCovered,
    check: (pull: Pull) => checkBy(world, pull),
    /** A check without events, like another worker's. */
    checkBeside: (pull: Pull) => checkBy(calm, pull),
    sign: ({ id }: { id: number }, signedAt = Date.now() - 1000) =>
      engine.signatures.sign(
        [[{ account: accountOf("github", id), agreement: "icla", version: "1.0", signedAt, entity: null }]],
        { evidence: "import" },
      ),
    revoke: ({ id }: { id: number }) => engine.signatures.revoke([accountOf("github", id)], "icla"),
  };
}
