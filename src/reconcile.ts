/**
 * Read, decide, show: the only place where a verdict is made and written. Needs nothing but the present state
 * of the host and of the engine, so that twice is the same as once, and late or lost deliveries end alike.
 */
import { bucketOf } from "./account.ts";
import { agreementFor } from "./agreement.ts";
import type { PullRecord } from "./engine.ts";
import { Failure } from "./error.ts";
import { stateOf, type Finding } from "./finding.ts";
import type { Host, Reading, Shown } from "./host.ts";
import { inspect, type Inspection, type World } from "./inspect.ts";
import { policyOf } from "./policy.ts";
import type { PullRef } from "./pull.ts";
import type { Route } from "./queue.ts";
import { reportOf } from "./report.ts";
import { accountsBehind, type Judgement, type VerdictKind } from "./verdict.ts";

/** How often the verdicts that share a head are compared again before the next check is left to do it. */
const SHARING_ROUNDS = 5;

export interface Outcome {
  readonly state: "success" | "failure" | "error" | "closed" | "uncovered" | "gone";
  /** When time alone may change it, in milliseconds since the epoch; null: never. */
  readonly again: number | null;
  /** Writes to the host that it took. */
  readonly writes: number;
}

/** @throws Failure when the pull request can't be read or shown, or when a part of the facts is missing. */
export async function reconcile(world: World, host: Host, ref: PullRef, route: Route): Promise<Outcome> {
  const known = await world.engine.pulls.find(ref).catch(() => null);
  return settle(world, host, await host.read(ref, route, known?.comment ?? null), route);
}

/** The second half of {@link reconcile}, for a pull request that was read together with others. */
export async function settle(world: World, host: Host, reading: Reading, route: Route): Promise<Outcome> {
  const { pull } = reading;
  if (pull.state === "closed") {
    await world.engine.pulls.close(pull.ref);
    return { state: "closed", again: null, writes: 0 };
  }
  const inspection = await inspect(world, host, reading, route).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) await show(world, host, reading, faulty(world, host, reading));
    throw error;
  });
  if (inspection.finding.kind === "uncovered" && !reading.marked) {
    await world.engine.pulls.close(pull.ref);
    return { state: "uncovered", again: null, writes: 0 };
  }
  // What is known is shown before a failure is passed on: doubt is never silent, and never green. It is kept, too,
  // for those that share the head; where the database is what failed, it can't be.
  const { trouble } = inspection;
  if (trouble?.code === "database-unreachable") {
    await show(world, host, reading, inspection);
    throw trouble;
  }
  const outcome = await share(world, host, reading, inspection).catch(async (error: unknown) => {
    // What is not kept, no signature would wake: it must not stand there as decided, nor an older answer instead.
    if (error instanceof Failure && error.code === "database-unreachable")
      await show(world, host, reading, { ...inspection, finding: doubted(inspection.finding) });
    throw error;
  });
  if (trouble !== null) throw trouble;
  return outcome;
}

/**
 * Records the verdict, then shows the AND of all verdicts on the head, where that has one status for all. They are
 * compared again after the write: of two workers on one head, the one that writes last sees what the other
 * recorded before.
 */
async function share(world: World, host: Host, reading: Reading, inspection: Inspection): Promise<Outcome> {
  const { pulls } = world.engine;
  const { pull } = reading;
  const isBlocked = async (): Promise<boolean> =>
    host.capabilities.statuses && blocks(await pulls.sharing(pull.ref, pull.head));
  let record = recordOf(reading, inspection.finding, await pulls.find(pull.ref));
  await pulls.record(record);
  let writes = 0;
  let { finding } = inspection;
  for (let round = 0; ; round += 1) {
    const blockedByAnother = await isBlocked();
    if (finding.kind === "judged") finding = { ...finding, blockedByAnother };
    const shown = await show(world, host, reading, { ...inspection, finding });
    writes += shown.writes;
    if (shown.comment !== record.comment)
      await pulls.record((record = { ...record, comment: shown.comment }));
    if (shown.writes === 0 || round === SHARING_ROUNDS) break;
    if ((await isBlocked()) === blockedByAnother) break;
  }
  return {
    state: finding.kind === "uncovered" ? "uncovered" : stateOf(finding),
    again: finding.kind === "judged" ? finding.judgement.changesAt : null,
    writes,
  };
}

/** Green becomes undecided for want of the database; everything else stays as it was found. */
function doubted(finding: Finding): Finding {
  if (finding.kind !== "judged" || finding.judgement.verdict !== "signed") return finding;
  const { judgement } = finding;
  return {
    ...finding,
    judgement: { ...judgement, verdict: "unknown", doubts: ["database"], exemption: null },
  };
}

/** What is shown where judging itself met a bug: an answer to an earlier head must not stay. */
function faulty(world: World, host: Host, { pull }: Reading): Inspection {
  const policy = policyOf({}, world.policy, host.capabilities.labelsByDefault);
  const agreement = agreementFor(world.agreements, host.name, pull.path);
  if (agreement === null) return { finding: { kind: "uncovered" }, policy, trouble: null };
  const judgement: Judgement = {
    verdict: "unknown",
    agreement,
    signers: [],
    unlinked: [],
    doubts: ["look-up-failed"],
    exemption: null,
    backports: [],
    changesAt: null,
  };
  return { finding: { kind: "judged", judgement, blockedByAnother: false }, policy, trouble: null };
}

function blocks(verdicts: readonly VerdictKind[]): boolean {
  return verdicts.some((verdict) => verdict !== "signed");
}

async function show(world: World, host: Host, reading: Reading, inspection: Inspection): Promise<Shown> {
  const { capabilities } = host;
  const report = reportOf(inspection.finding, reading.pull, {
    policy: inspection.policy,
    capabilities,
    publicUrl: world.publicUrl,
  });
  return reading.show(report);
}

function recordOf(reading: Reading, finding: Finding, known: PullRecord | null): PullRecord {
  return {
    ref: reading.pull.ref,
    head: reading.pull.head,
    agreement: finding.kind === "judged" ? finding.judgement.agreement.id : (known?.agreement ?? null),
    verdict: finding.kind === "judged" ? finding.judgement.verdict : "unknown",
    buckets: [...new Set(accountsBehind(reading.pull).map(bucketOf))].toSorted((a, b) => a - b),
    comment: known?.comment ?? null,
  };
}
