import { onTestFinished } from "vitest";
import type { Account } from "../../src/account.ts";
import { accountOf } from "../../src/account.ts";
import type { Agreement } from "../../src/records/agreement.ts";
import { giteeHost, type GiteeHost, type GiteeOptions } from "../../src/gitee/host.ts";
import type { Report } from "../../src/ports/host.ts";
import type { SimulatedPull } from "../../playground/gitee/pull.ts";
import { SimulatedGitee } from "../../playground/gitee/simulated-gitee.ts";
import type { User } from "../../playground/gitee/state/records.ts";
import type { Settings } from "../../playground/gitee/state/settings.ts";
import type { PullRef } from "../../src/pull.ts";

export const TOKEN = "t0ken-of-the-bot";
export const ROUTE = { installation: null, handle: null };

export function agreement(repositories: readonly string[]): Agreement {
  return {
    id: "icla",
    title: "ICLA",
    version: "1.0",
    url: null,
    document: "icla.md",
    repositories,
    accepts: [],
    graceDays: 30,
    effective: null,
    sign: ["page"],
    withdrawal: "self",
  };
}

/** The adapter, connected to a simulated Gitee over HTTP that stops when the test ends. */
export async function startHost(
  options: { settings?: Partial<Settings>; patterns?: string[]; host?: Partial<GiteeOptions> } = {},
) {
  const gitee = await SimulatedGitee.start({
    token: TOKEN,
    webhookSecret: "s3cret",
    clientId: "client",
    clientSecret: "client-secret",
    ...(options.settings && { settings: options.settings }),
  });
  onTestFinished(() => gitee.stop());
  const newHost = (agreements = [agreement(options.patterns ?? ["gitee:octo/*"])]): GiteeHost =>
    giteeHost({
      url: gitee.url,
      token: TOKEN,
      now: Date.now,
      publicUrl: "https://cla.example.com",
      agreements,
      ...options.host,
    });
  const alice = gitee.user({ login: "alice" });
  const bob = gitee.user({ login: "bob" });
  const repository = gitee.repository({ owner: "octo", name: "widget" });
  const host = newHost();
  host.seen(repository.id, repository.fullName);
  const refOf = (pull: SimulatedPull): PullRef => ({
    host: "gitee",
    repository: repository.id,
    number: pull.number,
  });
  return { gitee, host, newHost, alice, bob, repository, refOf };
}

export function gitee(user: User): Account {
  return accountOf("gitee", user.id);
}

export function report(changes: Partial<Report> = {}): Report {
  return {
    state: "success",
    line: "CLA icla 1.0: 1 of 1 accounts",
    detailsUrl: "https://cla.example.com/pulls/gitee/octo/widget/1",
    summary: "",
    kind: "status",
    context: "license/cla",
    labels: { signed: "cla/yes", unsigned: "cla/no" },
    comment: "<!-- countersign -->\n\n### Contributor License Agreement\n\nAll is in order.",
    shared: false,
    notes: {
      statusLimit: "No more statuses.",
      noCheckRun: "No check runs here.",
      mixedRuns: "Mixed.",
      staleCheck: "The green run is stale.",
      redCheck: "The red run is stale.",
      missingCheck: "The run is missing.",
      refusedLabels: "The labels are refused.",
    },
    commentWanted: false,
    ...changes,
  };
}

export const UNSIGNED = report({
  state: "failure",
  comment: "<!-- countersign -->\n\n### Contributor License Agreement\n\nSomebody has to sign.",
  commentWanted: true,
});

/** Makes the bot look for lost deliveries once, as it does at the start; from then on it knows its own account. */
export async function startUp({ deliveries }: GiteeHost): Promise<void> {
  await deliveries.missed(Date.parse("2099-01-01T00:00:00Z"));
}
