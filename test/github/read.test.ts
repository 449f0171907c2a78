import { afterEach, describe, expect, it } from "vitest";
import type { PullRef } from "../../src/pull.ts";
import {
  actor,
  authors,
  BASE,
  BOT,
  comment,
  comments,
  commit,
  commits,
  HEAD,
  head,
  HUBOT,
  OCTOCAT,
  pullAnswer,
} from "./answers.ts";
import { fakeGitHub, REPOSITORY, ROUTE, settleFake } from "./fake.ts";

const REF: PullRef = { host: "github", repository: REPOSITORY, number: 7 };
const sha = (index: number): string => index.toString(16).padStart(40, "0");

afterEach(settleFake);

/** Reads a pull request that one query answers. */
async function read(pull: Record<string, unknown> = {}, place = {}, errors?: readonly object[]) {
  const { host, query } = await fakeGitHub();
  query(pullAnswer(pull, place), errors);
  return host.read(REF, ROUTE, null);
}

async function peopleOf(one: Record<string, unknown>) {
  const { pull } = await read({ commits: commits([commit(HEAD, one)]) });
  return pull.commits[0];
}

describe("a pull request", () => {
  it("is read in one query, with what is asked for named in it", async () => {
    const { host, query } = await fakeGitHub();
    const asked = query(pullAnswer());
    const { pull, policyFile, marked } = await host.read(REF, ROUTE, null);
    expect(asked.body).toMatchObject({ variables: { repository: "R_1", number: 7, app: 7 } });
    expect([policyFile, marked]).toEqual([null, false]);
    expect(pull).toEqual({
      ref: REF,
      path: "octo/hello",
      url: "https://github.com/octo/hello/pull/7",
      title: "Improve it",
      state: "open",
      private: false,
      own: false,
      opener: { account: "github:583231", login: "octocat", name: null, email: null, claimed: null },
      head: HEAD,
      base: BASE,
      commits: [
        {
          sha: HEAD,
          author: {
            account: "github:583231",
            login: "octocat",
            name: "octocat",
            email: "somebody@example.com",
            claimed: null,
          },
          coauthors: [],
          committer: {
            account: "github:583231",
            login: "octocat",
            name: "octocat",
            email: "somebody@example.com",
            claimed: null,
          },
          parents: 1,
          message: "Change it",
          signedByHost: false,
        },
      ],
      gaps: [],
    });
  });

  it("that is closed or merged is closed", async () => {
    expect((await read({ state: "MERGED" })).pull.state).toBe("closed");
    expect((await read({ state: "CLOSED" })).pull.state).toBe("closed");
  });

  it("whose opener is gone has none, and an organization's managed user has its number", async () => {
    expect((await read({ author: null })).pull.opener).toBeNull();
    const managed = {
      type: "EnterpriseUserAccount",
      login: "m_corp",
      user: { databaseId: 5, login: "m" },
    };
    expect((await read({ author: managed })).pull.opener?.account).toBe("github:5");
    const nobody = { type: "EnterpriseUserAccount", login: "m_corp", user: null };
    expect((await read({ author: nobody })).pull.opener?.account).toBeNull();
  });

  it("that is gone, or whose repository's id leads elsewhere, is not found", async () => {
    const { host, query } = await fakeGitHub();
    query({ ...pullAnswer(), node: null }, [{ type: "NOT_FOUND", path: ["node"], message: "no" }]);
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "not-found" });
    query(pullAnswer({}, { databaseId: 2 }));
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "host-answer" });
    const gone = pullAnswer();
    query({ ...gone, node: { ...gone.node, pullRequest: null } }, [
      { type: "NOT_FOUND", path: ["node", "pullRequest"], message: "no" },
    ]);
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("a commit", () => {
  it("has its author first and its co-authors after", async () => {
    const found = await peopleOf({ authors: authors([actor(OCTOCAT), actor(HUBOT), actor(null)]) });
    expect(found?.author.account).toBe("github:583231");
    expect(found?.coauthors.map(({ account }) => account)).toEqual(["github:480938", null]);
  });

  it("of an address that GitHub links to nobody has no account, whatever its name says", async () => {
    const email = "583231+octocat@users.noreply.github.com";
    const found = await peopleOf({ authors: authors([actor(null, { name: "octocat", email })]) });
    expect(found?.author).toEqual({
      account: null,
      login: null,
      name: "octocat",
      email,
      claimed: { account: "github:583231", by: "number" },
    });
  });

  it("claims the number in an address of GitHub's own, or a listed bot's name, and of no other domain", async () => {
    const author = async (email: string) =>
      (await peopleOf({ authors: authors([actor(null, { email })]) }))?.author.claimed;
    expect(await author("49699333+dependabot[bot]@users.noreply.github.com")).toEqual({
      account: "github:49699333",
      by: "number",
    });
    expect(await author("198982749+Copilot@users.noreply.github.com")).toMatchObject({
      account: "github:198982749",
    });
    expect(await author("github-actions[bot]@users.noreply.github.com")).toEqual({
      account: "github:41898282",
      by: "name",
    });
    expect(await author("octocat@users.noreply.github.com")).toBeNull();
    expect(await author("49699333+dependabot[bot]@users.noreply.github.com.example.com")).toBeNull();
    expect(await author("49699333+dependabot[bot]@example.com")).toBeNull();
    expect(await author("0+x[bot]@users.noreply.github.com")).toBeNull();
  });

  it("that GitHub made and signed has no committer, and one that only says so has", async () => {
    const webFlow = actor({ databaseId: 19864447, login: "web-flow" }, { email: "noreply@github.com" });
    const signed = (wasSignedByGitHub: boolean) => ({ committer: webFlow, signature: { wasSignedByGitHub } });
    expect((await peopleOf(signed(true)))?.committer).toBeNull();
    expect((await peopleOf(signed(false)))?.committer?.account).toBe("github:19864447");
    expect((await peopleOf({ committer: webFlow }))?.committer?.account).toBe("github:19864447");
    const person = { committer: actor(HUBOT), signature: { wasSignedByGitHub: true } };
    expect((await peopleOf(person))?.committer?.account).toBe("github:480938");
  });

  it("is a bot's by the type in the account's id, whatever the login, or by a login that no person can have", async () => {
    const isBot = async (id: string | undefined, login: string) => {
      const user = { databaseId: 9, login, ...(id !== undefined && { id }) };
      return (await peopleOf({ authors: authors([actor(user)]) }))?.author.bot === true;
    };
    expect(await isBot("BOT_kgDODVMyew", "Copilot")).toBe(true);
    expect(await isBot("MDM6Qm90NDk2OTkzMzM=", "dependabot")).toBe(true);
    expect(await isBot(undefined, "helper[bot]")).toBe(true);
    expect(await isBot("U_kgDOCVBL7g", "BOT_kgDO")).toBe(false);
    expect(await isBot("MDQ6VXNlcjQ1MjA1Mg==", "robot")).toBe(false);
    expect(await isBot(undefined, "helper")).toBe(false);
  });

  it("with more authors than a query shows has them all", async () => {
    const { host, query } = await fakeGitHub();
    query(pullAnswer({ commits: commits([commit(HEAD, { authors: authors([actor(OCTOCAT)], 2, "A1") })]) }));
    const asked = query({ node: { object: { authors: authors([actor(HUBOT)], 2) } } });
    const { pull } = await host.read(REF, ROUTE, null);
    expect(asked.body).toMatchObject({ variables: { oid: HEAD, after: "A1" } });
    expect(pull.commits[0]?.coauthors.map(({ account }) => account)).toEqual(["github:480938"]);
    expect(pull.gaps).toEqual([]);
  });
});

