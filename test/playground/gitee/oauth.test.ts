import { describe, expect, it } from "vitest";
import type { SimulatedGitee } from "../../../playground/gitee/simulated-gitee.ts";
import { startGitee } from "./start-gitee.ts";

const REDIRECT = "http://127.0.0.1:1/callback";

async function authorize(gitee: SimulatedGitee, changes: Record<string, string> = {}): Promise<Response> {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: "client",
    redirect_uri: REDIRECT,
    scope: "user_info",
    state: "xyz",
    ...changes,
  });
  return fetch(`${gitee.url}/oauth/authorize?${query.toString()}`, { redirect: "manual" });
}

async function exchange(gitee: SimulatedGitee, changes: Record<string, string>): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: "client",
    client_secret: "client-secret",
    redirect_uri: REDIRECT,
    ...changes,
  });
  return fetch(`${gitee.url}/oauth/token`, { method: "POST", body });
}

async function codeFor(gitee: SimulatedGitee, login: string): Promise<string> {
  const location = new URL((await authorize(gitee, { as: login })).headers.get("location") ?? "");
  expect(location.searchParams.get("state")).toBe("xyz");
  return location.searchParams.get("code") ?? "";
}

describe("the simulated Gitee's sign-in", () => {
  it("offers the users, not the bot, and leads back with a code and the state", async () => {
    const { gitee } = await startGitee();
    const page = await (await authorize(gitee)).text();
    expect(page).toContain("as=alice");
    expect(page).not.toContain("as=countersign-bot");
  });

  it("gives a token that says who it is and nothing that its scope leaves out", async () => {
    const { gitee, alice, call } = await startGitee();
    const answer: unknown = await (await exchange(gitee, { code: await codeFor(gitee, "alice") })).json();
    expect(answer).toMatchObject({ token_type: "bearer", scope: "user_info" });
    const token = (answer as { access_token: string }).access_token;
    expect((await call("GET", "/user", undefined, token)).body).toMatchObject({ id: alice.id });
    expect(await call("GET", "/emails", undefined, token)).toMatchObject({ status: 401 });
    expect(await call("GET", "/repos/octo/widget/pulls", undefined, token)).toMatchObject({ status: 401 });
  });

  it("takes a code once, for the same redirect_uri, from the same client", async () => {
    const { gitee } = await startGitee();
    const code = await codeFor(gitee, "alice");
    expect((await exchange(gitee, { code })).status).toBe(200);
    expect((await exchange(gitee, { code })).status).toBe(401);
    const other = { code: await codeFor(gitee, "alice"), redirect_uri: "http://127.0.0.1:1/elsewhere" };
    expect((await exchange(gitee, other)).status).toBe(401);
    const stolen = { code: await codeFor(gitee, "alice"), client_secret: "wrong" };
    expect((await exchange(gitee, stolen)).status).toBe(401);
    expect((await authorize(gitee, { scope: "everything" })).status).toBe(400);
  });
});
