import { describe, expect, it } from "vitest";
import { startGitee, TOKEN } from "./start-gitee.ts";

const PULL = "/repos/octo/widget/pulls/1";

describe("the simulated Gitee's API", () => {
  it("refuses who has no token, and hides what a token may not see", async () => {
    const { gitee, alice, call } = await startGitee();
    gitee.repository({ owner: "octo", name: "secret", private: true });
    const other = gitee.tokenOf(alice);
    expect(await call("GET", "/user", undefined, "wrong")).toMatchObject({ status: 401 });
    expect(await call("GET", "/repos/octo/secret")).toMatchObject({ status: 200 });
    expect(await call("GET", "/repos/octo/secret", undefined, other)).toMatchObject({
      status: 404,
      body: { message: "404 Project Not Found" },
    });
    expect(await call("GET", "/repos/octo/widget/hooks", undefined, other)).toMatchObject({ status: 403 });
  });

  it("takes a token in the URL, as the real one does, and keeps that as a violation", async () => {
    const { gitee } = await startGitee();
    const response = await fetch(`${gitee.url}/api/v5/user?access_token=${TOKEN}`);
    expect(response.status).toBe(200);
    expect(gitee.violations).toEqual(["GET /api/v5/user"]);
    expect(JSON.stringify(gitee.requests)).not.toContain(TOKEN);
  });

  it("shows at most 250 commits and knows no pages there, while compare has all", async () => {
    const { alice, repository, call } = await startGitee();
    const pull = repository.openPull({
      opener: alice,
      commits: Array.from({ length: 251 }, () => ({ author: alice })),
    });
    expect((await call("GET", `${PULL}/commits?page=2&per_page=500`)).body).toHaveLength(250);
    const compared = await call("GET", `/repos/octo/widget/compare/${pull.baseSha}...${pull.headSha}`);
    expect(compared.body).toHaveProperty("commits.length", 251);
  });

  it("caps a page at 100 and counts in headers", async () => {
    const { alice, repository, call } = await startGitee();
    for (let n = 0; n < 101; n += 1) repository.openPull({ opener: alice });
    const { body, headers } = await call("GET", "/repos/octo/widget/pulls?per_page=1000&direction=asc");
    expect(body).toHaveLength(100);
    expect(body).toHaveProperty([0, "number"], 1);
    expect([headers.get("total_count"), headers.get("total_page")]).toEqual(["101", "2"]);
    expect((await call("GET", "/repos/octo/widget/pulls?per_page=100&page=2")).body).toHaveLength(1);
  });

  it("links a commit to the account of its email, and to nobody otherwise", async () => {
    const { alice, repository, call } = await startGitee();
    repository.openPull({
      opener: alice,
      commits: [
        { author: alice, committer: "web" },
        { author: { name: "alice", email: `${alice.id}+earlier-login@user.noreply.gitee.com` } },
        { author: { name: "alice", email: "alice@nowhere.example" } },
      ],
    });
    const { body } = await call("GET", `${PULL}/commits`);
    expect(body).toMatchObject([
      {
        author: { id: alice.id },
        committer: null,
        commit: { committer: { name: "Gitee", email: "noreply@gitee.com" } },
        parents: { sha: repository.tip().sha },
      },
      { author: { id: alice.id } },
      { author: null, committer: null },
    ]);
  });

  it("takes labels as a bare array only, of names that keep the rule, that the repository has", async () => {
    const { gitee, alice, repository, call } = await startGitee();
    const pull = repository.label("cla/yes").openPull({ opener: alice });
    expect(await call("POST", `${PULL}/labels`, { labels: ["cla/yes"] })).toMatchObject({ status: 400 });
    expect(await call("POST", `${PULL}/labels`, ["cla/no"])).toMatchObject({ status: 404 });
    expect(await call("POST", `${PULL}/labels`, ["cla/yes"])).toMatchObject({ status: 201 });
    for (const name of ["x", "x".repeat(21), "cla: yes", "a,b"]) {
      const label = { name, color: "#008672" };
      expect(await call("POST", "/repos/octo/widget/labels", label)).toMatchObject({ status: 400 });
    }
    gitee.settings.unknownLabels = "create";
    expect(await call("PUT", `${PULL}/labels`, ["cla/no"])).toMatchObject({ status: 202 });
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("removes a label only by its encoded name", async () => {
    const { alice, repository, call } = await startGitee();
    const pull = repository.openPull({ opener: alice }).addLabel("cla/no").addLabel("keep");
    expect(await call("DELETE", `${PULL}/labels/cla/no`)).toMatchObject({ status: 404 });
    expect(await call("DELETE", `${PULL}/labels/cla%2Fno`)).toMatchObject({ status: 204 });
    expect(await call("DELETE", `${PULL}/labels/cla%2Fno`)).toMatchObject({ status: 404 });
    expect(pull.labels).toEqual(["keep"]);
    expect((await call("GET", `${PULL}/operate_logs`)).body).toMatchObject([
      { action_type: "remove_label", content: "cla/no", user: { login: "countersign-bot" } },
      { action_type: "add_label", content: "keep", user: { login: "alice" } },
      { action_type: "add_label", content: "cla/no" },
    ]);
  });

  it("lets an account edit its own comments and mixes code comments into the list", async () => {
    const { gitee, alice, bob, repository, call } = await startGitee();
    const pull = repository.openPull({ opener: alice });
    pull.codeComment(bob, "here", "README.md");
    const made = await call("POST", `${PULL}/comments`, { body: "sign, please" });
    expect(made).toMatchObject({ status: 201, body: { user: { id: gitee.bot.id } } });
    const path = `/repos/octo/widget/pulls/comments/${pull.comments.at(-1)?.id}`;
    const foreign = await call("PATCH", path, { body: "signed!" }, gitee.tokenOf(bob));
    expect(foreign).toMatchObject({ status: 403 });
    expect(await call("PATCH", path, { body: "thanks" })).toMatchObject({
      status: 200,
      body: { body: "thanks" },
    });
    expect((await call("GET", `${PULL}/comments`)).body).toMatchObject([
      { comment_type: "diff_comment" },
      { comment_type: "pr_comment", body: "thanks" },
    ]);
    expect(await call("DELETE", path)).toMatchObject({ status: 204 });
  });

  it("answers for a missing file in each way that was seen", async () => {
    const { gitee, repository, call } = await startGitee();
    const path = "/repos/octo/widget/contents/.gitee/cla.yml";
    expect(await call("GET", path)).toMatchObject({ status: 200, body: [] });
    gitee.settings.missingFile = "no-download-url";
    expect((await call("GET", path)).body).not.toHaveProperty("download_url");
    gitee.settings.missingFile = "404";
    expect(await call("GET", path)).toMatchObject({ status: 404 });
    repository.writeFile(".gitee/cla.yml", "language: en\n");
    expect((await call("GET", path)).body).toMatchObject({
      content: Buffer.from("language: en\n").toString("base64"),
    });
  });

  it("carries a file to a pull request by fork, branch and contents", async () => {
    const { gitee, repository, call } = await startGitee();
    const { login } = gitee.bot;
    const content = Buffer.from("x: 1\n").toString("base64");
    const file = { content, message: "Add", branch: "cla" };
    expect(await call("POST", "/repos/octo/widget/forks")).toMatchObject({ status: 201 });
    const branch = { branch_name: "cla", refs: "master" };
    expect(await call("POST", `/repos/${login}/widget/branches`, branch)).toMatchObject({ status: 201 });
    const path = `/repos/${login}/widget/contents/.gitee/cla.yml`;
    expect(await call("POST", path, file)).toMatchObject({ status: 201 });
    expect(await call("POST", path, file)).toMatchObject({ status: 400 });
    expect(await call("PUT", path, { ...file, sha: "old" })).toMatchObject({ status: 400 });
    const pull = { title: "Add", head: `${login}:cla`, base: "master", body: "" };
    expect(await call("POST", "/repos/octo/widget/pulls", pull)).toMatchObject({
      status: 201,
      body: { number: 1 },
    });
    expect(await call("POST", "/repos/octo/widget/pulls", pull)).toMatchObject({ status: 400 });
    expect(repository.pulls).toHaveLength(1);
  });

  it("forgets a renamed repository's old path and a deleted fork", async () => {
    const { alice, repository, call } = await startGitee();
    repository.openPull({ opener: alice });
    repository.fork(alice).delete();
    expect((await call("GET", PULL)).body).toMatchObject({ head: { repo: null } });
    repository.rename("gadget");
    expect(await call("GET", PULL)).toMatchObject({ status: 404 });
    expect(await call("GET", "/repos/octo/gadget/pulls/1")).toMatchObject({ status: 200 });
  });

  it("fails as it is told to", async () => {
    const { gitee, call } = await startGitee();
    gitee.fail({ status: 502, body: "<html>", times: 1 });
    const broken = await fetch(`${gitee.url}/api/v5/user`);
    expect([broken.status, await broken.text()]).toEqual([502, "<html>"]);
    gitee.resetConnections();
    await expect(call("GET", "/user")).rejects.toThrow("fetch failed");
    gitee.limitRequests(1, 429);
    expect(await call("GET", "/user")).toMatchObject({ status: 200 });
    expect(await call("GET", "/user")).toMatchObject({ status: 429 });
    gitee.limitRequests(null);
    gitee.down = true;
    await expect(call("GET", "/user")).rejects.toThrow("fetch failed");
    gitee.down = false;
    gitee.resetCalls();
    expect(await call("GET", "/user")).toMatchObject({ status: 200 });
    expect(gitee.calls()).toEqual({ reads: 1, writes: 0 });
  });
});
