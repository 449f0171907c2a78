/** The body of a check run, and whether a listed run says the same. */
import { createHash } from "node:crypto";
import type { Report } from "../../ports/host.ts";
import { CheckRun, isOf, markOf, type CheckPlace } from "../read/pull/check-runs.ts";
import { within } from "../read/path.ts";
import type { Client } from "../traffic/client.ts";
import { badAnswer } from "../traffic/failure.ts";

/** No source says whether `neutral` or `skipped` passes a required check, so an uncertain result is a failure. */
export const CONCLUSIONS = {
  success: "success",
  failure: "action_required",
  error: "failure",
  pending: "failure",
} as const;

/** The maximum text length, in bytes of UTF-8, that an existing client sends ("Gitee's limit"). */
const SUMMARY_BYTES = 65_535;

/** The last text that this process wrote, in case Gitee stores it in a different form. */
export interface WrittenRun {
  readonly id: number;
  readonly sent: string;
}

export function bodyOf(place: CheckPlace, name: string, report: Report) {
  const { head, pullId } = place;
  const [title, summary] = [report.line, cut(report.summary)];
  // After a restart, it tells a text that Gitee stores in a different form.
  const digest = createHash("sha256").update(`${title}\n${summary}`).digest("hex");
  return {
    name,
    head_sha: head,
    pull_request_id: pullId,
    details_url: report.detailsUrl,
    status: "completed",
    conclusion: CONCLUSIONS[report.state],
    output: { title, summary, text: `${markOf(place)}\n<!-- ${digest} -->` },
  };
}
export type Body = ReturnType<typeof bodyOf>;

/** The answer is compared: a run with another result must not count as shown. */
export async function writeRun(client: Client, { path }: CheckPlace, body: Body): Promise<CheckRun> {
  const asked = "a new check run";
  const made = await client.write(asked, "POST", within(path, "check-runs"), body, CheckRun);
  // A finished run without a conclusion in the answer is recognized by its text later.
  const conclusion = made.conclusion ?? (isDone(made) ? body.conclusion : null);
  if (conclusion !== body.conclusion)
    throw badAnswer(asked, `conclusion: expected ${body.conclusion}, as it was sent`);
  if (!isOf(body.head_sha, made.head_sha))
    throw badAnswer(asked, "head_sha: expected the commit that was sent");
  return made;
}

/** Whether a run has the wanted result. The texts of the bot's runs belong to one conclusion, which may not be shown. */
export function stands(run: CheckRun, body: Body, written: WrittenRun | null): boolean {
  if (!isDone(run) || (run.conclusion ?? body.conclusion) !== body.conclusion) return false;
  if (written?.id === run.id) return written.sent === sentOf(body);
  if (run.details_url !== body.details_url) return false;
  const digest = digestIn(run.output?.text);
  if (digest !== null) return digest === digestIn(body.output.text);
  const isSame =
    bare(run.output?.title) === bare(body.output.title) &&
    bare(run.output?.summary) === bare(body.output.summary);
  // Where Gitee keeps no text as it was sent, two processes must not replace each other's runs by turns.
  return isSame || written?.sent === sentOf(body);
}

/** The digest in the text of one of the bot's runs; null: the host did not keep it. */
function digestIn(text: string | null | undefined): string | null {
  return /\b[0-9a-f]{64}\b/.exec(text ?? "")?.[0] ?? null;
}

/**
 * A conclusion ends a run, whatever its status; but a run that was queued again is not done, whatever its earlier
 * conclusion. help.gitee.com/base/pullrequest/ci-check
 */
function isDone({ status, conclusion }: CheckRun): boolean {
  if (status === "in_progress") return conclusion !== null && conclusion !== undefined;
  return status === null || status === undefined || status === "completed";
}

export function sentOf({ conclusion, output }: Body): string {
  return JSON.stringify([conclusion, output]);
}

/** Whether a run is green and the verdict is not, or the reverse. */
export function isUntrue({ conclusion, output }: CheckRun, { state, line }: Report): boolean {
  if (conclusion === null || conclusion === undefined) return bare(output?.title) !== bare(line);
  return (conclusion === "success") !== (state === "success");
}

/** Removes differences that a host may introduce in a stored text: line endings and surrounding white space. */
function bare(text: string | null | undefined): string {
  return (text ?? "").replaceAll("\r\n", "\n").trim();
}

/** Removes half of a character at the end. */
function cut(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= SUMMARY_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(SUMMARY_BYTES - 3));
  return `${text.slice(0, read)}…`;
}
