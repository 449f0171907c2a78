/** What GitHub refuses, from the task that meets it to the advice for whoever can lift it. */
import { describe, expect, it } from "vitest";
import { work } from "../../src/check/work.ts";
import { adviceOf } from "../../src/error.ts";
import { diagnoseGitHub } from "../../src/github/diagnose.ts";
import type { Task } from "../../src/ports/queue.ts";
import { takeOne } from "../ports/engine-scene.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { checkScene } from "./reconcile-scene.ts";

/** Alice has signed, Bob has not. */
async function scene() {
  const world = await checkScene();
  const { github, engine, repository } = world;
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  await world.sign(alice);
  const route = routeOf(github, repository);
  /** Does a task as a worker does. */
  const perform = async (task: Task) => {
    await engine.queue.mark([{ task, route }]);
    return work(world.work, await takeOne(engine));
  };
  const installation = github.installationFor(repository);
  if (installation === undefined) throw new Error("the app is installed");
  return { ...world, alice, bob, route, perform, installation };
}

describe("a refusal by REST", () => {
  const saml = { "x-github-sso": "required; url=https://github.com/orgs/octo/sso" };
  const REFUSALS = [
    ["Resource not accessible by integration", 403, {}, "permission-missing"],
    ["the `octo` organization has an IP allow list enabled, and your IP", 403, {}, "ip-not-allowed"],
    ["Resource protected by organization SAML enforcement.", 403, {}, "sso-required"],
    ["Forbidden", 403, saml, "sso-required"],
    ["Repository access blocked", 403, {}, "repository-blocked"],
    ["Repository unavailable due to DMCA takedown.", 451, {}, "repository-blocked"],
    ["Repository was archived so is read-only.", 403, {}, "repository-archived"],
    ["User is blocked", 403, {}, "account-blocked"],
    ["Validation Failed: User is blocked", 422, {}, "account-blocked"],
    ["This installation has been suspended", 403, {}, "installation-suspended"],
  ] as const;

  it("leads each to its own advice, and forgets nothing", async () => {
    const { github, engine, repository, alice, perform } = await scene();
    const advice = new Map<string, string | null>();
    for (const [message, status, headers, code] of REFUSALS) {
      const pull = repository.openPull({ opener: alice });
      const when = ({ route }: { route: string }): boolean => route.endsWith("/statuses/{sha}");
      github.fail({ kind: "status", status, message, headers }, { when });
      const done = await perform({ kind: "pull", ...refOf(pull) });
      expect([message, "failure" in done ? done.failure.code : done.kind]).toEqual([message, code]);
      expect(await engine.pulls.find(refOf(pull))).not.toBeNull();
      advice.set(code, adviceOf(code));
      for (const one of await engine.queue.take({ limit: 9, leaseMs: 1, skip: [] }))
        await engine.queue.done(one, null);
    }
    const sentences = [...advice].flatMap(([code, sentence]) =>
      code === "permission-missing" ? [] : [sentence],
    );
    expect(sentences).not.toContain(null);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

describe("the organization's repository `.github` that GitHub refuses", () => {
  const refusal = {
    kind: "graphql error",
    path: ["node", "owner", "repository"],
    type: "FORBIDDEN",
    message: "Resource not accessible by integration",
  } as const;

  it.each([
    ["has no policy where the installation does not include it", true, "success"],
    ["is unknown where the installation includes it", false, "error"],
  ])("%s", async (_, isSelected, state) => {
    const { client, github, repository, alice, bob, perform, installation } = await scene();
    const shared = github.repository({ owner: repository.owner, name: ".github", private: true });
    shared.writeFile(".github/cla.yml", "require: {committers: require}\n");
    if (isSelected) installation.removeRepositories([shared]);
    github.fail(refusal, { times: 99 });
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice, committer: bob }] });
    await perform({ kind: "pull", ...refOf(pull) });
    expect(pull.repository.statusesOf(pull.head.sha)[0]?.state).toBe(state);
    const found = await diagnoseGitHub(client, { agreements: [], webhookSecret: "secret" })(
      "https://x.example",
    );
    const line = `installation ${installation.id} does not include the repository .github: no policy of the organization's applies`;
    expect(found.map(({ what }) => what).includes(line)).toBe(isSelected);
  });
});

describe("a merge group that its queue does not explain", () => {
  it("is pending, an error after ten minutes, and green once it is explained", async () => {
    const { clock, engine, repository, alice, route, work: world } = await scene();
    const group = repository.enqueue([repository.openPull({ opener: alice })], "squash");
    const queued = repository.mergeQueue.splice(0);
    const [head, base] = [group.head.sha, group.baseCommit.sha];
    const task = { kind: "group", host: "github", repository: repository.id, head, base } as const;
    await engine.queue.mark([{ task, route }]);
    const states: (string | undefined)[] = [];
    const look = async (): Promise<void> => {
      await work(world, await takeOne(engine));
      states.push(repository.statusesOf(head)[0]?.state);
    };
    await look();
    for (const minutes of [5, 4, 2, 1]) {
      clock.ahead += minutes * 60_000;
      await look();
    }
    expect(states).toEqual(["pending", "pending", "pending", "error", "error"]);
    // Not written again where it says so already.
    expect(repository.statusesOf(head)).toHaveLength(2);
    repository.mergeQueue.push(...queued);
    clock.ahead += 60_000;
    await look();
    expect(states.at(-1)).toBe("success");
  });
});
