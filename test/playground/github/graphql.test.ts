import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import type { Pull, Repository } from "../../../playground/github/state/model.ts";
import type { User } from "../../../playground/github/state/user.ts";
import { installed } from "./client.ts";

let github: SimulatedGitHub;
let alice: User;
let repository: Repository;
let pull: Pull;

beforeAll(async () => {
  github = await SimulatedGitHub.start();
  alice = github.user({ login: "alice", emails: ["alice@example.com"] });
});

afterAll(() => github.stop());

let serial = 0;
beforeEach(() => {
  repository = github.repository({ owner: "octo", name: `spoon-${++serial}` });
  pull = repository.openPull({ opener: alice });
  github.violations.length = 0;
});

/** Asks for fields of the pull request. */
async function ask(fields: string, variables: Record<string, unknown> = {}, declared = "") {
  const api = installed(github, repository);
  const query = `query ask${declared} { node(id: "${pull.nodeId}") { ... on PullRequest { ${fields} } } }`;
  const { data, errors } = await api.graphql(query, variables);
  return { pull: (data as { node?: Record<string, unknown> } | undefined)?.node, errors };
}

describe("GraphQL refuses", () => {
  it.each([
    ["a field that GitHub has not", "notAField"],
    ["an argument of the wrong type", `commits(first: "ten") { totalCount }`],
    ["a connection without a bound", "commits { totalCount }"],
    ["more than 100 of a connection", "commits(first: 101) { totalCount }"],
    [
      "more than 500,000 nodes",
      "commits(first: 100) { nodes { commit { authors(first: 100) { nodes { user { organizations(first: 100) { totalCount } } } } } } }",
    ],
  ])("%s", async (_, fields) => {
    const { pull: data, errors } = await ask(fields);
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    expect(github.violations).toHaveLength(1);
  });

  it("a bound over 100 that comes by a variable", async () => {
    const { errors } = await ask("commits(first: $size) { totalCount }", { size: 200 }, "($size: Int!)");
    expect(errors).toMatchObject([{ type: "EXCESSIVE_PAGINATION" }]);
  });

  it("a repository that is not there or that it must not see, in the same words", async () => {
    const secret = github.repository({ owner: `secret-${serial}`, name: "secret", private: true });
    const api = installed(github, repository);
    for (const name of ["nothing", secret.name]) {
      const answer = await api.graphql(
        `query { repository(owner: "${secret.owner.login}", name: "${name}") { id } }`,
      );
      expect(answer.errors).toMatchObject([{ type: "NOT_FOUND" }]);
    }
    const { nodeId } = secret;
    expect((await api.graphql(`query { nodes(ids: ["${nodeId}"]) { id } }`)).data).toEqual({ nodes: [null] });
  });

  it("what the installation was not granted, and answers the rest", async () => {
    const secret = github.repository({ owner: `closed-${serial}`, name: "secret", private: true });
    const api = installed(github, secret, { contents: "read" });
    const { data, errors } = await api.graphql(
      `query { repository(owner: "${secret.owner.login}", name: "secret") { databaseId pullRequests(first: 1) { totalCount } } }`,
    );
    expect(errors).toMatchObject([{ type: "FORBIDDEN", message: "Resource not accessible by integration" }]);
    expect(data).toEqual({ repository: null });
  });
});

describe("a commit's authors", () => {
  it("are found by verified and noreply addresses, a bot like a person", async () => {
    const bot = github.user({ login: `helper-${serial}[bot]`, type: "Bot" });
    pull.push([
      {
        author: { name: "x", email: alice.noreply },
        coauthors: [
          { name: "x", email: `${alice.id}+former-login@users.noreply.github.com` },
          { name: "x", email: "ALICE@example.com" },
          { name: "alice", email: "alice@elsewhere.example" },
          bot,
        ],
      },
    ]);
    const { pull: data } = await ask(
      "commits(last: 1) { nodes { commit { authors(first: 10) { nodes { user { login } } } } } }",
    );
    const users = ["alice", "alice", "alice", null, bot.login];
    expect(data).toMatchObject({
      commits: {
        nodes: [
          {
            commit: {
              authors: { nodes: users.map((login) => ({ user: login === null ? null : { login } })) },
            },
          },
        ],
      },
    });
  });

  it("are nobody once their account is deleted, and the opener is null", async () => {
    const gone = github.user({ login: `gone-${serial}`, emails: ["gone@example.com"] });
    pull = repository.openPull({ opener: gone });
    github.deleteUser(gone);
    const { pull: data, errors } = await ask(
      "author { login } headRepository { id } commits(first: 1) { nodes { commit { author { user { login } } } } }",
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      author: null,
      headRepository: null,
      commits: { nodes: [{ commit: { author: { user: null } } }] },
    });
  });
});

describe("a connection", () => {
  it("is read page by page to its end", async () => {
    pull.push(Array.from({ length: 150 }, () => ({ author: alice })));
    const fields =
      "headRefOid commits(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { commit { oid } } }";
    type Page = {
      headRefOid: string;
      commits: {
        totalCount: number;
        pageInfo: { hasNextPage: boolean; endCursor: string };
        nodes: { commit: { oid: string } }[];
      };
    };
    const first = (await ask(fields, {}, "($after: String)")).pull as unknown as Page;
    const after = first.commits.pageInfo.endCursor;
    const second = (await ask(fields, { after }, "($after: String)")).pull as unknown as Page;
    expect(
      [first, second].map(({ commits }) => [commits.nodes.length, commits.pageInfo.hasNextPage]),
    ).toEqual([
      [100, true],
      [51, false],
    ]);
    expect(second.commits.nodes.at(-1)?.commit.oid).toBe(first.headRefOid);
  });
});

describe("a merge group", () => {
  it.each([
    ["merge", [true]],
    ["squash", [true]],
    ["rebase", [false, false]],
  ] as const)("made to %s holds commits of the queue's own", async (method, signed) => {
    pull.push([{ author: { name: "Stranger", email: "stranger@example.org" } }]);
    const group = repository.enqueue([pull], method);
    const api = installed(github, repository);
    const { body } = await api.get(
      `/repos/octo/${repository.name}/compare/${group.baseCommit.sha}...${group.head.sha}`,
    );
    const { commits } = body as {
      commits: { sha: string; commit: { message: string; verification: { verified: boolean } } }[];
    };
    const own = commits.filter(({ sha }) => !pull.commits.some((commit) => commit.sha === sha));
    expect(own.map(({ commit }) => commit.verification.verified)).toEqual(signed);
    const names = own.some(({ commit }) => commit.message.includes("Co-authored-by: Stranger"));
    expect(names).toBe(method === "squash");
    const before = repository.head;
    group.merge();
    expect([pull.state, repository.head]).toEqual(["merged", group.head]);
    expect(pull.baseCommit).toBe(before);
  });
});
