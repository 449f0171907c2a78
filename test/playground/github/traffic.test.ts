import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import type { Pull, Repository } from "../../../playground/github/state/model.ts";
import type { User } from "../../../playground/github/state/user.ts";
import { installed } from "./client.ts";

let now = new Date("2026-01-01T00:00:00Z");
let github: SimulatedGitHub;
let alice: User;
let repository: Repository;
let pull: Pull;
let api: ReturnType<typeof installed>;

beforeEach(async () => {
  now = new Date("2026-01-01T00:00:00Z");
  github = await SimulatedGitHub.start({ now: () => now });
  alice = github.user({ login: "alice" });
  repository = github.repository({ owner: "octo", name: "spoon" });
  pull = repository.openPull({ opener: alice });
  api = installed(github, repository);
});

afterEach(() => github.stop());

const status = () => api.send("POST", `/repos/octo/spoon/statuses/${pull.head.sha}`, { state: "success" });
const comment = () => api.send("POST", "/repos/octo/spoon/issues/1/comments", { body: "hello" });

describe("a fault", () => {
  it("meets as many calls as it says, and only those it is meant for", async () => {
    github.fail({ kind: "bad gateway" }, { times: 2, when: ({ write }) => write });
    const answers = [await api.get("/repos/octo/spoon"), await status(), await status(), await status()];
    expect(answers.map((answer) => answer.status)).toEqual([200, 502, 502, 201]);
    expect(github.calls()).toMatchObject({ reads: 1, writes: 3 });
  });

  it("can be a limit, primary or secondary, with the headers that say until when", async () => {
    github.fail({ kind: "secondary limit", retryAfter: 7 });
    github.fail({ kind: "primary limit", resetIn: 60 });
    const [secondary, primary] = [await status(), await status()];
    expect([secondary.status, secondary.headers.get("retry-after")]).toEqual([403, "7"]);
    expect([primary.status, primary.headers.get("x-ratelimit-remaining")]).toEqual([403, "0"]);
    expect(primary.headers.get("x-ratelimit-reset")).toBe(String(now.getTime() / 1000 + 60));
  });

  it("can cut the connection, take the host down, and let it come back at the same address", async () => {
    github.fail({ kind: "reset" });
    await expect(status()).rejects.toThrow("fetch failed");
    await github.goDown();
    await expect(status()).rejects.toThrow("fetch failed");
    await github.comeUp();
    expect((await status()).status).toBe(201);
  });

  it("can fail one field of a GraphQL answer, or say there that the limit is reached", async () => {
    const query = `query { repository(owner: "octo", name: "spoon") { databaseId pullRequest(number: 1) { number commits(first: 1) { totalCount } } } }`;
    github.fail({ kind: "graphql field", field: "PullRequest.commits" });
    github.fail({ kind: "graphql rate limited" });
    const partial = await api.graphql(query);
    expect(partial).toMatchObject({
      data: { repository: { databaseId: repository.id, pullRequest: null } },
      errors: [{ path: ["repository", "pullRequest", "commits"] }],
    });
    expect((await api.graphql(query)).errors).toMatchObject([{ type: "RATE_LIMITED" }]);
    expect((await api.graphql(query)).errors).toBeUndefined();
  });

  it("leaves room for a test to act between two requests", async () => {
    const stop = github.onRequest(({ route }) => {
      if (route.endsWith("/pulls/{pull_number}")) pull.push([{ author: alice }]);
    });
    const before = pull.head.sha;
    const { body } = await api.get("/repos/octo/spoon/pulls/1");
    stop();
    expect(body).toMatchObject({ head: { sha: pull.head.sha }, commits: 2 });
    expect(pull.head.sha).not.toBe(before);
  });
});

describe("GitHub's limits, when they are enforced", () => {
  beforeEach(() => {
    github.limits.enforced = true;
  });

  it("are 80 comments a minute", async () => {
    for (let count = 0; count < 80; count++) expect((await comment()).status).toBe(201);
    const refused = await comment();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([403, "60"]);
    now = new Date(now.getTime() + 61_000);
    expect((await comment()).status).toBe(201);
  });

  it("are 900 points a minute, of which a write takes five", async () => {
    for (let count = 0; count < 180; count++) expect((await status()).status).toBe(201);
    expect((await status()).status).toBe(403);
    expect((await api.graphql("query { viewer { login } }")).errors).toBeUndefined();
  });
});
