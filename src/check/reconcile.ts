/**
 * Read, decide, show: the only place that makes and writes a verdict. It uses only the current state of the host and
 * the engine, so running it twice changes nothing, and late or lost deliveries give the same result. It writes only
 * while it holds the task: see {@link Hold}.
 */
import { bucketOf, type Account } from "../account.ts";
import { agreementFor, textsOf } from "../records/agreement.ts";
import type { FoundPull, PullRecord } from "../ports/engine.ts";
import { Failure, unlessFailed, type FailureCode } from "../error.ts";
import { isSigned, stateOf, type Finding } from "../verdict/finding.ts";
import type { ConfirmWrite, FormerAnswer, Host, Reading, Shown } from "../ports/host.ts";
import { findCheckRefusal, hadCheckRuns, noteCheckRefusal } from "./check-refusals.ts";
import { BEHIND_LOOKS, BEHIND_TRIES, inDoubt, UNSURE_LOOKS, type Hold } from "./hold.ts";
import { inspect, isVerdict, policyFor, type Inspection, type World } from "./inspect.ts";
import { noticesOf } from "./notices.ts";
import type { ShownNotice } from "../ports/notices.ts";
import type { Pull, PullRef } from "../pull.ts";
import type { Route } from "../ports/queue.ts";
import { reportOf } from "../report/report.ts";
import {
  accountsBehind,
  isInTheWay,
  UNREADABLE,
  type Doubt,
  type Judgment,
  type VerdictKind,
} from "../verdict/verdict.ts";

/** How often a check restarts because something changed, before it goes back to the queue. */
const ROUNDS = 5;
/** How many tries, within seconds, leave the labels while the host does not show what the delivery said. */
const BEHIND_LABEL_TRIES = 2;
/** How many tries ask nobody to sign while the host compares no branch: the repository may have the commits. */
const PATIENT_TRIES = 2;

export interface Outcome {
  readonly state: "success" | "failure" | "error" | "closed" | "uncovered" | "gone" | "listed";
  /** When it may change without any event, in milliseconds since the epoch; null: never. */
  readonly again: number | null;
  /** The number of writes to the host. */
  readonly writes: number;
  /** When a part that was left out is shown, in milliseconds since the epoch; absent: nothing was left out. */
  readonly leftAt?: number;
  /** The limits left no room for a part, e.g. the comment: it is written at {@link again}, if it is still needed. */
  readonly owed?: boolean;
  /** The host showed another state than the delivery, so it may be behind. */
  readonly behind?: boolean;
  /** The host named no opener: the account is gone, or the host left it out. */
  readonly openerGone?: boolean;
}

/**
 * @param hold the pull request's task; its latest delivery says the expected state
 * @throws Failure if the pull request can't be read or shown, or if some facts are missing; `superseded` if the lease
 *   was lost or the task was marked again
 */
export async function reconcile(
  world: World,
  host: Host,
  ref: PullRef,
  route: Route,
  hold: Hold,
): Promise<Outcome> {
  const reading = await read(world, host, ref, route, hold);
  const behind = isBehind(reading, hold);
  const outcome = await settle(world, host, reading, route, hold);
  return behind ? { ...outcome, behind } : outcome;
}

/**
 * Whether the host shows another state than the task's latest delivery. An older head may be an ancestor of a newer
 * one or, after a force-push, the other way around, so any difference counts, unless the pull request changed after
 * the delivery.
 */
export function isBehind({ told: shown, toldAt: shownAt = 0 }: Reading, { taken }: Hold): boolean {
  const { told, toldAt, attempts } = taken;
  // An earlier version of the bot stored the head only, which comes first.
  if (told === null || shown === undefined || shown.startsWith(told)) return false;
  if (toldAt === null || shownAt < toldAt) return attempts < BEHIND_LOOKS;
  // Later, the bot's own answer may be the change.
  if (shownAt > toldAt && attempts === 0) return false;
  return attempts < UNSURE_LOOKS;
}

/**
 * Shows "undecided" on the head of a pull request that can't be read, unless it already has an answer.
 * @param code why it can't be read
 */
