import { createHash } from "node:crypto";
import { Failure } from "../../error.ts";
import type { CheckRefusal, Report } from "../../ports/host.ts";
import {
  CheckRun,
  isOf,
  isOwn,
  isRefused,
  isShared,
  listRuns,
  markOf,
  refusalOf,
  shownIn,
  type CheckPlace,
  type ListedRuns,
} from "../read/pull/check-runs.ts";
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
  /** Whether a green run of the bot contradicts the verdict; null: the runs could not be read. */
  readonly stale: boolean | null;
  /** Whether the bot has, or may have, a run on the head; null: the runs could not be read. */
  readonly hasRun: boolean | null;
  /** The temporary error that prevented a write; null: none. */
  readonly failure: Failure | null;
}

const NOTHING: CheckShown = {
  writes: 0,
  refusal: null,
  written: null,
  stale: null,
  hasRun: null,
  failure: null,
};

/**
 * Makes the newest run of each name show the current verdict. A conclusion is final, so a new verdict needs a new run;
 * a run whose answer was lost is found in the list. Runs that the bot wrote under an earlier policy are corrected, too.
 * A missing permission and an edition without check runs are not failures.
 */
export async function ensureCheckRuns(client: Client, plan: CheckPlan, report: Report): Promise<CheckShown> {
  const { place, context } = plan;
  if (place.pullId === null) return { ...NOTHING, refusal: context === null ? null : "edition" };
  // No run is wanted there, and none can be corrected before the bot has the permission.
  if (context === null && place.admin === false) return NOTHING;
  let listed: ListedRuns;
  let isMixed: boolean;
  try {
    listed = await listRuns(client, place);
    isMixed = await isShared(client, place, listed.others);
  } catch (error) {
    return refused(plan, NOTHING, error, null);
  }
  return isMixed
    ? ensureNoGreen(client, plan, listed.newest, report)
    : ensureRuns(client, plan, listed.newest, report);
}

async function ensureRuns(
  client: Client,
  plan: CheckPlan,
  runs: CheckRuns,
  report: Report,
): Promise<CheckShown> {
  const { place, context, written } = plan;
  const names = [...runs.values()]
    .filter((run) => run.name !== context && isOwn(run, place) && isUntrue(run, report))
    .map(({ name }) => name ?? "");
  if (context === null) return writeRuns(client, plan, runs, names, report);
  const body = bodyOf(place, context, report);
  const current = runs.get(context);
  if (current !== undefined && stands(current, body, written))
    return { ...(await writeRuns(client, plan, runs, names, report)), written };
  return writeRuns(client, plan, runs, [context, ...names], report);
}

/**
 * Where Gitee shows the runs of one pull request on others with the same head, no verdict can be green: replaces green
 * runs, and another pull request's run that says nothing about this one, once, and leaves the result to labels and
 * comments.
 */
async function ensureNoGreen(
  client: Client,
  plan: CheckPlan,
  runs: CheckRuns,
  report: Report,
): Promise<CheckShown> {
  const red: Report = { ...report, state: "error", line: report.notes.mixedRuns };
  const names = new Set(greenNames(plan, runs));
  const { context, place } = plan;
  const current = context === null ? undefined : runs.get(context);
  const isForeign = current === undefined || shownIn(current, place) !== place.number;
  if (context !== null && isForeign && current?.conclusion !== CONCLUSIONS.error) names.add(context);
  return writeRuns(client, plan, runs, [...names], red);
}

type CheckRuns = ListedRuns["newest"];

/** The names under which a green run is the bot's, or counts as the bot's. */
function greenNames({ place, context }: CheckPlan, runs: CheckRuns): readonly string[] {
  return [...runs.values()]
    .filter((run) => run.conclusion === "success" && (run.name === context || isOwn(run, place)))
    .map(({ name }) => name ?? "");
}

/** Writes a new run of each name. A refusal of one does not prevent the others. */
async function writeRuns(
  client: Client,
  plan: CheckPlan,
  runs: CheckRuns,
  names: readonly string[],
  report: Report,
): Promise<CheckShown> {
  const stale = new Set(report.state === "success" ? [] : greenNames(plan, runs));
  const hasRun = [...runs.values()].some((run) => run.name === plan.context || isOwn(run, plan.place));
  let shown: CheckShown = { ...NOTHING, stale: false, hasRun };
  for (const name of names) {
    const body = bodyOf(plan.place, name, report);
    try {
      const { id } = await writeRun(client, plan.place, body);
      stale.delete(name);
      const written = name === plan.context ? { id, sent: sentOf(body) } : shown.written;
      shown = { ...shown, writes: shown.writes + 1, written, hasRun: true };
    } catch (error) {
      shown = refused(plan, shown, error, name);
    }
  }
  return { ...shown, stale: stale.size > 0 };
}

/**
 * @param what the name of the new run; null: the list was refused
 * @throws anything but a foreseen failure
 */
function refused(
  { context, place }: CheckPlan,
  shown: CheckShown,
  error: unknown,
  what: string | null,
): CheckShown {
  // An edition that lists check runs supports them, so a 404 for a new one means a missing permission.
  const known = refusalOf(error, what === null ? place.admin : null);
  const refusal = known ?? (isRefused(error, place, what) ? "refused" : null);
  if (refusal !== null) return { ...shown, refusal: context === null ? null : refusal };
  if (!(error instanceof Failure)) throw error;
  // A write without an answer may have happened.
  return { ...shown, failure: shown.failure ?? error, hasRun: what === null ? shown.hasRun : true };
}

function bodyOf(place: CheckPlace, name: string, report: Report) {
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
type Body = ReturnType<typeof bodyOf>;

/** The answer is compared: a run with another result must not count as shown. */
async function writeRun(client: Client, { path }: CheckPlace, body: Body): Promise<CheckRun> {
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
function stands(run: CheckRun, body: Body, written: WrittenRun | null): boolean {
  if (!isDone(run) || (run.conclusion ?? body.conclusion) !== body.conclusion) return false;
  if (written?.id === run.id) return written.sent === sentOf(body);
  if (run.details_url !== body.details_url) return false;
  return (
    bare(run.output?.text) === body.output.text ||
    (bare(run.output?.title) === bare(body.output.title) &&
      bare(run.output?.summary) === bare(body.output.summary))
  );
}

/**
 * A conclusion ends a run, whatever its status; but a run that was queued again is not done, whatever its earlier
 * conclusion. help.gitee.com/base/pullrequest/ci-check
 */
function isDone({ status, conclusion }: CheckRun): boolean {
  if (status === "in_progress") return conclusion !== null && conclusion !== undefined;
  return status === null || status === undefined || status === "completed";
}

function sentOf({ conclusion, output }: Body): string {
  return JSON.stringify([conclusion, output]);
}

/** Whether a run is green and the verdict is not, or the reverse. */
function isUntrue({ conclusion, output }: CheckRun, { state, line }: Report): boolean {
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
