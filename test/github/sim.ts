/** The adapter against a simulated GitHub over real HTTP. */
import { onTestFinished } from "vitest";
import { connectGitHub, type GitHubClient } from "../../src/github/traffic/client.ts";
import { gitHubHost, type GitHubHost } from "../../src/github/host.ts";
import type { Limits } from "../../src/github/traffic/limits.ts";
import { enterpriseServer, type GitHubServer } from "../../src/github/traffic/server.ts";
import type { Report } from "../../src/ports/host.ts";
import type { SimulatedGitHubOptions } from "../../playground/github/options.ts";
import { SimulatedGitHub } from "../../playground/github/simulated-github.ts";
import type { Pull, Repository } from "../../playground/github/state/model.ts";
import type { PullRef } from "../../src/pull.ts";
import type { Route } from "../../src/ports/queue.ts";

/** The server option with which the simulated GitHub has github.com's numbers and addresses. */
export const PUBLIC_NUMBERS: Partial<GitHubServer> = {
  noreplyDomain: "users.noreply.github.com",
  ownNumbers: false,
};

export interface Simulation {
  readonly github: SimulatedGitHub;
  readonly client: GitHubClient;
  readonly host: GitHubHost;
}

/** Starts a separate GitHub for one test. */
export async function simulate(
  options: SimulatedGitHubOptions & { limits?: Limits; server?: Partial<GitHubServer> } = {},
): Promise<Simulation> {
  const { limits, server = {}, ...spec } = options;
  const github = await SimulatedGitHub.start(spec);
  onTestFinished(async () => github.stop());
  const client = connectGitHub({
    appId: github.app.id,
    privateKey: github.privateKey ?? "",
    webhookSecret: github.webhookSecret,
    server: { ...enterpriseServer(github.host, "http"), ...server },
    ...(limits === undefined ? {} : { limits }),
  });
  return { github, client, host: gitHubHost(client) };
}

export function routeOf(github: SimulatedGitHub, repository: Repository): Route {
  return { installation: github.installationFor(repository)?.id ?? null, handle: repository.nodeId };
}

export function refOf(pull: Pull): PullRef {
  return { host: "github", repository: pull.repository.id, number: pull.number };
}

export function report(change: Partial<Report> = {}): Report {
  return {
    state: "failure",
    line: "CLA icla 1.0: 0 of 1 accounts",
    detailsUrl: "https://cla.example.com/pulls/github/octo/spoon/1",
    summary: "Nobody has signed.",
    kind: "status",
    context: "license/cla",
    labels: null,
    comment: "<!-- countersign -->\n### Sign, please",
    commentWanted: true,
    shared: false,
    notes: {
      statusLimit: "No more statuses.",
      noCheckRun: "No check runs here.",
      mixedRuns: "Mixed.",
      staleCheck: "The green run is stale.",
      redCheck: "The red run is stale.",
      missingCheck: "The run is missing.",
      refusedLabels: "",
    },
    ...change,
  };
}