export async function showUnread(
  world: World,
  host: Host,
  ref: PullRef,
  route: Route,
  hold: Hold,
  code: FailureCode,
): Promise<void> {
  if (host.readHead === null) return;
  const reading = await host.readHead(ref, route, hold.taken.told);
  if (reading.pull.state === "closed" || reading.marked === true) return;
  const doubt = UNREADABLE.find((one) => one === code);
  const inspection = faulty(world, host, reading, doubt);
  if (inspection.finding.kind !== "uncovered") await show(world, host, reading, inspection, hold.confirm);
}

async function read(
  world: World,
  host: Host,
  ref: PullRef,
  route: Route,
  { canContinue = false }: Hold,
): Promise<Reading> {
  const known = await unlessFailed(world.engine.pulls.find(ref));
  const asked = [ref, route, known?.comment ?? null] as const;
  const reading = await (canContinue ? host.read(...asked, true) : host.read(...asked));
  await unlessFailed(world.engine.pulls.noteSeen({ host: ref.host, id: ref.repository }));
  return reading;
}

/** The second half of {@link reconcile}, for a pull request from a shared read. */
export async function settle(
  world: World,
  host: Host,
  reading: Reading,
  route: Route,
  hold: Hold,
  rounds = ROUNDS,
): Promise<Outcome> {
  const { pull } = reading;
  if (pull.state === "closed") {
    await world.engine.pulls.close(pull.ref, hold.taken);
    return { state: "closed", again: null, writes: 0 };
  }
  const asking = hold.taken.attempts < PATIENT_TRIES ? "partly" : "always";
  let inspection = await inspect(world, host, reading, route, asking).catch(async (error: unknown) => {
    if (!(error instanceof Failure))
      await show(world, host, reading, faulty(world, host, reading), hold.confirm);
    throw error;
  });
  if (inspection.finding.kind === "uncovered" && reading.marked === null)
    throw new Failure("host-refused", "the host did not say whether an answer of the bot's is there");
  if (inspection.finding.kind === "uncovered" && reading.marked === false) {
    await world.engine.pulls.close(pull.ref, hold.taken);
    return { state: "uncovered", again: null, writes: 0 };
  }
  if (
    reading.continues?.() === true &&
    inspection.finding.kind === "judged" &&
    !isSigned(inspection.finding)
  ) {
    const trouble = new Failure("paced", undefined, { retryAt: world.now() });
    // Nothing says yet that the answer on this head is another one.
    if ((await unlessFailed(world.engine.pulls.find(pull.ref)))?.head === pull.head) throw trouble;
    inspection = { ...faulty(world, host, reading, "continues"), trouble, continues: true };
  }
  // The delivery says another head or base, which may be red.
  if (isSigned(inspection.finding) && isBehind(reading, hold)) {
    const behind = new Failure("host-behind");
    if (hold.taken.attempts < triesBeforeDoubt(host, inspection)) throw behind;
    const finding = doubted(inspection.finding, "head-behind");
    inspection = { ...inspection, finding, trouble: inspection.trouble ?? behind };
  }
  // The result is shown before a failure is thrown: doubt is never silent, and never green. It is also stored for pull
  // requests with the same head, unless the database failed.
  const { trouble } = inspection;
  if (trouble?.code === "database-unreachable") {
    const finding = doubted(inspection.finding, "database");
    await show(world, host, reading, { ...inspection, finding }, inDoubt(hold));
    throw trouble;
  }
  const outcome = await share(world, host, reading, inspection, route, hold);
  if (outcome === null) {
    if (rounds === 0) throw new Failure("head-moving", "what the verdict hangs on kept changing");
    return settle(world, host, await read(world, host, pull.ref, route, hold), route, hold, rounds - 1);
  }
  const { state, writes } = outcome;
  if (isVerdict(state) && inspection.continues !== true)
    world.observeVerdict?.({ task: hold.taken.task, state, writes, deliveries: hold.taken.deliveries });
  if (trouble === null) return outcome;
  SHOWN.add(trouble);
  const { leftAt } = outcome;
  throw leftAt === undefined ? trouble : new Failure("paced", undefined, { retryAt: leftAt });
}

/** The failures that are thrown after the result was shown. */
const SHOWN = new WeakSet<Failure>();

/** Whether the result was shown before this failure was thrown, so that the head has an answer. */
export function isShown(failure: Failure): boolean {
  return SHOWN.has(failure);
}

/** A status stays on its head, so doubt has time; a label does not, and may be the only answer. */
function triesBeforeDoubt({ capabilities }: Host, { policy }: Inspection): number {
  if (!capabilities.statuses) return 0;
  return policy.labels === null ? BEHIND_TRIES : BEHIND_LABEL_TRIES;
}

