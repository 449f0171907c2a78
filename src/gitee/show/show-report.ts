/**
 * Shows a report on a pull request: the labels, on which a merge may depend, the comment, and the check run, each by
 * itself, so that a failure of one does not prevent the others.
 *
 * A check of a pull request makes at most 7 calls when the bot sees it for the first time, and 5 if nothing changed. It
 * leaves what needs more to the check that follows at once. It does not look at the comment if the calls are used up and
 * the check run says the same.
 */
import type { ConfirmWrite, FormerAnswer, Report, Shown } from "../../ports/host.ts";
import { Failure, HostWait } from "../../error.ts";
import { printPullRef, type PullRef } from "../../pull.ts";
import type { LookupAccess } from "../read/pull/access.ts";
import { formerly, idsOf, leftRuns, noteOf, type Answer } from "../read/pull/answer.ts";
import type { CheckPlace } from "../read/pull/check-runs.ts";
import { forgetful, isPaced, limited, unlessPaced } from "../traffic/calls.ts";
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
  /** Whether a report was shown on this reading. */
  isShown: boolean;
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
  /** Whether the last answer was given on this head. */
  readonly isSame: boolean;
}

export async function showReport(
  access: LookupAccess,
  target: Target,
  wanted: Report,
  asked: Asked,
): Promise<Shown> {
  const { begun, calls, check, client, self } = access;
  const { chain } = check;
  const isUndecided = chain.isShort;
  const { place, answer } = target;
  const { former } = asked;
  const key = printPullRef(target.ref);
  const writer = forgetful(client.confirmedBy(asked.confirm), check.lookups);
  const within = (reads: number, writes = Infinity): Client =>
    limited(writer, calls, check.lookups, { reads, writes });
  const report =
    target.isPolicyUnread && answer !== undefined ? { ...wanted, labels: answer.labels } : wanted;
  const standing = { ...target.standing, comment: target.standing.comment ?? asked.comment };
  const past = pastOf(access, target, standing, former);
  const isFirst = past.isUnanswered;
  const wasBegun = begun.has(key);
  if (!isFresh(standing, report)) begun.add(key);
  if (former?.refusal === "edition" && answer === undefined)
    place.without.keep(String(place.repository), true);
  const isLimited = check.isLimited && !target.isShown;
  target.isShown = true;
  // Another answer is shown at any cost.
  const mostIf = (isUnchanged: boolean): number =>
    !isLimited ? Infinity : isFirst ? MOST.first : past.isSame && isUnchanged ? MOST.unchanged : Infinity;

  const log = within(isFirst && isLimited ? 0 : mostIf(true));
  const old = await findFormerLabels(log, self, standing, report, past.isNew);
  const isFreshPull = past.isNew || isFresh(old.standing, report);
  const isAlone = isFirst && former?.shared === false;
  const isUnseen = isAlone && isFreshPull;
  // Without the policy the run's name is unknown, and without an agreement no run is wanted.
  const isWanted = report.kind !== "status" && !target.isPolicyUnread && target.covered;
  const plan = { place, context: isWanted ? report.context : null, written: answer?.run ?? null };
  const spare = isFirst ? mostIf(true) - calls.made - callsOf(report, plan) : Infinity;
  const labels = { ...old, failure: unlessPaced(old.failure) };
  const labeled = await showLabels(writer, labels, report, { known: access.labels, spare });
  const find = (isUnchanged: boolean, isUncommented: boolean): Promise<FoundRuns> => {
    const most = mostIf(isUnchanged);
    return findRuns(within(isFirst ? most - 1 : most), plan, {
      calls: most - calls.made,
      // Where the policy wants no label, the first comment tells it.
      isUnseen: isUnseen || (isAlone && report.labels === null && isUncommented),
      mayHaveRuns: mayHaveRuns(target, former),
    });
  };
  const isKept = labeled.writes === 0 && labeled.failures.length === 0;
  const early =
    past.isSame && isKept && mayWait(target, labeled, plan, former) ? await find(true, false) : null;
  const isTrue = early !== null && isSaid(plan, early, { ...report, summary: labeled.report.summary });
  const isMissing = answer === undefined && place.admin === false && report.kind === "check";
  const note = isMissing ? "missingCheck" : (answer?.note ?? null);
  const room = isFirst
    ? mostIf(true) - runCalls(plan, isUnseen)
    : mostIf(isKept && (early === null || isTrue));
  const commenter = isFirst ? within(room - 1, room) : within(room);
  const held = heldComment(client, labeled);
  const commented: Commented =
    held !== null || early?.kind === "left" || (isTrue && calls.made >= mostIf(true))
      ? { comment: labeled.standing.comment, text: null, writes: 0, failure: held }
      : await showComment(commenter, self, labeled, note, isFreshPull);
  target.standing = { ...labeled.standing, comment: commented.comment };
  const isUncommented = labeled.standing.comment === null && commented.writes > 0;
  const found = early ?? (await find(isKept && commented.writes === 0, isUncommented));
  const by = isFirst ? within(mostIf(true), mostIf(true)) : writer;
  const isLeft = isPaced(old.failure) || isPaced(commented.failure);
  const rest = { writer: by, plan, found, asked, labeled, commented, isLeft, isHeld: held !== null };
  const shown = await showRunsAndNotes(access, target, rest);
  // The log alone changes nothing that the pull request shows.
  const isOpen = isUndecided || isPaced(commented.failure) || (shown.againAt !== undefined && !isLeft);
  if (isFirst) chain.isShown = isOpen;
  if (shown.writes === 0 && shown.againAt !== undefined && !wasBegun) begun.delete(key);
  if (shown.againAt === undefined && !chain.isShort) access.chains.forget(check.key);
  return shown;
}

