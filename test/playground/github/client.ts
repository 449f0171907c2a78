import { createSign } from "node:crypto";
import type { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import type { Permissions, Repository } from "../../../playground/github/state/model.ts";

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** Calls the simulated host with some token, or none, and takes the answer as it comes. */
export function client(github: SimulatedGitHub, token?: string) {
  const call = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const headers = new Headers(init.headers);
    if (token) headers.set("authorization", `bearer ${token}`);
    const answer = await fetch(`${github.url}${path}`, { redirect: "manual", ...init, headers });
    const text = await answer.text();
    const json = answer.headers.get("content-type")?.includes("json") ?? false;
    return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
  };
  return {
    get: (path: string, headers: Record<string, string> = {}) => call(`/api/v3${path}`, { headers }),
    send: (method: string, path: string, body?: unknown) =>
      call(`/api/v3${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    async graphql(query: string, variables: Record<string, unknown> = {}) {
      const answer = await call("/api/graphql", {
        method: "POST",
        body: JSON.stringify({ query, variables }),
      });
      return answer.body as { data?: Record<string, never>; errors?: { type?: string; message: string }[] };
    },
  };
}

/** A client with a token of the installation on that repository's owner. */
export function installed(github: SimulatedGitHub, repository: Repository, permissions?: Permissions) {
  const installation = github.installationFor(repository);
  if (!installation) throw new Error("the app is not installed there");
  return client(github, github.tokens.forInstallation(installation, permissions).token);
}

/** The app's own JSON Web Token. */
export function appToken(
  { privateKey, app }: SimulatedGitHub,
  { key = privateKey ?? "", iss = String(app.id), life = 540, now = Date.now() / 1000 } = {},
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const iat = Math.floor(now) - 30;
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat, exp: iat + life, iss })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(key, "base64url")}`;
}
