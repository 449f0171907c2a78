import { Failure } from "../../error.ts";
import type { CheckRefusal, Report } from "../../ports/host.ts";
import {
  isOwn,
  isRefused,
  isShared,
  listRuns,
  refusalOf,
  shownIn,
  type CheckPlace,
  type ListedRuns,
} from "../read/pull/check-runs.ts";
import { isPaced } from "../traffic/calls.ts";
import type { Client } from "../traffic/client.ts";
import {
  bodyOf,
  CONCLUSIONS,
  isUntrue,
  sentOf,
  stands,
  writeRun,
  type WrittenRun,
} from "./check-run-body.ts";

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

/** The runs on the head, or why they are not known. */
export type FoundRuns =
  | { readonly kind: "listed"; readonly runs: CheckRuns; readonly isMixed: boolean }
  /** The bot has written none yet, and none was asked for. */
  | { readonly kind: "unseen" }
  /** The check has no call left for them. */
  | { readonly kind: "left" }
  | { readonly kind: "refused"; readonly shown: CheckShown };

/** What a check already knows, when it has used up its calls. */
export interface Spare {
  /** How many calls are left. */
  readonly calls: number;
  /** Whether the bot can't have written a run on the head yet, and no other open pull request has it. */
  readonly isUnseen: boolean;
  /** Whether a run of an earlier policy may be on the head. */
  readonly mayHaveRuns: boolean;
}

/**
 * Lists the runs, so that an unchanged verdict writes nothing, and a run whose answer was lost is found. A check whose
 * calls are used up leaves out what can't show anything; the next check looks again.
 */
export async function findRuns(
  client: Client,
  plan: CheckPlan,
  { calls, isUnseen, mayHaveRuns }: Spare,
): Promise<FoundRuns> {
  const { place, context } = plan;
  const without = (refusal: CheckRefusal): FoundRuns => ({
    kind: "refused",
    shown: { ...NOTHING, refusal: context === null ? null : refusal },
  });
  const isWithout = place.without.find(String(place.repository)) !== undefined;
  if (place.pullId === null) return without("edition");
  // No run is wanted there, and none can be corrected before the bot has the permission.
  if (context === null && place.admin === false) return without("right");
  if (calls < 1 && place.admin === false) return without("right");
  if (calls < 1 && isWithout) return without("edition");
  if (calls < 1 && context === null && !mayHaveRuns) return { kind: "refused", shown: NOTHING };
  if (calls < 2 && isUnseen && !isWithout) return { kind: "unseen" };
  try {
    const { newest: runs, others } = await listRuns(client, place);
    return { kind: "listed", runs, isMixed: await isShared(client, place, others) };
  } catch (error) {
    if (isPaced(error)) return { kind: "left" };
    return { kind: "refused", shown: refused(plan, NOTHING, error, null) };
  }
}

/** Whether the newest runs say the verdict already, so that nothing is to be written. */
export function isSaid(plan: CheckPlan, found: FoundRuns, report: Report): boolean {
  if (found.kind !== "listed" || plan.context === null) return false;
  const names = found.isMixed ? mixedNames(plan, found.runs) : untrueNames(plan, found.runs, report);
  return names.length === 0;
}

/**
 * Makes the newest run of each name show the current verdict. A conclusion is final, so a new verdict needs a new run.
 * Runs that the bot wrote under an earlier policy are corrected, too. A missing permission and an edition without check
 * runs are not failures.
 */
export async function showRuns(
  client: Client,
  plan: CheckPlan,
  found: FoundRuns,
  report: Report,
): Promise<CheckShown> {
  switch (found.kind) {
    case "refused":
      return found.shown;
    case "left":
      return NOTHING;
    case "unseen":
      return plan.context === null ? NOTHING : writeFirst(client, plan, plan.context, report);
    case "listed":
      return found.isMixed
        ? ensureNoGreen(client, plan, found.runs, report)
        : ensureRuns(client, plan, found.runs, report);
  }
}

/** Writes the first run without a list before it, which would have told an edition without check runs. */
async function writeFirst(
  client: Client,
  plan: CheckPlan,
  context: string,
  report: Report,
): Promise<CheckShown> {
  const { place } = plan;
  const shown = await writeRuns(client, plan, new Map(), [context], report, false);
  if (shown.refusal === "edition") place.without.keep(String(place.repository), true);
  return shown;
}

async function ensureRuns(
  client: Client,
  plan: CheckPlan,
  runs: CheckRuns,
  report: Report,
): Promise<CheckShown> {
  const { context, written } = plan;
  const names = untrueNames(plan, runs, report);
  const shown = await writeRuns(client, plan, runs, names, report);
  return context === null || names.includes(context) ? shown : { ...shown, written };
}

/** The names whose newest run must be replaced. */
function untrueNames(
  { place, context, written }: CheckPlan,
  runs: CheckRuns,
  report: Report,
): readonly string[] {
  const names = [...runs.values()]
    .filter((run) => run.name !== context && isOwn(run, place) && isUntrue(run, report))
    .map(({ name }) => name ?? "");
  const current = context === null ? undefined : runs.get(context);
  const isTrue =
    current !== undefined && context !== null && stands(current, bodyOf(place, context, report), written);
  return context === null || isTrue ? names : [context, ...names];
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
  return writeRuns(client, plan, runs, mixedNames(plan, runs), red);
}

function mixedNames(plan: CheckPlan, runs: CheckRuns): readonly string[] {
  const names = new Set(greenNames(plan, runs));
  const { context, place } = plan;
  const current = context === null ? undefined : runs.get(context);
  const isForeign = current === undefined || shownIn(current, place) !== place.number;
  if (context !== null && isForeign && current?.conclusion !== CONCLUSIONS.error) names.add(context);
  return [...names];
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
  isListed = true,
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
      shown = refused(plan, shown, error, name, isListed);
    }
  }
  return { ...shown, stale: stale.size > 0 };
}

/**
 * @param what the name of the new run; null: the list was refused
 * @param isListed whether Gitee listed the runs before
 * @throws anything but a foreseen failure
 */
function refused(
  { context, place }: CheckPlan,
  shown: CheckShown,
  error: unknown,
  what: string | null,
  isListed = false,
): CheckShown {
  // An edition that lists check runs supports them, so a 404 for a new one means a missing permission.
  const known = refusalOf(error, isListed ? null : place.admin);
  const refusal = known ?? (isRefused(error, place, what) ? "refused" : null);
  if (refusal !== null) return { ...shown, refusal: context === null ? null : refusal };
  if (!(error instanceof Failure)) throw error;
  // A write without an answer may have happened.
  return { ...shown, failure: shown.failure ?? error, hasRun: what === null ? shown.hasRun : true };
}