/**
 * The wait of a comment that is held back and may be needed. It is not tried: that would use up the calls that the check
 * run needs.
 */
function heldComment(client: Client, { standing, report }: Labeled): HostWait | null {
  const until = client.commentsHeldUntil();
  const mayNeed = report.comment !== null && (report.commentWanted || standing.comment !== null);
  return mayNeed && until > client.now()
    ? new HostWait("Gitee asked the bot to wait with comments", until)
    : null;
}

function pastOf(
  { startedAt, client }: LookupAccess,
  { answer, createdAt, place }: Target,
  { partial }: Standing,
  former: FormerAnswer | null,
): Past {
  const isUnanswered = former?.isFirst === true && answer === undefined && !partial;
  // The database forgets closed pull requests after some time.
  const since = Math.max(startedAt, client.now() - DAY);
  const isNew = isUnanswered && createdAt !== null && createdAt > since;
  const isSame = !isUnanswered && former !== null && (answer?.head ?? former.head) === place.head;
  return { isUnanswered, isNew, isSame };
}

/** The calls that a first answer needs after the labels. */
function callsOf({ comment, commentWanted }: Report, plan: CheckPlan): number {
  return (comment !== null && commentWanted ? 1 : 0) + runCalls(plan, true);
}

/** The calls that a first check run needs. */
function runCalls({ place, context }: CheckPlan, isUnseen: boolean): number {
  const isWithout = place.admin === false || place.without.find(String(place.repository)) !== undefined;
  return context === null || isWithout ? 0 : isUnseen ? 1 : 2;
}

function mayHaveRuns({ place, answer }: Target, former: FormerAnswer | null): boolean {
  if (answer?.head === place.head) return answer.hasRun;
  return former?.checkRuns !== false;
}

/**
 * Whether the comment may wait for the next check, if the run on the head says the same already and the calls are used
 * up: the labels are right, and the last answer was complete.
 */
function mayWait(
  { answer }: Target,
  { standing }: Labeled,
  { context }: CheckPlan,
  former: FormerAnswer | null,
): boolean {
  if (context === null || standing.comment === null || standing.partial) return false;
  return (answer?.note ?? null) === null && (former?.refusal ?? null) === null;
}

interface Rest {
  readonly writer: Client;
  readonly plan: CheckPlan;
  readonly found: FoundRuns;
  readonly asked: Asked;
  readonly labeled: Labeled;
  readonly commented: Commented;
  /** Whether a part was left to the next check, which follows at once. */
  readonly isLeft: boolean;
  /** Whether the comment was not tried, because comments are held back. */
  readonly isHeld: boolean;
}

/** Writes the check run, tells in the comment what can't be written, and remembers the answer. */
async function showRunsAndNotes(
  access: LookupAccess,
  target: Target,
  { writer, plan, found, asked, labeled, commented, isLeft, isHeld }: Rest,
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
  const againAt = access.client.now();
  const writes = labeled.writes + commented.writes + check.writes;
  const before = asked.former?.refusal ?? null;
  const uncommented = unlessPaced(commented.failure);
  if (found.kind === "left" || isPaced(check.failure)) {
    // The check run does not wait for a comment that is held back: the next check goes on with it at once.
    const thrown = failure ?? firstOf([...labeled.failures, isHeld ? null : uncommented]);
    if (thrown !== null) throw thrown;
    const { comment } = target.standing;
    return { comment, writes, againAt, ...(before !== null && { checkRefusal: before }) };
  }
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
  const parts = [...labeled.failures, uncommented, noted instanceof Failure ? noted : null];
  const partial = firstOf(parts);
  if (failure === null && check.failure === null) {
    begun.delete(key);
    const { written: run } = check;
    const { context } = plan;
    const answered = { ref, head, labels: report.labels, context, run, ids: idsOf(answer, run) };
    answers.set(key, { ...answered, ...kept, foreign, unread: false, partial: partial !== null || isLeft });
  }
  const thrown = failure ?? firstOf([check.failure, partial]);
  if (thrown !== null) throw thrown;
  return {
    comment: target.standing.comment,
    writes: writes + (noted instanceof Failure ? 0 : noted.writes),
    ...(isLeft && { againAt }),
    ...(check.refusal !== null && { checkRefusal: check.refusal }),
    ...(left.stale && { checkStale: true }),
    ...(check.hasRun === true && { checkRun: true }),
  };
}