describe("a list of commits", () => {
  const page = (from: number, to: number, last = HEAD) =>
    Array.from({ length: to - from }, (_, index) =>
      commit(from + index === to - 1 && to === 251 ? last : sha(from + index)),
    );
  const more = (nodes: ReturnType<typeof page>, cursor: string | null, change = {}) => ({
    node: { pullRequest: { headRefOid: HEAD, commits: commits(nodes, 251, cursor), ...change } },
  });

  it("of 251 is read to its end in three queries", async () => {
    const { host, query } = await fakeGitHub();
    query(pullAnswer({ commits: commits(page(0, 100), 251, "C1") }));
    query(more(page(100, 200), "C2"));
    const asked = query(more(page(200, 251), null));
    const { pull } = await host.read(REF, ROUTE, null);
    expect(pull.commits).toHaveLength(251);
    expect(pull.gaps).toEqual([]);
    expect(asked.body).toMatchObject({ variables: { after: "C2", number: 7 } });
  });

  it("is read again when the head moves between two pages, and given up when it keeps moving", async () => {
    const { host, query } = await fakeGitHub();
    query(pullAnswer({ commits: commits(page(0, 100), 251, "C1") }));
    query(more(page(100, 200), "C2", { headRefOid: sha(9) }));
    query(pullAnswer());
    expect((await host.read(REF, ROUTE, null)).pull.commits).toHaveLength(1);
    for (let attempt = 0; attempt < 3; attempt += 1) query(pullAnswer({ headRefOid: sha(attempt) }));
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "head-moving" });
  });

  it("that is empty, or of another length than it says, is a gap", async () => {
    const { host, query } = await fakeGitHub();
    query(pullAnswer({ commits: commits([]), last: { nodes: [] } }));
    query({ node: { object: { oid: HEAD, status: null, checkSuites: { nodes: [] } } } });
    expect((await host.read(REF, ROUTE, null)).pull.gaps).toEqual(["no-commits"]);
    expect((await read({ commits: commits([commit(HEAD)], 2) })).pull.gaps).toEqual(["count-differs"]);
  });

  it("keeps what is known beside a part that failed, and is cut there", async () => {
    const place = ["node", "pullRequest", "commits", "nodes", 0, "commit", "authors", "nodes", 1, "user"];
    const list = commits([
      commit(sha(1), { authors: authors([actor(OCTOCAT), actor(null), actor(HUBOT)]) }),
      commit(HEAD),
    ]);
    const failed = { message: "No answer", path: place };
    const { pull } = await read({ commits: list }, {}, [failed]);
    expect(pull.gaps).toEqual(["list-cut"]);
    expect(pull.commits.map(({ sha }) => sha)).toEqual([sha(1), HEAD]);
    expect(pull.commits[0]?.coauthors.map(({ account }) => account)).toEqual(["github:480938"]);
  });

  it("leaves a commit out whose author is not known for a failure", async () => {
    const list = commits([commit(sha(1), { authors: authors([actor(null)]) }), commit(HEAD)]);
    const path = ["node", "pullRequest", "commits", "nodes", 0, "commit", "authors", "nodes", 0, "user"];
    const { pull } = await read({ commits: list }, {}, [{ message: "no", path }]);
    expect(pull.commits.map(({ sha }) => sha)).toEqual([HEAD]);
    expect(pull.gaps).toEqual(["list-cut"]);
    const nothing = await read({ commits: commits([null, commit(HEAD)]) });
    expect(nothing.pull.gaps).toEqual(["list-cut"]);
  });
});

