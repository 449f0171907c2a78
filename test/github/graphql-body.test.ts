/** GraphQL answers in unusual forms, and what they say about limits, size and missing objects. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isTooLarge } from "../../src/github/traffic/failure.ts";
import { fakeGitHub, INSTALLATION, REPOSITORY, ROUTE, settleFake } from "./fake.ts";
import { pullAnswer } from "./answers.ts";

const NOW = Date.UTC(2026, 10, 1);
const REF = { host: "github", repository: REPOSITORY, number: 7 } as const;
const WENT_WRONG =
  "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug.";
const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterEach(() => {
  vi.useRealTimers();
  settleFake();
});

/** The failure of a query with this answer. */
async function failureOf(body: unknown, status = 200, headers: Record<string, string> = {}) {
  const { client, answer } = await fakeGitHub();
  answer("POST", "/graphql", body, status, headers);
  return client.graphql(INSTALLATION, "query Any { viewer { login } }", {}).catch((error: unknown) => error);
}

describe("an answer without data", () => {
  it.each([
    [{ data: null }],
    [{ data: null, errors: [] }],
    [{ data: null, errors: [{ type: "NOT_FOUND", path: ["node"], message: "Could not resolve" }] }],
    [{ data: null, errors: [{ message: "Could not resolve", extensions: { code: "NOT_FOUND" } }] }],
    [{ errors: [{ type: "NOT_FOUND", path: ["node"] }] }],
    [{ errors: {} }],
    [{ errors: "broken" }],
    [{ errors: [null, 7, "broken"] }],
    [{ errors: [{ type: 5, path: "node", message: {} }] }],
    [{ message: "Server Error" }],
    [{}],
    [[]],
    ["<html>"],
  ])("is a refusal that is tried again, and never says that something is gone: %j", async (body) => {
    expect(await failureOf(body)).toMatchObject({ name: "Failure", code: "host-refused" });
  });

  it.each([
    [{ data: null, errors: [{ message: WENT_WRONG }] }, 200],
    [{ message: WENT_WRONG }, 200],
    [{ data: null, errors: [{ message: "Resource limits for this query exceeded." }] }, 200],
    [{ data: null, errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", path: "node", message: {} }] }, 200],
    [{ data: null, errors: [{ type: "RESOURCE_LIMITS_EXCEEDED", path: ["node"] }] }, 200],
    [{ data: null, errors: [{ message: "", extensions: { code: "RESOURCE_LIMITS_EXCEEDED" } }] }, 200],
    [{ data: null, errors: [{ message: WENT_WRONG }] }, 502],
    [{ message: "" }, 504],
  ])("may say that the query was too large: %j with %d", async (body, status) => {
    expect(isTooLarge(await failureOf(body, status))).toBe(true);
  });
});

describe("a limit in a GraphQL answer", () => {
  const reset = { "x-ratelimit-reset": String(NOW / 1000 + 600) };
  const limited = (more: object) => ({ data: null, errors: [more] });

  it.each([
    ["without an end", limited({ message: SECONDARY }), 200, {}, 60],
    ["until it says", limited({ message: SECONDARY }), 200, { "retry-after": "120" }, 120],
    ["with another type", limited({ type: "FORBIDDEN", message: SECONDARY }), 200, {}, 60],
    ["as a mere message", { message: SECONDARY }, 200, { "retry-after": "90" }, 90],
    ["as a mere message without an end", { message: SECONDARY }, 200, {}, 60],
    ["with 403", { message: SECONDARY }, 403, {}, 60],
    ["with 403 and an end", { message: SECONDARY }, 403, { "retry-after": "30" }, 30],
    ["with 429", { message: "Too many requests" }, 429, {}, 60],
    ["with a date", { message: SECONDARY }, 403, { "retry-after": new Date(NOW + 45_000).toUTCString() }, 45],
    ["of the hour", limited({ type: "RATE_LIMITED", message: "API rate limit" }), 200, reset, 601],
    ["for years, by a wrong unit", { message: SECONDARY }, 403, { "retry-after": "1000000000" }, 3_660],
    [
      "to a far hour's end",
      limited({ type: "RATE_LIMITED" }),
      200,
      { "x-ratelimit-reset": String(NOW) },
      3_660,
    ],
    ["of the hour, spelled otherwise", limited({ type: "RATE_LIMIT", message: "" }), 200, reset, 601],
    ["of the hour, as a code", limited({ extensions: { code: "RATE_LIMITED" } }), 200, reset, 601],
    ["beside data", { data: { viewer: null }, errors: [{ type: "RATE_LIMITED" }] }, 200, reset, 601],
    ["of the hour, beside misshapen fields", limited({ type: "RATE_LIMITED", path: "x" }), 200, reset, 601],
    [
      "of the hour, with another code",
      limited({
        message: "API rate limit already exceeded for installation ID 1.",
        extensions: { code: "x" },
      }),
      200,
      { ...reset, "x-ratelimit-remaining": "0" },
      601,
    ],
    ["that is over by now", limited({ type: "RATE_LIMITED" }), 200, { "x-ratelimit-reset": "1" }, 1],
  ])("%s pauses as long as GitHub asks", async (_, body, status, headers, seconds) => {
    const failure = await failureOf(body, status, headers);
    expect(failure).toMatchObject({ code: "host-limit", retryAt: NOW + seconds * 1000 });
  });

  it("that never says when it ends is waited for a minute, then twice as long each time, and a minute again after an answer", async () => {
    const { client, answer } = await fakeGitHub();
    const ask = async (): Promise<unknown> =>
      client.graphql(INSTALLATION, "query Any { viewer { login } }", {}).catch((error: unknown) => error);
    const minutes: number[] = [];
    const refuse = async (): Promise<void> => {
      answer("POST", "/graphql", limited({ message: SECONDARY }));
      const { retryAt } = (await ask()) as { retryAt: number };
      minutes.push((retryAt - Date.now()) / 60_000);
      // Nothing is sent too early.
      expect(await ask()).toMatchObject({ code: "paced", retryAt });
      expect(client.paused()).toEqual([{ installation: INSTALLATION, until: retryAt }]);
      vi.setSystemTime(retryAt);
      expect(client.paused()).toEqual([]);
    };
    for (let time = 0; time < 4; time += 1) await refuse();
    answer("POST", "/graphql", { data: { viewer: { login: "app" } } });
    expect(await ask()).toMatchObject({ problems: [] });
    await refuse();
    expect(minutes).toEqual([1, 2, 4, 8, 1]);
  });
});

describe("a part that GitHub left out", () => {
  /** Reads a pull request with these answers for the entries of `nodes`. */
  async function read(place: Record<string, unknown>, errors: readonly object[]) {
    const { host, query } = await fakeGitHub();
    query(pullAnswer({}, place), errors);
    return host.read(REF, ROUTE, null).catch((error: unknown) => error);
  }

  it.each([
    [{ path: ["node", "pullRequest", "commits", "nodes", 99], type: "NOT_FOUND" }],
    [{ path: ["node", "pullRequest", "nothing"], type: "NOT_FOUND" }],
    [{ path: ["elsewhere"], type: "NOT_FOUND" }],
    [{ path: "node", type: "NOT_FOUND" }],
    [{ path: [], type: "NOT_FOUND" }],
    [{ path: null, type: "NOT_FOUND" }],
    [{ type: "NOT_FOUND", message: "Could not resolve to a node" }],
  ])("somewhere that no null explains makes the whole unknown: %j", async (error) => {
    expect(await read({}, [error])).toMatchObject({ name: "Failure", code: "host-refused" });
  });

  it("is not gone if the error has another code than its type", async () => {
    const { host, query } = await fakeGitHub();
    const pull = pullAnswer();
    const error = { type: "NOT_FOUND", path: ["node", "pullRequest"], message: "Could not resolve" };
    for (const [extensions, code] of [
      [{}, "not-found"],
      [{ code: "NOT_FOUND" }, "not-found"],
      [{ code: "FORBIDDEN" }, "permission-missing"],
      [{ code: "INTERNAL" }, "host-refused"],
    ] as const) {
      const node = { ...Object(pull["node"]), pullRequest: null };
      query({ ...pull, node }, [{ ...error, extensions }]);
      await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code });
    }
  });

  it("for its size is read in smaller parts, although the organization's .github is refused in each answer", async () => {
    const refused = { type: "FORBIDDEN", path: ["node", "owner", "repository"], message: "not accessible" };
    const viewer = { login: "cla[bot]", databaseId: 1 };
    const failed = { type: "INTERNAL", path: ["node"], message: "broken" };
    const { host, query } = await fakeGitHub();
    const single = () => host.read(REF, ROUTE, null);
    const sweep = () => Array.fromAsync(host.readOpen({ host: "github", id: REPOSITORY }, ROUTE));
    for (const [ask, asked] of [
      [single, { commits: 50, comments: 50 }],
      [sweep, { pulls: 10 }],
    ] as const)
      for (const [data, path] of [
        [{ viewer, node: null }, ["node"]],
        [{ viewer, node: null }, ["node", "pullRequests"]],
        [null, ["viewer"]],
      ] as const) {
        query(data, [refused, { type: "RESOURCE_LIMITS_EXCEEDED", path, message: "Resource limits" }]);
        const second = query({ viewer, node: null }, [refused, failed]);
        await expect(ask()).rejects.toMatchObject({ code: "host-refused" });
        expect(second.body).toMatchObject({ variables: asked });
      }
  });

  it("is named by the alias under which it was asked for", async () => {
    const pull = pullAnswer();
    const { host, query } = await fakeGitHub();
    query({ ...pull, node: { ...Object(pull["node"]), misnamed: null } }, [
      { type: "FORBIDDEN", path: ["node", "misnamed"], message: "no" },
    ]);
    await expect(host.read(REF, ROUTE, null)).rejects.toMatchObject({ code: "host-answer" });
  });
});
