import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import type { User } from "../../../playground/github/state/user.ts";
import { client, installed } from "./client.ts";

const CALLBACK = "http://localhost:3000/callback";
let github: SimulatedGitHub;
let alice: User;

beforeEach(async () => {
  github = await SimulatedGitHub.start({ callbackUrl: "http://localhost:3000/" });
  alice = github.user({ login: "alice" });
});

afterEach(() => github.stop());

const VERIFIER = "a".repeat(43);

function authorizeUrl(more: Record<string, string> = {}): string {
  const url = new URL(`${github.url}/login/oauth/authorize`);
  const challenge = createHash("sha256").update(VERIFIER).digest("base64url");
  const fields = {
    client_id: github.clientId,
    redirect_uri: CALLBACK,
    state: "s1",
    code_challenge: challenge,
  };
  const all = { ...fields, code_challenge_method: "S256", ...more };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return url.href;
}

async function signIn(): Promise<string> {
  const answer = await fetch(authorizeUrl({ as: "alice" }), { redirect: "manual" });
  const target = new URL(answer.headers.get("location") ?? "");
  expect([target.origin + target.pathname, target.searchParams.get("state")]).toEqual([CALLBACK, "s1"]);
  return target.searchParams.get("code") ?? "";
}

async function exchange(code: string, more: Record<string, string> = {}): Promise<Record<string, string>> {
  const { clientId, clientSecret } = github;
  const fields = { client_id: clientId, client_secret: clientSecret, code, redirect_uri: CALLBACK };
  const answer = await fetch(`${github.url}/login/oauth/access_token`, {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({ ...fields, code_verifier: VERIFIER, ...more }),
  });
  return (await answer.json()) as Record<string, string>;
}

describe("signing in", () => {
  it("asks who one is, then gives a code that is good once for the token of that account", async () => {
    expect(await (await fetch(authorizeUrl())).text()).toContain(`value="alice"`);
    const code = await signIn();
    const { access_token: token, token_type } = await exchange(code);
    expect(token_type).toBe("bearer");
    expect((await client(github, token).get("/user")).body).toMatchObject({ id: alice.id, login: "alice" });
    expect(await exchange(code)).toMatchObject({ error: "bad_verification_code" });
    const basic = Buffer.from(`${github.clientId}:${github.clientSecret}`).toString("base64");
    const revoked = await fetch(`${github.url}/api/v3/applications/${github.clientId}/token`, {
      method: "DELETE",
      headers: { authorization: `basic ${basic}` },
      body: JSON.stringify({ access_token: token }),
    });
    expect(revoked.status).toBe(204);
    expect((await client(github, token).get("/user")).status).toBe(401);
  });

  it.each([
    ["a wrong verifier", { code_verifier: "b".repeat(43) }, "bad_verification_code"],
    ["a wrong secret", { client_secret: "x" }, "incorrect_client_credentials"],
    ["another callback", { redirect_uri: "http://localhost:3000/other" }, "redirect_uri_mismatch"],
  ])("refuses %s", async (_, fields, error) => {
    expect(await exchange(await signIn(), fields)).toMatchObject({ error });
  });

  it("leads to no other place than the application's own", async () => {
    const answer = await fetch(authorizeUrl({ as: "alice", redirect_uri: "https://evil.example/" }), {
      redirect: "manual",
    });
    expect(answer.status).toBe(422);
  });
});

describe("the website", () => {
  it("shows a pull request with its commits, checks, labels and comments, and escapes their HTML", async () => {
    const repository = github.repository({ owner: "octo", name: "spoon" });
    const stranger = { name: "<b>Stranger</b>", email: "stranger@example.org" };
    const pull = repository.openPull({
      opener: alice,
      title: "<script>1</script>",
      commits: [{ author: stranger }],
    });
    pull.comment(alice, "**bold** <img src=x>");
    pull.addLabel("cla/no");
    await installed(github, repository).send("POST", `/repos/octo/spoon/statuses/${pull.head.sha}`, {
      state: "failure",
      context: "license/cla",
      description: "1 of 2 accounts",
      target_url: "http://localhost:3000/pulls/github/octo/spoon/1",
    });
    const page = await (await fetch(`${github.url}/octo/spoon/pull/1`)).text();
    for (const part of [
      "<strong>bold</strong>",
      "cla/no",
      "1 of 2 accounts",
      "/pulls/github/octo/spoon/1",
      "no account",
    ])
      expect(page).toContain(part);
    expect(page).not.toMatch(/<script|<img|<b>/);
  });

  it("lets one open a pull request, comment, push and close it as one of its people", async () => {
    const repository = github.repository({ owner: "octo", name: "spoon" });
    const post = (path: string, fields: Record<string, string>) =>
      fetch(`${github.url}${path}`, {
        method: "POST",
        redirect: "manual",
        headers: { origin: github.url },
        body: new URLSearchParams(fields),
      });
    const [user, id] = [String(alice.id), String(repository.id)];
    expect(await (await fetch(github.url)).text()).toContain("octo/spoon");
    const opened = await post("/pulls", { repository: id, opener: user, author: "0", title: "Fix" });
    expect(opened.headers.get("location")).toBe("/octo/spoon/pull/1");
    await post("/octo/spoon/pull/1/comment", { user, body: "recheck" });
    await post("/octo/spoon/pull/1/act", { user, author: user, act: "push" });
    await post("/octo/spoon/pull/1/act", { user, author: user, act: "close" });
    const pull = repository.pulls.get(1);
    expect([pull?.opener, pull?.comments[0]?.body, pull?.state]).toEqual([alice, "recheck", "closed"]);
    expect(pull?.commits.map(({ author }) => author.email)).toEqual(["somebody@laptop.example", alice.email]);
  });

  it("refuse to merge where the branch requires a check that is not green, as the API does", async () => {
    const repository = github.repository({ owner: "octo", name: "guarded" });
    repository.protect("main", { checks: ["license/cla"] });
    const pull = repository.openPull({ opener: alice });
    const merge = () =>
      fetch(`${github.url}/octo/guarded/pull/${pull.number}/act`, {
        method: "POST",
        body: new URLSearchParams({ user: String(alice.id), act: "merge" }),
        headers: { origin: github.url },
        redirect: "manual",
      });
    const status = { sha: pull.head.sha, context: "license/cla", description: null, targetUrl: null };
    for (const [state, words] of [
      [null, "is expected"],
      ["pending", "is pending"],
      ["failure", "is failing"],
    ] as const) {
      if (state !== null) repository.addStatus({ ...status, state, creator: alice });
      const refused = await merge();
      expect([refused.status, await refused.text()]).toEqual([
        405,
        `Required status check "license/cla" ${words}.`,
      ]);
    }
    // A check with a source counts only from there.
    repository.protect("main", { checks: ["license/cla"], source: "app" });
    repository.addStatus({ ...status, state: "success", creator: alice });
    const foreign = await merge();
    expect([foreign.status, await foreign.text()]).toEqual([
      405,
      'Required status check "license/cla" was not set by the expected GitHub app.',
    ]);
    repository.addStatus({ ...status, state: "success", creator: github.world.bot });
    expect([(await merge()).status, pull.state]).toEqual([303, "merged"]);
  });
});