describe("a policy file", () => {
  const blob = (text: string | null, change = {}) => ({
    __typename: "Blob",
    text,
    isTruncated: false,
    ...change,
  });

  it("is the repository's own, else the organization's", async () => {
    const organization = { owner: { repository: { object: blob("report: check") } } };
    expect((await read({}, { ...organization, object: blob("comment: never") })).policyFile).toEqual({
      path: ".github/cla.yml",
      text: "comment: never",
    });
    expect((await read({}, organization)).policyFile).toEqual({
      path: "octo/.github/.github/cla.yml",
      text: "report: check",
    });
  });

  it("that can't be shown as text is there all the same, and is no YAML", async () => {
    expect((await read({}, { object: blob(null) })).policyFile?.text).toBe("\u0000");
    for (const isBinary of [true, null, undefined])
      expect((await read({}, { object: blob(null, { isBinary }) })).policyFile?.text).toBe("\u0000");
    for (const text of ["a: 1", null])
      expect(
        (await read({}, { object: blob(text, { isBinary: false, isTruncated: true }) })).policyFile?.text,
      ).toBe("\u0000");
    expect((await read({}, { object: { __typename: "Tree" } })).policyFile?.text).toBe("\u0000");
  });

  it("of an organization's repository that the app does not see is none", async () => {
    const hidden = { type: "NOT_FOUND", path: ["node", "owner", "repository"], message: "no" };
    expect((await read({}, {}, [hidden])).policyFile).toBeNull();
  });

  it("of text whose text GitHub left out is read again", async () => {
    const { host, query } = await fakeGitHub();
    query(pullAnswer({}, { object: blob(null, { isBinary: false }) }));
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "host-answer" });
  });

  it("about which GitHub did not answer is never taken for none", async () => {
    const { host, query } = await fakeGitHub();
    query(pullAnswer(), [{ path: ["node", "object"], message: "no answer" }]);
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "host-answer" });
  });
});

