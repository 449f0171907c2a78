/** The one wrapper around nock: every answer that a test sets up must be requested, and nothing else may be. */
import { generateKeyPairSync } from "node:crypto";
import nock from "nock";
import { z } from "zod";
import { connectGitHub, type GitHubClient, type GitHubConfig } from "../../src/github/traffic/client.ts";
import { gitHubHost } from "../../src/github/host.ts";
import { enterpriseServer, GITHUB_COM } from "../../src/github/traffic/server.ts";
import type { Host } from "../../src/ports/host.ts";

export const INSTALLATION = 99;
export const ROUTE = { installation: INSTALLATION, handle: "R_1" };
export const REPOSITORY = 1296269;

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

export const CONFIG: GitHubConfig = {
  appId: 7,
  privateKey,
  webhookSecret: "a secret that only tests know",
  server: GITHUB_COM,
};

export interface Fake {
  readonly client: GitHubClient;
  readonly host: Host;
  /** Answers the next request with this method and path; resolves to the request's body. */
  readonly answer: (
    method: string,
    path: string,
    body: unknown,
    status?: number,
    headers?: Record<string, string>,
  ) => Asked;
  /** Answers the next GraphQL query. */
  readonly query: (data: unknown, errors?: readonly object[]) => Asked;
}

/** The request, once it has arrived. */
export interface Asked {
  body: Record<string, unknown> | null;
}

export async function fakeGitHub(change: Partial<GitHubConfig> = {}): Promise<Fake> {
  nock.disableNetConnect();
  const config = { ...CONFIG, ...change };
  const client = connectGitHub(config);
  const base = config.server.apiUrl;
  nock(base)
    .persist()
    .post(/\/app\/installations\/\d+\/access_tokens$/)
    .optionally()
    .reply(201, {
      token: "ghs_token",
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      permissions: {},
    });
  const intercept = (
    method: string,
    url: URL,
    body: unknown,
    status: number,
    headers: Record<string, string>,
  ) => {
    const asked: Asked = { body: null };
    // Answers by function hang if they read the body; the matcher also sees the body.
    const keep = (sent: Record<string, unknown> | string): boolean => {
      asked.body = typeof sent === "string" ? null : sent;
      return true;
    };
    nock(url.origin)
      .intercept(url.pathname + url.search, method, keep)
      .reply(status, body as nock.Body, headers);
    return asked;
  };
  return {
    client,
    host: gitHubHost(client),
    answer: (method, path, body, status = 200, headers = {}) =>
      intercept(method, new URL(base + path), body, status, headers),
    query(data, problems) {
      const errors = withShared(data, problems);
      const url = base.endsWith("/api/v3") ? base.replace("/api/v3", "/api/graphql") : `${base}/graphql`;
      return intercept("POST", new URL(url), { data, ...(errors === undefined ? {} : { errors }) }, 200, {});
    },
  };
}

const Shared = z.object({ node: z.object({ owner: z.object({ repository: z.null() }) }) });

/** Most organizations have no `.github` repository, and GitHub says so each time. */
function withShared(data: unknown, problems?: readonly object[]): readonly object[] | undefined {
  const path = ["node", "owner", "repository"];
  const said = problems?.some((one) => "path" in one && String(one.path).startsWith(path.join()));
  if (!Shared.safeParse(data).success || said === true) return problems;
  return [...(problems ?? []), { type: "NOT_FOUND", path, message: "Could not resolve to a Repository" }];
}

/** Fails if an expected request was never made; call it after each test. */
export function settleFake(): void {
  const unused = nock.pendingMocks().filter((mock) => !mock.includes("access_tokens"));
  nock.cleanAll();
  if (unused.length > 0) throw new Error(`never asked for: ${unused.join(", ")}`);
}

export { enterpriseServer };
