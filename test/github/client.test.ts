import nock from "nock";
import { afterEach, describe, expect, it } from "vitest";
import { connectGitHub } from "../../src/github/traffic/client.ts";
import { DOCUMENTED_LIMITS } from "../../src/github/traffic/limits.ts";
import { enterpriseServer, GITHUB_COM } from "../../src/github/traffic/server.ts";
import { commits, commit, authors, actor, HEAD, pullAnswer } from "./answers.ts";
import { CONFIG, fakeGitHub, INSTALLATION, REPOSITORY, ROUTE, settleFake } from "./fake.ts";

afterEach(settleFake);

describe("the way to GitHub", () => {
  it("is refused at once with credentials that can't be ones, and tells no part of them", () => {
    const canary = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----";
    for (const [change, name] of [
      [{ appId: Number.NaN }, "APP_ID"],
      [{ privateKey: canary }, "PRIVATE_KEY"],
      [{ webhookSecret: "" }, "WEBHOOK_SECRET"],
    ] as const) {
      const connect = (): unknown => connectGitHub({ ...CONFIG, ...change });
      expect(connect).toThrow(
        expect.objectContaining({ code: "configuration", message: expect.stringContaining(name) }),
      );
      expect(connect).not.toThrow("canary");
    }
  });

  it("leads to github.com by REST and by GraphQL, with the addresses that everybody knows", async () => {
    expect(GITHUB_COM).toEqual({
      apiUrl: "https://api.github.com",
      webUrl: "https://github.com",
      noreplyDomain: "users.noreply.github.com",
      ownAddress: "noreply@github.com",
      ownNumbers: false,
    });
    const { client, host, answer, query } = await fakeGitHub();
    answer("GET", "/repos/octo/hello", { id: 1 });
    const target = { owner: "octo", repo: "hello" };
    expect(await client.rest(INSTALLATION, "GET /repos/{owner}/{repo}", target)).toEqual({ id: 1 });
    query(pullAnswer({ commits: commits([commit(HEAD)]) }));
    const { pull } = await host.read({ host: "github", repository: REPOSITORY, number: 7 }, ROUTE, null);
    expect(pull.head).toBe(HEAD);
    expect(host.capabilities.emailsUrl).toBe("https://github.com/settings/emails");
  });

  it("needs no second place among the concurrent requests to renew a token", async () => {
    const { client, answer } = await fakeGitHub({ limits: { ...DOCUMENTED_LIMITS, concurrent: 1 } });
    answer("GET", "/repos/octo/hello", { id: 1 });
    const asked = client.rest(INSTALLATION, "GET /repos/{owner}/{repo}", { owner: "octo", repo: "hello" });
    expect(await asked).toEqual({ id: 1 });
  });

  it("leads to an enterprise with data residency by its own API host", async () => {
    const server = enterpriseServer("octo-corp.ghe.com");
    expect(server).toEqual({
      apiUrl: "https://api.octo-corp.ghe.com",
      webUrl: "https://octo-corp.ghe.com",
      noreplyDomain: "users.noreply.octo-corp.ghe.com",
      ownAddress: "noreply@octo-corp.ghe.com",
      ownNumbers: true,
    });
    expect(enterpriseServer("OCTO.GHE.com").apiUrl).toBe("https://api.OCTO.GHE.com");
    for (const other of [
      "ghe.com",
      "a.b.ghe.com",
      "ghe.com.example.org",
      "octo.ghe.com.example.org",
      "xghe.com",
    ])
      expect(enterpriseServer(other).apiUrl).toBe(`https://${other}/api/v3`);
    const { client, host, answer, query } = await fakeGitHub({ server });
    answer("GET", "/repos/octo/hello", { id: 1 });
    const target = { owner: "octo", repo: "hello" };
    expect(await client.rest(INSTALLATION, "GET /repos/{owner}/{repo}", target)).toEqual({ id: 1 });
    query(pullAnswer({ commits: commits([commit(HEAD)]) }));
    const { pull } = await host.read({ host: "github", repository: REPOSITORY, number: 7 }, ROUTE, null);
    expect(pull.head).toBe(HEAD);
  });

  it("leads to an Enterprise Server by REST and by GraphQL, with addresses of its own", async () => {
    const server = enterpriseServer("github.example.com:8443", "http");
    expect(server).toMatchObject({
      apiUrl: "http://github.example.com:8443/api/v3",
      webUrl: "http://github.example.com:8443",
    });
    const { client, host, answer, query } = await fakeGitHub({ server });
    answer("GET", "/repos/octo/hello", { id: 1 });
    const target = { owner: "octo", repo: "hello" };
    expect(await client.rest(INSTALLATION, "GET /repos/{owner}/{repo}", target)).toEqual({ id: 1 });
    const bot = actor(null, { email: "5+helper[bot]@users.noreply.github.example.com" });
    query(pullAnswer({ commits: commits([commit(HEAD, { authors: authors([bot]) })]) }));
    const ref = { host: "github", repository: REPOSITORY, number: 7 } as const;
    const { pull } = await host.read(ref, ROUTE, null);
    expect(pull.commits[0]?.author.claimed?.account).toBe("github:5");
    expect(host.capabilities.emailsUrl).toBe("http://github.example.com:8443/settings/emails");
  });
});