describe("an earlier word of the bot", () => {
  const status = (creator: object) => ({
    context: "license/cla",
    state: "FAILURE",
    description: "CLA",
    targetUrl: "https://example.com",
    creator,
  });

  it("is its own status, check run or comment", async () => {
    const [own, other] = [BOT, BOT + 1].map((databaseId) => ({ type: "Bot", databaseId }));
    expect((await read({ last: head([status(own ?? {})]) })).marked).toBe(true);
    expect((await read({ last: head([status(other ?? {})]) })).marked).toBe(false);
    // A person may have the app's name as a login.
    const person = { type: "User", login: "countersign" };
    expect((await read({ last: head([status(person)]) })).marked).toBe(false);
    expect((await read({ last: head([status({ type: "Bot", databaseId: null })]) })).marked).toBeNull();
    const marked = comment(5, "<!-- countersign -->\nHello");
    expect((await read({ comments: comments([marked]) })).marked).toBe(true);
    const quoted = { ...marked, viewerDidAuthor: false };
    expect((await read({ comments: comments([quoted]) })).marked).toBe(false);
  });
});

describe("what GitHub refuses", () => {
  it("is told apart", async () => {
    const { host, query } = await fakeGitHub();
    const cases = [
      ["FORBIDDEN", "permission-missing"],
      ["RATE_LIMITED", "host-limit"],
      ["SERVICE_UNAVAILABLE", "host-refused"],
    ] as const;
    for (const [type, code] of cases.toSorted((a) => (a[0] === "RATE_LIMITED" ? 1 : -1))) {
      query(null, [{ type, message: "no" }]);
      await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code });
    }
  });

  it("about a part is not taken for the lack of an organization's policy, which is none", async () => {
    const { host, query } = await fakeGitHub();
    const shared = { type: "NOT_FOUND", path: ["node", "owner", "repository"], message: "no" };
    const answer = pullAnswer();
    query({ ...answer, node: { ...answer.node, pullRequest: null } }, [
      shared,
      { path: ["node", "pullRequest", "comments"], message: "Something went wrong" },
    ]);
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "host-refused" });
    query(pullAnswer({ headRefOid: 5 }), [shared]);
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "host-answer" });
  });

  it("and an answer of another shape are failures that name no value", async () => {
    const { host, query } = await fakeGitHub();
    query(pullAnswer({ headRefOid: 5, title: "canary" }));
    const failure = await host.read(REF, ROUTE, null).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "host-answer", message: expect.stringContaining("headRefOid") });
    expect(String(failure)).not.toContain("canary");
  });
});
