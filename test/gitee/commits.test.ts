import { describe, expect, it } from "vitest";
import type { SimulatedGitee } from "../../playground/gitee/simulated-gitee.ts";
import { noreplyAddress } from "../../playground/gitee/state/commits.ts";
import { ROUTE, startHost, TOKEN, startUp } from "./start-host.ts";

interface Item {
  sha: string;
  commit: { message?: string | null };
  author: unknown;
  parents: unknown;
}

/** An answer that the test alters: a comparison, or a pull request. */
interface Answer {
  commits: Item[];
  base_commit: Item;
  base: { repo: object };
}

const LIST = "/repos/octo/widget/pulls/1/commits";

/** Answers the next request for a path like the simulated host, with the answer altered by `change`. */
async function alter(
  gitee: SimulatedGitee,
  path: string,
  change: (answer: Answer) => unknown,
): Promise<void> {
  answerNext(gitee, path, change((await ask(gitee, path)) as Answer));
}

async function alterList(gitee: SimulatedGitee, change: (items: Item[]) => unknown): Promise<void> {
  answerNext(gitee, LIST, change((await ask(gitee, LIST)) as Item[]));
}

async function ask(gitee: SimulatedGitee, path: string): Promise<unknown> {
  const response = await fetch(`${gitee.url}/api/v5${path}`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  return response.json();
}

function answerNext(gitee: SimulatedGitee, path: string, answer: unknown): void {
  const match = new RegExp(`^GET /api/v5${path.replaceAll(".", "\\.")}$`);
  gitee.fail({ status: 200, body: JSON.stringify(answer), times: 1, match });
}

async function startPull(count: number, options: Parameters<typeof startHost>[0] = {}) {
  const started = await startHost(options);
  const { repository, alice, host, refOf } = started;
  const commits = Array.from({ length: count }, () => ({ author: alice }));
  const pull = repository.openPull({ opener: alice, commits });
  const compare = () => `/repos/octo/widget/compare/${pull.baseSha}...${pull.headSha}`;
  const read = async () => (await host.read(refOf(pull), ROUTE, null)).pull;
  return { ...started, pull, compare, read };
}

describe("a list of commits on Gitee", () => {
  it.each([["null"], ["missing"]])(
    "is not understood if a message is %s, as its co-authors are",
    async (how) => {
      const { gitee, read } = await startPull(2);
      await alterList(gitee, (items) =>
        items.map((item) => ({
          ...item,
          commit: { ...item.commit, message: how === "null" ? null : undefined },
        })),
      );
      await expect(read()).rejects.toMatchObject({ code: "host-answer" });
      expect(await read()).toMatchObject({ gaps: [] });
    },
  );

  it("that is as long as the count is whole; shorter or longer it is compared", async () => {
    const { gitee, read } = await startPull(3, { settings: { commitCount: true } });
    expect(await read()).toMatchObject({ gaps: [] });
    expect(gitee.requests.some(({ path }) => path.includes("compare"))).toBe(false);
    await alterList(gitee, (items) => items.slice(1));
    const pull = await read();
    expect([pull.gaps, pull.commits.length]).toEqual([[], 3]);
  });

  it("has a gap where the comparison lacks the same commit as the list", async () => {
    const { gitee, compare, read } = await startPull(3, { settings: { commitCount: true } });
    await alterList(gitee, (items) => items.slice(1));
    await alter(gitee, compare(), (answer) => ({
      ...answer,
      commits: answer.commits.slice(1),
    }));
    expect(await read()).toMatchObject({ gaps: ["count-differs"] });
  });

  it("that is empty is never whole", async () => {
    const { gitee, read } = await startPull(1);
    await alterList(gitee, () => []);
    expect(await read()).toMatchObject({ gaps: ["no-commits"], commits: [] });
  });

  it.each([249, 250, 251])("of %i commits is whole only where that is proved", async (count) => {
    const { gitee, compare, read } = await startPull(count);
    expect(await read()).toMatchObject({ gaps: [] });
    const cut = count >= 250;
    await alter(gitee, compare(), (answer) => ({
      ...answer,
      commits: answer.commits.slice(1),
    }));
    expect(await read()).toMatchObject({ gaps: cut ? ["list-cut"] : [] });
  });

  it("is not proved whole by a comparison of other commits", async () => {
    const { gitee, compare, read, pull } = await startPull(250);
    await alter(gitee, compare(), (answer) => ({
      ...answer,
      base_commit: { ...answer.base_commit, sha: pull.headSha },
    }));
    expect(await read()).toMatchObject({ gaps: ["list-cut"] });
    await alter(gitee, compare(), (answer) => ({
      ...answer,
      commits: answer.commits.slice(0, -1),
    }));
    expect(await read()).toMatchObject({ gaps: ["list-cut"] });
  });

  it("is not proved whole where the comparison leaves parents out", async () => {
    const { gitee, compare, read } = await startPull(250);
    for (const parents of [undefined, null, [{}]]) {
      await alter(gitee, compare(), (answer) => ({
        ...answer,
        commits: answer.commits.map((item) => ({ ...item, parents })),
      }));
      expect(await read()).toMatchObject({ gaps: ["list-cut"] });
    }
  });

  it("with merges of the base is proved whole by the count, unless that is where Gitee cuts", async () => {
    const { pull, repository, alice, read } = await startPull(249, { settings: { commitCount: true } });
    repository.writeFile("README.md", "new\n");
    pull.updateBranch();
    // The first commit's parent leads to an earlier commit of the base branch.
    expect(pull.commits).toHaveLength(250);
    expect(await read()).toMatchObject({ gaps: ["list-cut"] });
    pull.push([{ author: alice }]);
    expect(await read()).toMatchObject({ gaps: [] });
  });

  it("shows nobody where Gitee shows an account without a number", async () => {
    const { gitee, read } = await startPull(1);
    for (const author of [null, {}, { login: "alice" }, { id: 0, login: "alice" }]) {
      await alterList(gitee, ([item]) => [{ ...item, author }]);
      expect((await read()).commits[0]?.author.account).toBeNull();
    }
  });

  it("of another shape is a failure, not an empty list", async () => {
    const { gitee, read } = await startPull(1);
    for (const answer of [{ message: "ok" }, null, [{}], [{ sha: "x", commit: {} }]]) {
      await alterList(gitee, () => answer);
      await expect(read()).rejects.toMatchObject({ code: "host-answer" });
    }
  });
});

describe("a pull request on Gitee whose answer lacks something", () => {
  const PULL = "/repos/octo/widget/pulls/1";

  it("has its labels asked for where the answer has none of them", async () => {
    const { gitee, host, pull, refOf } = await startPull(1);
    pull.addLabel("cla/no");
    await startUp(host);
    await alter(gitee, PULL, (answer) => ({ ...answer, labels: undefined }));
    const reading = await host.read(refOf(pull), ROUTE, null);
    expect(gitee.requests.at(-1)?.path).toBe(`/api/v5${PULL}/labels`);
    expect(reading.pull.gaps).toEqual([]);
  });

  it("has no opener where his account is gone", async () => {
    const { gitee, read } = await startPull(1);
    await alter(gitee, PULL, (answer) => ({ ...answer, user: null }));
    expect((await read()).opener).toBeNull();
    await alter(gitee, PULL, (answer) => ({ ...answer, user: { login: "ghost" } }));
    expect((await read()).opener).toMatchObject({ account: null });
  });

  it("counts as private where the answer does not say", async () => {
    const { gitee, read } = await startPull(1);
    await alter(gitee, PULL, ({ base, ...rest }) => ({
      ...rest,
      base: { ...base, repo: { ...base.repo, private: undefined } },
    }));
    expect((await read()).private).toBe(true);
  });
});

it("A co-author whom Gitee shows elsewhere in the pull request is not looked up, and another one once a day", async () => {
  let clock = Date.now();
  const { gitee, host, alice, bob, repository, refOf } = await startHost({ host: { now: () => clock } });
  const dora = gitee.user({ login: "dora" });
  const coauthors = [alice, bob, dora].map((user) => ({ name: user.name, email: noreplyAddress(user) }));
  const commits = [
    { author: bob, coauthors: coauthors.filter(({ name }) => name !== bob.name) },
    { author: alice, coauthors },
  ];
  const pull = repository.openPull({ opener: alice, commits });
  const read = async () => {
    gitee.resetCalls();
    const found = await host.read(refOf(pull), ROUTE, null);
    expect(found.pull.commits.at(-1)?.coauthors.map(({ account }) => account)).toEqual(
      [alice, bob, dora].map((user) => `gitee:${user.id}`),
    );
    return gitee.requests.flatMap(({ path }) => /\/users\/(.*)$/.exec(path)?.[1] ?? []);
  };
  expect(await read()).toEqual(["dora"]);
  clock += 23 * 60 * 60_000;
  expect(await read()).toEqual([]);
  clock += 2 * 60 * 60_000;
  expect(await read()).toEqual(["dora"]);
});
