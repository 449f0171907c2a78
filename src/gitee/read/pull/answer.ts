import type { FormerAnswer, Report } from "../../../ports/host.ts";
import type { PullRef } from "../../../pull.ts";
import { DEFAULT_LABELS, type Labels } from "../../../verdict/policy.ts";
import type { WrittenRun } from "../../show/check-run-body.ts";
import type { CheckShown } from "../../show/show-check-run.ts";
import type { CheckNote } from "../../show/show.ts";

/** The head for which a pull request was answered, and the labels of the answer. */
export interface Answer {
  readonly ref: PullRef;
  readonly head: string;
  readonly labels: Labels | null;
  /** The name of the check run; null: none was wanted. */
  readonly context: string | null;
  readonly green: boolean;
  readonly run: WrittenRun | null;
  /** The ids of the latest runs under that name, so that late news of an older one is recognized. */
  readonly ids: readonly number[];
  /** Whether the bot has, or may have, a check run on the head. */
  readonly hasRun: boolean;
  /** Earlier heads, and this one, that may have a run of the bot and whose last answer was green. */
  readonly greens: readonly string[];
  /** Whether the head has, or may have, a green check run although the verdict is not green. */
  readonly stale: boolean;
  readonly note: CheckNote;
  /** As `foreign` in `Standing`. */
  readonly foreign: readonly string[];
  /** Whether a label or the comment could not be written. */
  readonly partial: boolean;
  /** Whether the pull request could not be read completely since. */
  readonly unread: boolean;
}

/** How many green heads of a pull request are remembered. */
const MOST_GREENS = 20;
const MOST_IDS = 20;

/** The ids of a pull request's runs, with the newest. */
export function idsOf(answer: Answer | undefined, run: WrittenRun | null): readonly number[] {
  const ids = answer?.ids ?? [];
  return run === null || ids.includes(run.id) ? ids : [run.id, ...ids].slice(0, MOST_IDS);
}

/** The check runs that an earlier answer on the same head may have left there. */
export interface FormerRuns {
  readonly stale: boolean;
  readonly green: boolean;
  readonly red: boolean;
  readonly hasRun: boolean;
}

/**
 * After a restart, only the labels and the database tell.
 * @param labels those of the pull request when it was read, if the bot may have added them
 * @param former null: the database knows nothing, so the labels alone count
 */
export function formerly(
  labels: readonly string[],
  names: Labels | null,
  answer: Answer | undefined,
  head: string,
  former: FormerAnswer | null,
): FormerRuns {
  const before = answer?.head === head ? answer : null;
  const answered = former?.head ?? null;
  const isProof = answered === null || (answered === head && former?.checkRuns === true);
  const has = (kind: keyof Labels): boolean =>
    answer === undefined && isProof && labels.includes((names ?? DEFAULT_LABELS)[kind]);
  const green = answer?.greens.includes(head) === true || has("signed");
  const isRed = before !== null && ((!before.green && before.hasRun) || before.note === "redCheck");
  const red = isRed || has("unsigned");
  return {
    stale: before !== null && (before.stale || (before.green && before.run !== null)),
    green,
    red,
    hasRun: before?.hasRun === true || green || red,
  };
}

/** The check runs on the head after a report was shown, as far as the bot knows. */
export interface LeftRuns {
  /** Whether the head has, or may have, a green check run although the verdict is not green. */
  readonly stale: boolean;
  /** Whether the verdict is green, and the run on the head may be an earlier one that is not. */
  readonly isRed: boolean;
  readonly hasRun: boolean;
  readonly greens: readonly string[];
}

export function leftRuns(
  check: CheckShown,
  was: FormerRuns,
  {
    answer,
    head,
    green,
  }: { readonly answer: Answer | undefined; readonly head: string; readonly green: boolean },
): LeftRuns {
  const isUnknown = check.stale === null && check.refusal !== "edition";
  const heads = (answer?.greens ?? []).filter((one) => one !== head || check.stale !== false);
  const hasRun = check.hasRun ?? was.hasRun;
  return {
    stale: check.stale ?? (!green && (was.stale || (isUnknown && was.green))),
    isRed: green && check.refusal !== null && check.refusal !== "edition" && was.red,
    hasRun,
    greens: green && hasRun ? [head, ...heads].slice(0, MOST_GREENS) : heads,
  };
}

/** What the comment must say about the check run; undefined: nothing is known, so a warning stays. */
export function noteOf(
  { refusal, stale: seen }: CheckShown,
  { stale, isRed }: { readonly stale: boolean; readonly isRed: boolean },
  { kind }: Report,
): CheckNote | undefined {
  if (stale) return "staleCheck";
  if (isRed) return "redCheck";
  if (refusal !== null && kind === "check") return "missingCheck";
  return seen === null ? undefined : null;
}
