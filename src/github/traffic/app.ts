/**
 * The GitHub App in Probot: an Octokit for the app itself and for each installation, whose tokens Probot renews and
 * remembers. The client loads this file with its first request, because nothing else of a start loads for as long.
 */
import pino from "pino";
import { Probot, ProbotOctokit } from "probot";
import { API_VERSION, type GitHubServer } from "./server.ts";

/** Null is the app itself, a number is one of its installations. */
export type Identity = number | null;

export interface AppCredentials {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly server: GitHubServer;
}

/** @returns makes a new Octokit, which asks for a token with its first request unless a valid one is known */
export function openApp({
  appId,
  privateKey,
  webhookSecret,
  server,
}: AppCredentials): (as: Identity) => Promise<ProbotOctokit> {
  const log = pino({ level: "silent" });
  // The client has its own pace, and the queue is the only retry loop.
  const plain = { throttle: { enabled: false }, retry: { enabled: false } };
  // Probot would renew a token at api.github.com, whatever the server.
  const { request } = new ProbotOctokit({ ...plain, baseUrl: server.apiUrl, log });
  const versioned = request.defaults({ headers: { "x-github-api-version": API_VERSION } });
  const probot = new Probot({
    appId,
    privateKey,
    secret: webhookSecret,
    baseUrl: server.apiUrl,
    // A function, because Probot merges plain options with its own limit of one write a second.
    Octokit: ProbotOctokit.defaults((options: { auth?: object }) => ({
      ...options,
      ...plain,
      auth: { ...options.auth, request: versioned },
    })),
    log,
  });
  return (as) => (as === null ? probot.auth() : probot.auth(as));
}
