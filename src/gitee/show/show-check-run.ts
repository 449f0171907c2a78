import type { CheckRefusal, Report } from "../../ports/host.ts";
import { CheckRun, isOwn, newestRuns, refusalOf, type CheckPlace } from "../read/pull/check-runs.ts";
import { within } from "../read/path.ts";
import type { Client } from "../traffic/client.ts";
import { badAnswer } from "../traffic/failure.ts";

/** No source says whether `neutral` or `skipped` passes a required check, so doubt ends in a failure. */
const CONCLUSIONS = {
  success: "success",
  failure: "action_required",
  error: "failure",
  pending: "failure",
} as const;

/** The longest text, in bytes of UTF-8, that a client in use sends ("Gitee's limit"). */
const SUMMARY_BYTES = 65_535;

/** What this process last wrote, in case Gitee keeps a text in another form than it was sent in. */
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
  /** Whether the head may have a run of the bot's. */
  readonly any: boolean;
}

/** The result where there is no run and none is wanted. */
export const NO_RUNS: CheckShown = { writes: 0, refusal: null, written: null, any: false };

/**
 * Makes the newest run of each name tell the truth. A conclusion is final, so a new verdict is a new run; an answer
 * that was lost is found in the list. Runs that the bot wrote under an earlier policy are kept true as well.
 * @throws Failure for a fault that passes; a missing right and an edition without check runs are no failures
 */
export async function ensureCheckRuns(client: Client, plan: CheckPlan, report: Report): Promise<CheckShown> {
  const { place, context } = plan;
  if (place.pullId === null) return context === null ? NO_RUNS : { ...NO_RUNS, refusal: "edition" };
  // Nothing is wanted there, and nothing can be corrected before the bot has the right.
  if (context === null && place.admin === false) return { ...NO_RUNS, any: true };
  let listed = false;
  try {
    const runs = await newestRuns(client, place);
    listed = true;
    const former = [...runs.values()].filter(
      (run) => run.name !== context && isOwn(run, place.number) && isUntrue(run, report),
    );
    let writes = 0;
    for (const { name } of former) {
      await writeRun(client, place, bodyOf(place, name ?? "", report));
      writes += 1;
    }
    const any = context !== null || [...runs.values()].some((run) => isOwn(run, place.number));
    if (context === null) return { writes, refusal: null, written: null, any };
    const body = bodyOf(place, context, report);
    const sent = JSON.stringify(body.output);
    const current = runs.get(context);
    if (current !== undefined && stands(current, body, plan.written))
      return { writes, refusal: null, written: plan.written, any };
    const { id } = await writeRun(client, place, body);
    return { writes: writes + 1, refusal: null, written: { id, sent }, any };
  } catch (error) {
    // An edition that lists check runs has them, so that a 404 for a new one is a missing right.
    const refusal = refusalOf(error, listed ? null : place.admin);
    if (refusal === null) throw error;
    // What could not be read or corrected now may be green, and is looked at again.
    return { ...NO_RUNS, any: refusal === "right", refusal: context === null ? null : refusal };
  }
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

/** What came back is looked at: a run that says something else must not count as shown. */
async function writeRun(client: Client, { path }: CheckPlace, body: Body): Promise<CheckRun> {
  const asked = "a new check run";
  const made = await client.write(asked, "POST", within(path, "check-runs"), body, CheckRun);
  if (made.conclusion !== body.conclusion)
    throw badAnswer(asked, `conclusion: expected ${body.conclusion}, as it was sent`);
  if ((made.head_sha ?? body.head_sha) !== body.head_sha)
    throw badAnswer(asked, "head_sha: expected the commit that was sent");
  return made;
}

/** Whether a run says what is to be said. One that was queued again is not done, whatever it concluded before. */
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

/** Whether a run is green where the verdict is not, or the other way about. */
function isUntrue({ conclusion }: CheckRun, { state }: Report): boolean {
  return (conclusion === "success") !== (state === "success");
}

/** What a host may change in a text that it keeps: line ends, blanks at the ends. */
function bare(text: string | null | undefined): string {
  return (text ?? "").replaceAll("\r\n", "\n").trim();
}

/** No half of a character is left at the end. */
function cut(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= SUMMARY_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(SUMMARY_BYTES - 3));
  return `${text.slice(0, read)}…`;
}