/**
 * Records the verdict, then shows the AND of all verdicts on the head, if they share one status. Two reads after a
 * write close the gaps between workers. Coverage is read again after the buckets are recorded, because a signature
 * before that would not trigger a check. The verdicts on the head are compared again after the write: of two workers on one
 * head, the last writer sees the other's record.
 * @returns null if something changed, so that the pull request must be read again
 */
async function share(
  world: World,
  host: Host,
  reading: Reading,
  inspection: Inspection,
  route: Route,
  hold: Hold,
): Promise<Outcome | null> {
  const { pulls } = world.engine;
  const { pull } = reading;
  const sharing = async (): Promise<readonly VerdictKind[]> =>
    host.capabilities.sharedHeads ? pulls.sharing(pull.ref, pull.head) : [];
  let shown: Shown | null = null;
  try {
    const known = await pulls.find(pull.ref);
    const isFirst = known === null && !host.capabilities.statuses && !(await pulls.has(pull.ref));
    const record = recordOf(reading, inspection.finding, known);
    await pulls.record(record, hold.taken);
    if (!(await isStillCovered(world, reading, inspection))) return null;
    const others = await sharing();
    const blockedByAnother = blocks(others);
    const { finding } = inspection;
    const shared = finding.kind === "judged" ? { ...finding, blockedByAnother } : finding;
    const notices = await noticesOf(world, host, pull, shared, route);
    const place = { host: host.name, id: pull.ref.repository };
    const former = host.capabilities.statuses
      ? null
      : await formerOf(world, pull, { head: known?.head ?? null, isFirst });
    shown = await show(
      world,
      host,
      reading,
      { ...inspection, finding: shared },
      hold.confirm,
      notices,
      others.length > 0,
      known?.comment,
      former,
    );
    if (!host.capabilities.statuses) await noteCheckRefusal(world.engine, place, shown, world.now());
    if (shown.comment !== record.comment)
      await pulls.record({ ...record, comment: shown.comment }, hold.taken);
    if (shown.writes > 0 && blocks(await sharing()) !== blockedByAnother) return null;
    return {
      state: shared.kind === "uncovered" ? "uncovered" : stateOf(shared),
      again: earliest(
        shared.kind === "judged" ? againAt(world, shared.judgment, known, pull.head) : null,
        earliest(shown.commentAt ?? null, shown.againAt ?? null),
      ),
      writes: shown.writes,
      ...(shown.againAt !== undefined && { leftAt: shown.againAt }),
      ...((shown.commentAt ?? shown.againAt) !== undefined && { owed: true }),
      ...(shared.kind === "judged" && { openerGone: shared.judgment.doubts.includes("opener-gone") }),
    };
  } catch (error) {
    // No signature would trigger a check of a pull request that is not stored, so neither this result nor an older one
    // may stay as decided.
    if (error instanceof Failure && error.code === "database-unreachable") {
      const now = shown === null ? reading : await host.read(pull.ref, route, shown.comment);
      const finding = doubted(inspection.finding, "database");
      await show(world, host, now, { ...inspection, finding }, inDoubt(hold));
    }
    throw error;
  }
}

/** What the database knows, when the verdict is recorded already: of two checks of one head, one sees the other's. */
async function formerOf(
  { engine }: World,
  { ref, head }: Pull,
  last: Pick<FormerAnswer, "head" | "isFirst">,
): Promise<FormerAnswer> {
  const repository = { host: ref.host, id: ref.repository };
  const [checkRuns, refusal, others] = await Promise.all([
    hadCheckRuns(engine, repository),
    findCheckRefusal(engine, repository),
    engine.pulls.sharing(ref, head),
  ]);
  return { ...last, checkRuns, refusal: refusal?.refusal ?? null, shared: others.length > 0 };
}

/** After how many milliseconds a missing opener is looked up again: the host may have omitted it by mistake. */
const SECOND_LOOK = 10_000;

function againAt(
  world: World,
  { changesAt, doubts }: Judgment,
  known: Pick<PullRecord, "head" | "verdict"> | null,
  head: string,
): number | null {
  const first = known === null || known.head !== head || known.verdict !== "unknown";
  if (!doubts.includes("opener-gone") || !first) return changesAt;
  return Math.min(changesAt ?? Infinity, world.now() + SECOND_LOOK);
}

