/**
 * Shows a report on a pull request: the labels, on which a merge may depend, the comment, and the check run, each by
 * itself, so that a failure of one does not prevent the others.
 *
 * A check of a pull request makes at most 7 calls when the bot sees it for the first time, and 5 if nothing changed. If
 * its reading took more calls than usual, it skips one that can't change anything now, and the next check makes it.
 */
import type { ConfirmWrite, FormerAnswer, Report, Shown } from "../../ports/host.ts";
import { Failure } from "../../error.ts";
import { printPullRef, type PullRef } from "../../pull.ts";
import type { CheckAccess } from "../read/pull/access.ts";
import { formerly, idsOf, leftRuns, noteOf, type Answer } from "../read/pull/answer.ts";
import type { CheckPlace } from "../read/pull/check-runs.ts";
import { counted } from "../traffic/calls.ts";
import type { Client } from "../traffic/client.ts";
import { findRuns, isSaid, showRuns, type CheckPlan, type FoundRuns } from "./show-check-run.ts";
import {
  findFormerLabels,
  firstOf,
  isFresh,
  noteOnPull,
  settled,
  showComment,
  showLabels,
  type Commented,
  type Labeled,
  type Standing,
} from "./show.ts";

/** Calls of one check: of a pull request without an answer, and of one whose answer stays the same. */
const MOST = { first: 7, unchanged: 5 };
const DAY = 24 * 60 * 60_000;

/** A pull request as it was read, to show reports on it. */
export interface Target {
  readonly ref: PullRef;
  readonly place: CheckPlace;
  /** Whether an agreement covers the repository. */
  readonly covered: boolean;
  /** Whether the policy file, and so the names that it gives, could not be read. */
  readonly isPolicyUnread: boolean;
  /** The last answer of this process. */
  readonly answer: Answer | undefined;
  /** When it was opened, in milliseconds since the epoch; null: Gitee did not say. */
  readonly createdAt: number | null;
  /** Why a part could not be read; thrown after the report was shown. */
  readonly failure: Failure | null;
  /** The current labels and comment, which change with each report. */
  standing: Standing;
}

interface Asked {
  readonly confirm: ConfirmWrite;
  /** The bot's comment, if the reading did not know it. */
  readonly comment: number | null;
  readonly former: FormerAnswer | null;
}

/** What the bot may have done on the pull request before. */
interface Past {
  /** Whether neither this process nor the database knows an answer to it. */
  readonly isUnanswered: boolean;
  /** Whether it was opened lately, while this process ran, so that an answer would be in this database. */
  readonly isNew: boolean;
}

export async function showReport(
  access: CheckAccess,
  target: Target,
  wanted: Report,
  asked: Asked,
): Promise<Shown> {
  const { begun, calls, self } = access;
  const { place, answer } = target;
  const key = printPullRef(target.ref);
  const writer = counted(access.uncounted.confirmedBy(asked.confirm), calls);
  const report =
    target.isPolicyUnread && answer !== undefined ? { ...wanted, labels: answer.labels } : wanted;
  const standing = { ...target.standing, comment: target.standing.comment ?? asked.comment };
  const past = pastOf(access, target, standing, asked.former);
  if (!isFresh(standing, report)) begun.add(key);
  if (asked.former?.refusal === "edition" && answer === undefined)
    place.without.keep(String(place.repository), true);

  const old = await findFormerLabels(writer, self, standing, report, past.isNew);
  const isFirst = past.isNew || isFresh(old.standing, report);
  const isAlone = past.isUnanswered && asked.former?.shared === false;
  const isUnseen = isAlone && isFirst;
  // Without the policy the run's name is unknown, and without an agreement no run is wanted.
  const isWanted = report.kind !== "status" && !target.isPolicyUnread && target.covered;
  const plan = { place, context: isWanted ? report.context : null, written: answer?.run ?? null };
  const spare = isUnseen ? MOST.first - calls.made - callsOf(report, plan) : 0;
  const labeled = await showLabels(writer, old, report, { known: access.labels, spare });
  const find = (writes: number, isUncommented: boolean): Promise<FoundRuns> => {
    // Another verdict is shown at any cost.
    const most = past.isUnanswered ? MOST.first : writes > 0 ? Infinity : MOST.unchanged;
    return findRuns(writer, plan, {
      calls: most - calls.made,
      // Where the policy wants no label, the first comment tells it.
      isUnseen: isUnseen || (isAlone && report.labels === null && isUncommented),
      mayHaveRuns: mayHaveRuns(target, asked.former),
    });
  };
  const early = mayWait(target, labeled, plan, asked.former, calls.made) ? await find(0, false) : null;
  const isMissing = answer === undefined && place.admin === false && report.kind === "check";
  const note = isMissing ? "missingCheck" : (answer?.note ?? null);
  const commented: Commented =
    early !== null && isSaid(plan, early, { ...report, summary: labeled.report.summary })
      ? { comment: labeled.standing.comment, text: null, writes: 0, failure: null }
      : await showComment(writer, self, labeled, note, isFirst);
  target.standing = { ...labeled.standing, comment: commented.comment };
  const isUncommented = labeled.standing.comment === null && commented.writes > 0;
  const found = early ?? (await find(labeled.writes + commented.writes, isUncommented));
  return showRunsAndNotes(access, target, { writer, plan, found, asked, labeled, commented });
}

