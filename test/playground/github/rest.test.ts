import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { answerCheck } from "../../../playground/github/rest/description.ts";
import { routeFor } from "../../../playground/github/rest/table.ts";
import { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import type { Pull, Repository } from "../../../playground/github/state/model.ts";
import type { User } from "../../../playground/github/state/user.ts";
import { appToken, client, installed } from "./client.ts";

let github: SimulatedGitHub;
let octo: User;
let alice: User;
let repository: Repository;
let pull: Pull;

beforeAll(async () => {
  github = await SimulatedGitHub.start();
  octo = github.organization({ login: "octo" });
  alice = github.user({ login: "alice", emails: ["alice@example.com"] });
});

afterAll(() => github.stop());

let serial = 0;
beforeEach(() => {
  repository = github.repository({ owner: octo, name: `spoon-${++serial}` });
  pull = repository.openPull({ opener: alice });
  github.violations.length = 0;
});

describe("a REST answer", () => {
  it("is one that GitHub's own description of the endpoint allows", async () => {
    const everything = { contents: "write", checks: "write", members: "read", issues: "write" } as const;
    const more = { statuses: "write", pull_requests: "write" } as const;
    const api = installed(github, repository, { ...everything, ...more });
    const app = client(github, appToken(github));
    const repo = `/repos/octo/${repository.name}`;
    const sha = pull.head.sha;
    const installation = github.installationFor(repository)?.id;
    octo.addMember(alice);
    repository.protect();
    repository.label("bug");
    const comment = pull.comment(github.world.bot, "hello");
    repository.fork(github.user({ login: "forker" }));
    const text = Buffer.from("text\n").toString("base64");
    const calls: [ReturnType<typeof client>, string, string, number, unknown?][] = [
      [app, "GET", "/app", 200],
      [app, "GET", "/app/installations", 200],
      [app, "GET", `${repo}/installation`, 200],
      [app, "GET", `/app/installations/${installation}`, 200],
      [
        app,
        "POST",
        `/app/installations/${installation}/access_tokens`,
        201,
        { permissions: { checks: "read" } },
      ],
      [app, "GET", "/app/hook/deliveries", 200],
      [api, "GET", "/installation/repositories", 200],
      [api, "GET", repo, 200],
      [api, "GET", `${repo}/branches?protected=true`, 200],
      [api, "GET", `${repo}/branches/main`, 200],
      [api, "GET", `${repo}/contents/README.md`, 200],
      [api, "PUT", `${repo}/contents/a/b.txt`, 201, { message: "New", content: text }],
      [api, "GET", `${repo}/forks`, 200],
      [api, "GET", `${repo}/commits?per_page=1`, 200],
      [api, "GET", `${repo}/commits/${sha}`, 200],
      [api, "GET", `${repo}/compare/main...${sha}`, 200],
      [api, "POST", `${repo}/statuses/${sha}`, 201, { state: "success", context: "license/cla" }],
      [api, "GET", `${repo}/commits/${sha}/status`, 200],
      [api, "GET", `${repo}/commits/${sha}/statuses`, 200],
      [api, "GET", `${repo}/commits/${sha}/pulls`, 200],
      [
        api,
        "POST",
        `${repo}/check-runs`,
        201,
        { name: "cla", head_sha: sha, status: "completed", conclusion: "success" },
      ],
      [api, "GET", `${repo}/commits/${sha}/check-runs`, 200],
      [api, "GET", `${repo}/pulls?state=all`, 200],
      [api, "GET", `${repo}/pulls/1`, 200],
      [api, "GET", `${repo}/pulls/1/commits`, 200],
      [api, "GET", `${repo}/pulls/1/files`, 200],
      [api, "PATCH", `${repo}/pulls/1`, 200, { title: "Another" }],
      [api, "GET", `${repo}/issues/1`, 200],
      [api, "POST", `${repo}/issues/1/comments`, 201, { body: "hello" }],
      [api, "GET", `${repo}/issues/1/comments`, 200],
      [api, "GET", `${repo}/issues/comments/${comment.id}`, 200],
      [api, "PATCH", `${repo}/issues/comments/${comment.id}`, 200, { body: "again" }],
      [api, "DELETE", `${repo}/issues/comments/${comment.id}`, 204],
      [api, "POST", `${repo}/labels`, 201, { name: "cla/yes", color: "00ff00" }],
      [api, "GET", `${repo}/labels`, 200],
      [api, "POST", `${repo}/issues/1/labels`, 200, { labels: ["cla/yes"] }],
      [api, "GET", `${repo}/issues/1/labels`, 200],
      [api, "DELETE", `${repo}/issues/1/labels/cla%2Fyes`, 200],
      [api, "GET", `${repo}/collaborators/alice/permission`, 200],
      [api, "GET", "/orgs/octo/members", 200],
      [api, "GET", "/orgs/octo/members/alice", 204],
      [api, "GET", "/users/alice", 200],
      [api, "GET", `/user/${alice.id}`, 200],
      [api, "GET", `${repo}/git/ref/heads/main`, 200],
      [api, "POST", `${repo}/git/refs`, 201, { ref: "refs/heads/new", sha }],
      [api, "PATCH", `${repo}/git/refs/heads/new`, 200, { sha: repository.head.sha, force: true }],
      [api, "POST", `${repo}/git/blobs`, 201, { content: "x" }],
      [api, "POST", `${repo}/git/trees`, 201, { tree: [{ path: "x", mode: "100644", content: "x" }] }],
      [api, "GET", `${repo}/git/trees/main`, 200],
      [api, "GET", `${repo}/git/commits/${sha}`, 200],
      [api, "POST", `${repo}/git/commits`, 201, { message: "x", tree: pull.head.treeSha, parents: [sha] }],
      [api, "GET", "/rate_limit", 200],
    ];
    const problems: string[] = [];
    for (const [who, method, path, status, body] of calls) {
      const answer = await who.send(method, path, body);
      const template = routeFor(method, path.split("?")[0] ?? "")?.route.template ?? "";
      const check = answerCheck(method, template, answer.status);
      if (answer.status !== status) problems.push(`${method} ${template}: ${answer.status}, not ${status}`);
      else if (check && !check(answer.body))
        problems.push(
          ...(check.errors ?? []).map((e) => `${method} ${template}${e.instancePath} ${e.message}`),
        );
    }
    // There the description wants an account to be a user and an enterprise at once.
    const wrong = problems.filter((problem) => !problem.startsWith("GET /app/installations/0/account"));
    expect(wrong).toEqual([]);
    expect(github.violations).toEqual([]);
  });
});

describe("REST refuses", () => {
  const repo = () => `/repos/octo/${repository.name}`;

  it("a caller without a token, with an unknown one, or with one older than an hour, with 401", async () => {
    const path = `${repo()}/issues/1/comments`;
    expect((await client(github).send("POST", path, { body: "x" })).status).toBe(401);
    expect((await client(github, "ghs_unknown").get(repo())).status).toBe(401);
    const api = installed(github, repository);
    expect((await api.get(repo())).status).toBe(200);
    github.tokens.expireAll();
    expect((await api.get(repo())).status).toBe(401);
  });

  it("a JSON web token with another key, another app's number, or a life of more than ten minutes", async () => {
    const other = await SimulatedGitHub.start();
    const tokens = [
      appToken(github, { key: other.privateKey ?? "" }),
      appToken(github, { iss: "77" }),
      appToken(github, { life: 3600 }),
      appToken(github, { now: Date.now() / 1000 - 3600 }),
    ];
    await other.stop();
    for (const token of tokens) expect((await client(github, token).get("/app")).status).toBe(401);
    expect((await client(github, appToken(github)).get("/app")).status).toBe(200);
  });

  it("what the installation was not granted, with 403, and hides what it can't see, with 404", async () => {
    const api = installed(github, repository, { statuses: "read" });
    const answer = await api.send("POST", `${repo()}/statuses/${pull.head.sha}`, { state: "success" });
    expect(answer).toMatchObject({
      status: 403,
      body: { message: "Resource not accessible by integration" },
    });
    const secret = github.repository({ owner: "secret-org", name: "secret", private: true });
    expect((await api.get(`/repos/${secret.fullName}`)).status).toBe(404);
    expect((await installed(github, secret).get(`/repos/${secret.fullName}`)).status).toBe(200);
    expect((await installed(github, secret, {}).get(`/repos/${secret.fullName}/pulls`)).status).toBe(403);
  });

  it("a suspended installation, with its token and for a new one", async () => {
    const installation = github.installationFor(repository);
    const api = installed(github, repository);
    installation?.suspend();
    expect((await api.get(repo())).status).toBe(403);
    const path = `/app/installations/${installation?.id}/access_tokens`;
    expect((await client(github, appToken(github)).send("POST", path)).status).toBe(403);
    installation?.unsuspend();
    expect((await api.get(repo())).status).toBe(200);
  });

  it("a status of 141 characters, without a state, or for a commit that is not there, with 422", async () => {
    const api = installed(github, repository);
    const path = `${repo()}/statuses/${pull.head.sha}`;
    const long = await api.send("POST", path, { state: "success", description: "x".repeat(141) });
    expect(long).toMatchObject({ status: 422, body: { errors: [{ field: "description" }] } });
    expect(github.violations).toEqual([]);
    expect((await api.send("POST", path, { state: "green" })).status).toBe(422);
    expect(github.violations).toMatchObject([{ route: "POST /repos/{owner}/{repo}/statuses/{sha}" }]);
    expect(
      (await api.send("POST", `${repo()}/statuses/${"0".repeat(40)}`, { state: "success" })).status,
    ).toBe(422);
  });

  it("writes to an archived repository and comments in a locked conversation, with 403", async () => {
    const api = installed(github, repository);
    const comments = `${repo()}/issues/1/comments`;
    pull.lock();
    expect((await api.send("POST", comments, { body: "hello" })).status).toBe(403);
    pull.unlock();
    expect((await api.send("POST", comments, { body: "hello" })).status).toBe(201);
    repository.archive();
    expect((await api.send("POST", comments, { body: "hello" })).status).toBe(403);
    expect((await api.get(comments)).status).toBe(200);
  });

  it("to change a comment that somebody else wrote", async () => {
    const { id } = pull.comment(alice, "mine");
    const answer = await installed(github, repository).send("PATCH", `${repo()}/issues/comments/${id}`, {
      body: "x",
    });
    expect(answer.status).toBe(403);
  });
});

describe("REST", () => {
  it("lists no more than 250 commits of a pull request, whatever the page", async () => {
    const commits = Array.from({ length: 260 }, () => ({ author: alice }));
    const long = repository.openPull({ opener: alice, commits });
    const api = installed(github, repository);
    const path = `/repos/octo/${repository.name}/pulls/${long.number}/commits?per_page=100`;
    const sizes = [1, 2, 3, 4].map(
      async (page) => ((await api.get(`${path}&page=${page}`)).body as unknown[]).length,
    );
    expect(await Promise.all(sizes)).toEqual([100, 100, 50, 0]);
    expect((await api.get(path)).headers.get("link")).toMatch(/page=2>; rel="next", .*page=3>; rel="last"/);
  });

  it("leads from a repository's old name to its number", async () => {
    const api = installed(github, repository);
    const old = repository.fullName;
    repository.rename(`fork-${serial}`);
    const answer = await api.get(`/repos/${old}/pulls/1`);
    expect(answer.status).toBe(301);
    const moved = await api.get(answer.headers.get("location")?.split("/api/v3")[1] ?? "");
    expect(moved).toMatchObject({ status: 200, body: { number: 1 } });
  });

  it("gives a commit's change as a diff", async () => {
    const files = { "a.txt": "one\ntwo\nthree\n", "b.bin": new Uint8Array([0, 1]) };
    pull.push([
      { author: alice, files },
      { author: alice, files: { "a.txt": "one\n2\nthree\n" } },
    ]);
    const api = installed(github, repository);
    const moved = { "a.txt": null, "c.txt": "one\ntwo\nthree\n" };
    const renamed = repository.commit({ author: alice, files: moved }, pull.head.parents[0] ?? null);
    const { body } = await api.get(`/repos/octo/${repository.name}/commits/${renamed.sha}`);
    expect((body as { files: unknown[] }).files).toMatchObject([
      { filename: "c.txt", previous_filename: "a.txt", status: "renamed", changes: 0 },
    ]);
    const accept = { accept: "application/vnd.github.diff" };
    expect((await api.get(`/repos/octo/${repository.name}/commits/${pull.head.sha}`, accept)).body).toBe(
      "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n",
    );
  });

  it("tells roles and memberships", async () => {
    const carol = github.user({ login: `carol-${serial}` });
    repository.addCollaborator(carol, "maintain");
    octo.addMember(carol);
    const api = installed(github, repository);
    const path = `/repos/octo/${repository.name}/collaborators/${carol.login}/permission`;
    expect((await api.get(path)).body).toMatchObject({ permission: "write", role_name: "maintain" });
    expect((await api.get(`/organizations/${octo.id}/members/${carol.login}`)).status).toBe(204);
    expect((await api.get(`/orgs/octo/members/${github.world.ghost.login}`)).status).toBe(404);
    expect((await installed(github, repository, {}).get(`/orgs/octo/members/${carol.login}`)).status).toBe(
      302,
    );
  });
});