describe("a refusal", () => {
  const target = { owner: "octo-canary", repo: "hello" };
  const message = (text: string) => ({ message: text });
  const FORBIDDEN = "Resource not accessible by integration";

  it.each([
    [403, FORBIDDEN, {}, "permission-missing"],
    [403, "This installation has been suspended", {}, "installation-suspended"],
    [403, "Repository was archived so is read-only.", {}, "repository-archived"],
    [403, "Unable to create comment because issue is locked.", {}, "conversation-locked"],
    [403, "You have exceeded a secondary rate limit.", {}, "host-limit"],
    [
      403,
      "API rate limit exceeded",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" },
      "host-limit",
    ],
    [429, "Too many requests", {}, "host-limit"],
    [404, "Not Found", {}, "host-refused"],
    [410, "Gone", {}, "host-refused"],
    [422, "Validation Failed", {}, "host-refused"],
    [500, "Server Error", {}, "host-refused"],
    [503, "Unicorn", {}, "host-refused"],
  ] as const)("with %d %s becomes its failure, asked for once", async (status, text, headers, code) => {
    const { client, answer } = await fakeGitHub();
    answer("GET", "/repos/octo-canary/hello", message(text), status, headers);
    const failure = await client
      .rest(INSTALLATION, "GET /repos/{owner}/{repo}", target)
      .catch((e: unknown) => e);
    expect(failure).toMatchObject({ name: "Failure", code });
    expect(String(failure)).not.toContain("canary");
  });

  it.each([404, 410])("with %d of GraphQL itself says nothing about what was asked for", async (status) => {
    const { client, answer } = await fakeGitHub();
    answer("POST", "/graphql", message("Not Found"), status, {});
    const failure = client.graphql(INSTALLATION, "query { viewer { login } }", {});
    await expect(failure).rejects.toMatchObject({ name: "Failure", code: "host-refused" });
  });

  it("of an installation's token says that the installation is gone", async () => {
    const { client, answer } = await fakeGitHub();
    nock.cleanAll();
    answer("POST", `/app/installations/${INSTALLATION}/access_tokens`, message("Not Found"), 404);
    const asked = client.rest(INSTALLATION, "GET /repos/{owner}/{repo}", target);
    await expect(asked).rejects.toMatchObject({ code: "not-found" });
  });

  it("by a secondary limit with the type of a primary one waits a minute, not for the hour's end", async () => {
    const { client, answer } = await fakeGitHub();
    const text = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    const errors = [{ type: "RATE_LIMITED", message: text }];
    const reset = Math.floor(Date.now() / 1000) + 3000;
    const headers = { "x-ratelimit-remaining": "4000", "x-ratelimit-reset": String(reset) };
    const before = Date.now();
    answer("POST", "/graphql", { data: null, errors }, 200, headers);
    const failure = await client
      .graphql(INSTALLATION, "query { viewer { login } }", {})
      .catch((e: unknown) => e);
    expect(failure).toMatchObject({ code: "host-limit" });
    const { retryAt } = failure as { retryAt: number };
    expect(retryAt - before).toBeGreaterThanOrEqual(60_000);
    expect(retryAt - before).toBeLessThan(120_000);
  });

  it("for want of a permission names the one that GitHub names", async () => {
    const { client, answer } = await fakeGitHub();
    const headers = { "x-accepted-github-permissions": "statuses=write" };
    answer("GET", "/repos/octo-canary/hello", message(FORBIDDEN), 403, headers);
    await expect(client.rest(INSTALLATION, "GET /repos/{owner}/{repo}", target)).rejects.toThrow(
      /“statuses=write”.*accept it/,
    );
  });

  it("by a limit is obeyed as long as it says", async () => {
    const { client, answer } = await fakeGitHub();
    const before = Date.now();
    answer("GET", "/repos/octo-canary/hello", message("slow down"), 429, { "retry-after": "30" });
    const first = await client
      .rest(INSTALLATION, "GET /repos/{owner}/{repo}", target)
      .catch((e: unknown) => e);
    const { retryAt } = first as { retryAt: number };
    expect(retryAt - before).toBeGreaterThanOrEqual(30_000);
    await expect(client.rest(INSTALLATION, "GET /repos/{owner}/{repo}", target)).rejects.toMatchObject({
      code: "paced",
      retryAt,
    });
  });
});
