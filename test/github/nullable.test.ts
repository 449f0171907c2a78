/**
 * Each field that GitHub's schema declares nullable, in the query that reads a pull request: null once, alone and with
 * an error. Such a check never becomes green, treats nothing as gone, and is right again with a complete answer.
 */
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/error.ts";
import { work } from "../../src/check/work.ts";
import { PULL_QUERY } from "../../src/github/read/query.ts";
import { checkScene } from "../check/reconcile-scene.ts";
import { takeOne } from "../ports/engine-scene.ts";
import { FAULTS, nullablePlaces } from "./nullable-places.ts";
import { refOf, routeOf } from "./sim.ts";

/** A pull request by Alice and Bob; Alice has signed; the organization's policy asks co-authors, too. */
async function scene(signed: boolean) {
  const world = await checkScene();
  const { github, engine, repository } = world;
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  repository.setBranch("main", repository.tip("main"), repository.owner);
  const shared = github.repository({ owner: repository.owner, name: ".github" });
  shared.writeFile(".github/cla.yml", "require: {committers: require}\n");
  await world.sign(alice);
  if (signed) await world.sign(bob);
  const pull = repository.openPull({
    opener: alice,
    commits: [{ author: alice, committer: bob }, { author: alice }],
  });
  pull.addLabel("enhancement");
  pull.comment(alice, "Hello");
  const route = routeOf(github, repository);
  const codes = new Set<string>();
  const check = async (): Promise<string | null> => {
    await engine.queue.mark([{ task: { kind: "pull", ...refOf(pull) }, route }]);
    const done = await work(world.work, await takeOne(engine)).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      return { failure: error };
    });
    if ("failure" in done) codes.add(done.failure.code);
    for (const one of await engine.queue.take({ limit: 9, leaseMs: 1, skip: [] }))
      await engine.queue.done(one, null);
    return repository.statusesOf(pull.head.sha)[0]?.state ?? null;
  };
  return { ...world, pull, check, route, shared, codes };
}

describe("a null in the answer about a pull request", () => {
  const places = nullablePlaces(PULL_QUERY);

  it("may stand at many places", () => {
    expect(places.length).toBeGreaterThan(40);
    expect(places).toContainEqual(["node", "pullRequest", "author"]);
    expect(places).toContainEqual(["node", "owner", "repository", "object", "text"]);
    expect(places).toContainEqual(["node", "pullRequest", "comments", "nodes", 0]);
  });

  it("never makes an unsigned one green, forgets nothing, and is correct with the next complete answer", async () => {
    const { github, engine, pull, check, repository } = await scene(false);
    expect(await check()).toBe("failure");
    const place = { host: "github", id: repository.id } as const;
    for (const path of places) {
      const where = path.join(".");
      for (const fault of FAULTS) {
        github.fail(fault(path));
        const state = await check();
        expect([where, fault(["…"]), state]).toEqual([
          where,
          fault(["…"]),
          state === "error" ? "error" : "failure",
        ]);
        github.faults.clear();
        expect(await engine.pulls.route(place)).not.toBeNull();
      }
      expect([where, await check()]).toEqual([where, "failure"]);
      expect(pull.comments.filter(({ viaApp }) => viaApp)).toHaveLength(1);
    }
  }, 180_000);

  it("says nothing else where the organization's .github is refused in every answer", async () => {
    const { github, repository, check, shared, codes } = await scene(false);
    github.installationFor(repository)?.removeRepositories([shared]);
    const refuse = () => github.faults.refuseAt(["node", "owner", "repository"]);
    refuse();
    // Only the organization's policy asks the committer to sign.
    expect(await check()).toBe("success");
    for (const path of [["node"], ["node", "pullRequest", "commits"], ["node", "pullRequest", "author"]])
      for (const fault of FAULTS.filter((_, index) => index !== 2)) {
        github.fail(fault(path));
        expect(["success", "error"]).toContain(await check());
        github.faults.clear();
        refuse();
        expect([path, await check()]).toEqual([path, "success"]);
      }
    expect([...codes]).not.toContain("permission-missing");
    expect([...codes]).toContain("host-refused");
  });
});
