/** The bot between simulated hosts, as the end-to-end tests use it. */
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { accountOf, type HostName } from "../../src/account.ts";
import { startStage, type Stage, type StageOptions } from "../../playground/stage.ts";
import type { SimulatedGitHub } from "../../playground/github/simulated-github.ts";
import type { Pull } from "../../playground/github/state/model.ts";

/** A stage that ends with the test. */
export async function stageForTest(options: StageOptions = {}): Promise<Stage> {
  const stage = await startStage(options);
  onTestFinished(() => stage.stop());
  return stage;
}

export { run, type Ran } from "../run-command.ts";

/** The bot's status on a pull request's head, as branch protection sees it. */
export function statusOf(pull: Pull): { state: string; line: string | null; url: string | null } | null {
  const found = pull.repository.statusesOf(pull.head.sha).find(({ context }) => context === "license/cla");
  return found === undefined ? null : { state: found.state, line: found.description, url: found.targetUrl };
}

/** Its state alone; null: there is none. */
export function stateOf(pull: Pull): string | null {
  return statusOf(pull)?.state ?? null;
}

/** What the bot asked of GitHub for its checks, without its regular look for lost deliveries. */
export function costOf(github: SimulatedGitHub): { reads: number; writes: number } {
  const { reads, writes, byRoute } = github.calls();
  const looks = Object.entries(byRoute)
    .filter(([route]) => route.includes(" /app/"))
    .reduce((sum, [, times]) => sum + times, 0);
  return { reads: reads - looks, writes };
}

/** The bot's comments on a pull request. */
export function commentsOf(pull: Pull): readonly string[] {
  return pull.comments.filter(({ viaApp }) => viaApp).map(({ body }) => body);
}

/** Records in the running bot's database that accounts of GitHub have signed, and waits for the result. */
export async function sign(stage: Stage, ...users: readonly { readonly id: number }[]): Promise<void> {
  await stage.bot.engine.signatures.sign([users.map((user) => signatureOf(user))], { evidence: "import" });
  await stage.settled();
}

export function signatureOf({ id }: { readonly id: number }, host: HostName = "github") {
  return {
    account: accountOf(host, id),
    agreement: "icla",
    version: "1.0",
    signedAt: Date.UTC(2025, 2, 1),
    entity: null,
  };
}

/** A signature file about accounts of GitHub. */
export function csvOf(users: readonly { readonly id: number }[]): string {
  const rows = users.map(({ id }) => `github,${id},icla,1.0,2025-03-01\n`);
  return `host,account_id,agreement,version,signed_at\n${rows.join("")}`;
}

/** As if the host had reported for an hour that something does not exist, so the bot gives up. */
export async function anHourOn(stage: Stage): Promise<void> {
  const connection = new Database((stage.variables["DATABASE_URL"] ?? "").slice("file:".length));
  // What an installation leaves behind is looked for after the installation itself.
  for (let round = 0; round < 2; round += 1) {
    connection.exec(
      `UPDATE task SET failing_since = failing_since - 3600001, due_at = 0 WHERE failure = 'not-found';
UPDATE task SET due_at = 0 WHERE key LIKE 'installation/%';
UPDATE repository SET missing_since = missing_since - 3600001`,
    );
    await stage.settled();
  }
  connection.close();
}