/** Whether the coverage of a pull request's people is the same as in the finding. */
async function isStillCovered(
  world: World,
  { pull }: Reading,
  { finding, coverage }: Inspection,
): Promise<boolean> {
  if (finding.kind !== "judged" || coverage === null) return true;
  const { agreement } = finding.judgment;
  const now = await world.engine.signatures.covered(accountsBehind(pull), agreement.id);
  return printCoverage(now) === printCoverage(coverage);
}

function printCoverage(coverage: NonNullable<Inspection["coverage"]>): string {
  return JSON.stringify([...coverage].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Green becomes undecided; everything else stays the same. */
function doubted(finding: Finding, doubt: Doubt): Finding {
  if (!isSigned(finding)) return finding;
  const { judgment } = finding;
  return {
    ...finding,
    judgment: { ...judgment, verdict: "unknown", doubts: [doubt], exemption: null },
  };
}

/** What is shown if a failure or a bug stopped the verdict: an answer for an earlier head must not stay. */
function faulty(world: World, host: Host, reading: Reading, doubt: Doubt = "look-up-failed"): Inspection {
  const policy = policyFor(world, host, reading);
  const agreement = agreementFor(world.agreements, host.name, reading.pull.path);
  if (agreement === null) return { finding: { kind: "uncovered" }, policy, trouble: null, coverage: null };
  const judgment: Judgment = {
    verdict: "unknown",
    agreement,
    signers: [],
    unlinked: [],
    doubts: [doubt],
    exemption: null,
    backports: [],
    merged: [],
    changesAt: null,
  };
  const finding = { kind: "judged", judgment, blockedByAnother: false } as const;
  return { finding, policy, trouble: null, coverage: null };
}

function blocks(verdicts: readonly VerdictKind[]): boolean {
  return verdicts.some(isInTheWay);
}

/** The earlier of two moments; null: never. */
function earliest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

async function show(
  world: World,
  host: Host,
  reading: Reading,
  inspection: Inspection,
  confirm: ConfirmWrite,
  notices: readonly ShownNotice[] = [],
  shared = false,
  comment: number | null = null,
  former: FormerAnswer | null = null,
): Promise<Shown> {
  const { capabilities } = host;
  const report = reportOf(inspection.finding, reading.pull, {
    policy: inspection.policy,
    capabilities,
    publicUrl: world.publicUrl,
    notices,
    shared,
    digests: await digestsOf(world, inspection.finding),
  });
  // The comment comes with the answer.
  const given = inspection.continues === true ? { ...report, comment: null, commentWanted: false } : report;
  return reading.show(given, confirm, comment, former);
}

/** The digests of the texts for a comment; the comment omits them if they can't be read. */
async function digestsOf({ engine }: World, finding: Finding): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>();
  if (finding.kind !== "judged" || finding.judgment.verdict === "signed") return digests;
  const { agreement } = finding.judgment;
  const texts = textsOf(agreement);
  if (texts.length < 2) return digests;
  for (const { language } of texts) {
    const known = await engine.agreements?.find(agreement.id, agreement.version, language).catch(() => null);
    if (language !== null && known?.digest) digests.set(language, known.digest);
  }
  return digests;
}

function recordOf(reading: Reading, finding: Finding, known: PullRecord | null): FoundPull {
  const buckets = bucketsOf(accountsBehind(reading.pull));
  return {
    ref: reading.pull.ref,
    head: reading.pull.head,
    agreement: finding.kind === "judged" ? finding.judgment.agreement.id : (known?.agreement ?? null),
    verdict: finding.kind === "judged" ? finding.judgment.verdict : "unknown",
    buckets,
    missing: finding.kind === "judged" ? bucketsOf(unsettled(finding.judgment)) : buckets,
    comment: known?.comment ?? null,
  };
}

/** The accounts whose signature may change what is shown. */
function unsettled({ exemption, verdict, signers }: Judgment): readonly Account[] {
  if (verdict === "signed" && exemption !== null) return [];
  return signers
    .filter(
      ({ standing }) =>
        standing.kind !== "exempt" && (standing.kind !== "signed" || standing.graceUntil !== null),
    )
    .map(({ account }) => account);
}

function bucketsOf(accounts: readonly Account[]): readonly number[] {
  return [...new Set(accounts.map(bucketOf))].toSorted((a, b) => a - b);
}
