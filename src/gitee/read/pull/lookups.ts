/**
 * The lookups of a check beyond the pull request, its commits and the policy. A check of a new pull request, or of one
 * whose answer may stay the same, has calls for few of them; the check that follows at once continues, and does not ask
 * again what the earlier one learned.
 */
import { printPullRef, type PullRef } from "../../../pull.ts";
import type { Lookups } from "../../traffic/calls.ts";
import type { ShortMemory } from "../../../ports/short-memory.ts";
import type { Client } from "../../traffic/client.ts";
import type { Answer } from "./answer.ts";
import type { PullRequest } from "../schema.ts";

/** The calls of a check until its answer is known: two more show a first answer, but its comment. */
const MOST = 5;
/** How long checks continue with what earlier ones learned, in milliseconds; the next one looks all up. */
const LONGEST = 60_000;

/** Checks of one state of a pull request that continue each other. */
export interface Chain {
  /** What Gitee answered so far. */
  readonly answers: Lookups["answers"];
  /** Whether the last check left a lookup to the next one. */
  isShort: boolean;
  readonly since: number;
  /** Whether the pull request says that the check goes on, so that the next one is neither first nor unchanged. */
  isShown: boolean;
  /** How much was known at the start of the last check. */
  known: number | null;
}

/** The lookups of one check. */
export interface CheckLookups {
  readonly key: string;
  /** Whether what takes more calls is left to another check, which follows at once. */
  readonly isLimited: boolean;
  readonly chain: Chain;
  readonly lookups: Lookups;
  /** How many calls the check may have made after a lookup. */
  readonly most: number;
}

export function lookupsFor(
  {
    answers,
    chains,
    client,
  }: {
    readonly answers: ReadonlyMap<string, Pick<Answer, "head">>;
    readonly chains: ShortMemory<Chain>;
    readonly client: Pick<Client, "now">;
  },
  ref: PullRef,
  { base, head }: Pick<PullRequest, "base" | "head">,
  canContinue: boolean,
): CheckLookups {
  const now = client.now();
  const key = JSON.stringify([printPullRef(ref), base.sha, head.sha]);
  const last = answers.get(printPullRef(ref));
  const before = chains.find(key);
  const isOld = before !== undefined && now - before.since >= LONGEST;
  // A check that learned nothing would be repeated without end.
  const isStuck = before !== undefined && before.known === before.answers.size;
  const isPushed = last !== undefined && last.head !== head.sha;
  const chain: Chain =
    before === undefined || isOld
      ? { since: now, answers: new Map(), isShort: false, isShown: false, known: null }
      : before;
  if (before !== undefined) chain.known = chain.answers.size;
  chain.isShort = false;
  const isLimited = canContinue && !chain.isShown;
  const isFree = !isLimited || isOld || isStuck || isPushed;
  const leave = (): void => {
    chain.isShort = true;
    chains.keep(key, chain);
  };
  const lookups = { answers: chain.answers, leave };
  return { key, isLimited, chain, lookups, most: isFree ? Infinity : MOST };
}
