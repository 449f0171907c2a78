import type { CheckRefusal, Report } from "../../ports/host.ts";
import { CheckRun, isOwn, listRuns, refusalOf, type CheckPlace } from "../read/pull/check-runs.ts";
import { within } from "../read/path.ts";
import type { Client } from "../traffic/client.ts";
import { badAnswer } from "../traffic/failure.ts";

/** No source says whether `neutral` or `skipped` passes a required check, so an uncertain result is a failure. */
const CONCLUSIONS = {
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

export interface CheckPlan {
  readonly place: CheckPlace;
  /** The name of the run to show; null: none, and only runs from an earlier policy are corrected. */
  readonly context: string | null;
  readonly written: WrittenRun | null;
}

export interface CheckShown {
  readonly writes: number;
  readonly refusal: CheckRefusal | null;
  readonly written: WrittenRun | null;
  /** Whether the head may have one of the bot's runs. */
  readonly any: boolean;
}

/** The result if there is no run and none is wanted. */
export const NO_RUNS: CheckShown = { writes: 0, refusal: null, written: null, any: false };
/** The result if the runs could not be read. */
const UNKNOWN_RUNS: CheckShown = { ...NO_RUNS, any: true };

/**
 * Makes the newest run of each name show the current verdict. A conclusion is final, so a new verdict needs a new run;
 * a run whose answer was lost is found in the list. Runs that the bot wrote under an earlier policy are corrected, too.
 * @throws Failure for a temporary error; a missing permission and an edition without check runs are not failures
 */
export async function ensureCheckRuns(client: Client, plan: CheckPlan, report: Report): Promise<CheckShown> {
  const { place, context } = plan;
  if (place.pullId === null) return { ...UNKNOWN_RUNS, refusal: context === null ? null : "edition" };
  // No run is wanted there, and none can be corrected before the bot has the permission.
  if (context === null && place.admin === false) return UNKNOWN_RUNS;
  let listed = false;
  try {
    const { newest: runs, mixed } = await listRuns(client, place);
    listed = true;
    if (mixed) return await ensureNoGreen(client, plan, runs, report);
    const former = [...runs.values()].filter(
      (run) => run.name !== context && isOwn(run, place) && isUntrue(run, report),
    );
    let writes = 0;
    for (const { name } of former) {
      await writeRun(client, place, bodyOf(place, name ?? "", report));
      writes += 1;
    }
    const any = context !== null || [...runs.values()].some((run) => isOwn(run, place));
    if (context === null) return { writes, refusal: null, written: null, any };
    const body = bodyOf(place, context, report);
    const sent = JSON.stringify(body.output);
    const current = runs.get(context);
    if (current !== undefined && stands(current, body, plan.written))
      return { writes, refusal: null, written: plan.written, any };
    const { id } = await writeRun(client, place, body);
    return { writes: writes + 1, refusal: null, written: { id, sent }, any };
  } catch (error) {
    // An edition that lists check runs supports them, so a 404 for a new one means a missing permission.
    const refusal = refusalOf(error, listed ? null : place.admin);
    if (refusal === null) throw error;
    // A run that could not be read or corrected now may be green, and is checked again.
    return { ...UNKNOWN_RUNS, refusal: context === null ? null : refusal };
  }
}

/**
 * Where Gitee shows the runs of one pull request on others with the same head, no verdict can be green: replaces green
 * runs once, and leaves the result to labels and comments.
 */
async function ensureNoGreen(
  client: Client,
  { place, context }: CheckPlan,
  runs: ReadonlyMap<string, CheckRun>,
  report: Report,
): Promise<CheckShown> {
  const red: Report = { ...report, state: "error", line: report.notes.mixedRuns };
  const names = [...runs.values()]
    .filter((run) => run.conclusion === "success" && (run.name === context || isOwn(run, place)))
    .map(({ name }) => name ?? "");
  for (const name of names) await writeRun(client, place, bodyOf(place, name, red));
  return { ...UNKNOWN_RUNS, writes: names.length };
}

function bodyOf({ head, pullId }: CheckPlace, name: string, report: Report) {
  return {
    name,
    head_sha: head,
    pull_request_id: pullId,
    details_url: report.detailsUrl,
    status: "completed",
    conclusion: CONCLUSIONS[report.state],
    output: { title: report.line, summary: cut(report.summary) },
  };
}
type Body = ReturnType<typeof bodyOf>;

/** The answer is compared: a run with another result must not count as shown. */
async function writeRun(client: Client, { path }: CheckPlace, body: Body): Promise<CheckRun> {
  const asked = "a new check run";
  const made = await client.write(asked, "POST", within(path, "check-runs"), body, CheckRun);
  if (made.conclusion !== body.conclusion)
    throw badAnswer(asked, `conclusion: expected ${body.conclusion}, as it was sent`);
  if ((made.head_sha ?? body.head_sha) !== body.head_sha)
    throw badAnswer(asked, "head_sha: expected the commit that was sent");
  return made;
}

/** Whether a run has the wanted result. A run that was queued again is not done, whatever its earlier conclusion. */
function stands(run: CheckRun, body: Body, written: WrittenRun | null): boolean {
  const done = run.status === null || run.status === undefined || run.status === "completed";
  if (!done || run.conclusion !== body.conclusion) return false;
  if (written?.id === run.id) return written.sent === JSON.stringify(body.output);
  return (
    run.details_url === body.details_url &&
    bare(run.output?.title) === bare(body.output.title) &&
    bare(run.output?.summary) === bare(body.output.summary)
  );
}

/** Whether a run is green and the verdict is not, or the reverse. */
function isUntrue({ conclusion }: CheckRun, { state }: Report): boolean {
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
