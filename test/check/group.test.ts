import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { holdOf } from "../../src/check/hold.ts";
import { reconcileGroup } from "../../src/check/group.ts";
import type { GroupReading } from "../../src/ports/host.ts";
import { takeOne } from "../ports/engine-scene.ts";
import { routeOf } from "../github/sim.ts";
import { checkScene } from "./reconcile-scene.ts";

/** Alice, who has signed, opens a pull request that a queue rebases; `change` is further data from the queue. */
async function scene() {
  const world = await checkScene();
  const { github, host, repository } = world;
  const alice = github.user({ login: "alice" });
  await world.sign(alice);
  const route = routeOf(github, repository);
  const judge = async (
    group: ReturnType<typeof repository.enqueue>,
    change: (reading: GroupReading) => GroupReading | Promise<GroupReading> = (reading) => reading,
  ) => {
    const queue = host.mergeQueue;
    if (queue === null) throw new Error("GitHub has merge queues");
    const place = { host: "github", id: repository.id } as const;
    const [head, base] = [group.head.sha, group.baseCommit.sha];
    const task = { repository: place, head, base, failingSince: null };
    const read: typeof queue.read = async (...asked) => await change(await queue.read(...asked));
    await world.engine.queue.mark([
      {
        task: { kind: "group", ...place, repository: repository.id, head: task.head, base: task.base },
        route,
      },
    ]);
    const hold = holdOf(world.engine.queue, await takeOne(world.engine));
    await reconcileGroup(world.world, { ...host, mergeQueue: { ...queue, read } }, task, route, hold).catch(
      () => undefined,
    );
    await world.engine.queue.done(hold.taken, null);
    return repository.statusesOf(group.head.sha)[0]?.state ?? null;
  };
  return { ...world, alice, judge };
}

describe("a merge group", () => {
  it("gets no answer from a check during which it was marked again, and gets one from the next", async () => {
    const { github, engine, repository, alice, judge } = await scene();
    const group = repository.enqueue([repository.openPull({ opener: alice })], "merge");
    const state = await judge(group, async (reading) => {
      const place = { kind: "group", host: "github", repository: repository.id } as const;
      const task = { ...place, head: group.head.sha, base: group.baseCommit.sha };
      await engine.queue.mark([{ task, route: routeOf(github, repository) }]);
      return reading;
    });
    expect(state).toBeNull();
    expect(await judge(group)).toBe("success");
  });

  it("of which a commit could not be read is never green", async () => {
    const { repository, alice, judge } = await scene();
    const group = repository.enqueue([repository.openPull({ opener: alice })], "merge");
    expect(await judge(group, (reading) => ({ ...reading, gaps: ["list-cut"] }))).toBe("error");
    expect(await judge(group)).toBe("success");
  });

  it("exempts nobody as the opener of a commit that no pull request of it holds", async () => {
    const { github, repository, alice, judge } = await scene();
    const bot = github.user({ login: "dependabot[bot]", type: "Bot", id: 49699333 });
    const group = repository.enqueue([repository.openPull({ opener: alice })], "merge");
    const slipped = repository.commit({ author: bot, message: "Bump it" }, repository.head);
    const state = await judge(group, (reading) => {
      const account = accountOf("github", bot.id);
      const author = { account, login: null, name: bot.login, email: "typed@example.org", claimed: null };
      const commit = {
        sha: slipped.sha,
        author,
        coauthors: [],
        committer: null,
        parents: 1,
        message: "Bump it",
        signedByHost: false,
      };
      return { ...reading, commits: [...reading.commits, commit] };
    });
    expect(state).toBe("failure");
  });

  it("takes no commit for a rebuilt one by what it says: it must change the same", async () => {
    const { engine, repository, alice, judge } = await scene();
    const stranger = { name: "Stranger", email: "stranger@example.org" };
    const pull = repository.openPull({
      opener: alice,
      commits: [{ author: stranger, message: "Fix it" }, { author: alice }],
    });
    const [first] = pull.commits;
    const waived = { repository: { host: "github", id: repository.id }, commit: first?.sha ?? "" } as const;
    await engine.waivers.add({ ...waived, by: accountOf("github", alice.id), at: 1 });
    const group = repository.enqueue([pull], "rebase");
    expect(await judge(group)).toBe("success");
    const other = { author: stranger, message: "Fix it", files: { "evil.txt": "another change\n" } };
    const slipped = repository.commit(other, repository.head);
    const state = await judge(group, (reading) => ({
      ...reading,
      commits: reading.commits.flatMap((commit) => [commit, { ...commit, sha: slipped.sha }]),
    }));
    expect(state).toBe("failure");
  });
});