function pastOf(
  { startedAt, client }: CheckAccess,
  { answer, createdAt }: Target,
  { partial }: Standing,
  former: FormerAnswer | null,
): Past {
  const isUnanswered = former?.isFirst === true && answer === undefined && !partial;
  // The database forgets closed pull requests after some time.
  const since = Math.max(startedAt, client.now() - DAY);
  const isNew = isUnanswered && createdAt !== null && createdAt > since;
  return { isUnanswered, isNew };
}

/** The calls that a first answer needs after the labels. */
function callsOf({ comment, commentWanted }: Report, { place, context }: CheckPlan): number {
  const isWithout = place.admin === false || place.without.find(String(place.repository)) !== undefined;
  return (comment !== null && commentWanted ? 1 : 0) + (context !== null && !isWithout ? 1 : 0);
}

function mayHaveRuns({ place, answer }: Target, former: FormerAnswer | null): boolean {
  if (answer?.head === place.head) return answer.hasRun;
  return former?.checkRuns !== false;
}

/**
 * Whether the comment may wait for the next check, if the run on the head says the same already: the labels are right,
 * the last answer was complete, and the calls are used up.
 */
function mayWait(
  { answer }: Target,
  { standing, writes, failures }: Labeled,
  { context }: CheckPlan,
  former: FormerAnswer | null,
  made: number,
): boolean {
  if (made + 2 <= MOST.unchanged || context === null || writes > 0 || failures.length > 0) return false;
  if (standing.comment === null || standing.partial) return false;
  return (answer?.note ?? null) === null && (former?.refusal ?? null) === null;
}

interface Rest {
  readonly writer: Client;
  readonly plan: CheckPlan;
  readonly found: FoundRuns;
  readonly asked: Asked;
  readonly labeled: Labeled;
  readonly commented: Commented;
}

/** Writes the check run, tells in the comment what can't be written, and remembers the answer. */
async function showRunsAndNotes(
  access: CheckAccess,
  target: Target,
  { writer, plan, found, asked, labeled, commented }: Rest,
): Promise<Shown> {
  const { answers, begun, self } = access;
  const { answer, failure, ref } = target;
  const { head } = target.place;
  const { report } = labeled;
  const { isNew } = pastOf(access, target, target.standing, asked.former);
  const key = printPullRef(ref);
  const green = report.state === "success";
  // The event about a run may arrive before the answer to its request.
  if (answer !== undefined) answers.set(key, { ...answer, green });
  const check = await showRuns(writer, plan, found, report);
  const { read, foreign } = target.standing;
  const was = formerly(isNew ? [] : read, report.labels, answer, head, asked.former);
  const { isRed, ...left } = leftRuns(check, was, { answer, head, green });
  const note = noteOf(check, { stale: left.stale, isRed }, report);
  const kept = { green, ...left, note: note ?? answer?.note ?? null };
  if (answer !== undefined) answers.set(key, { ...answer, ...kept });
  const isReady = commented.text !== null || (labeled.failures.length === 0 && commented.failure === null);
  const noted = isReady
    ? await settled(noteOnPull(writer, self, target.standing, commented.text, report, note))
    : { comment: target.standing.comment, writes: 0 };
  if (!(noted instanceof Failure)) target.standing = { ...target.standing, comment: noted.comment };
  const parts = [...labeled.failures, commented.failure, noted instanceof Failure ? noted : null];
  const partial = firstOf(parts);
  if (failure === null && check.failure === null) {
    begun.delete(key);
    const { written: run } = check;
    const { context } = plan;
    const answered = { ref, head, labels: report.labels, context, run, ids: idsOf(answer, run) };
    answers.set(key, { ...answered, ...kept, foreign, unread: false, partial: partial !== null });
  }
  const thrown = failure ?? firstOf([check.failure, partial]);
  if (thrown !== null) throw thrown;
  return {
    comment: target.standing.comment,
    writes: labeled.writes + commented.writes + check.writes + (noted instanceof Failure ? 0 : noted.writes),
    ...(check.refusal !== null && { checkRefusal: check.refusal }),
    ...(left.stale && { checkStale: true }),
    ...(check.hasRun === true && { checkRun: true }),
  };
}
