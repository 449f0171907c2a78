import { Failure } from "../error.ts";

/** Up to so many signatures a replace may end, whatever the share. */
const FEW = 10;
/** One in so many. */
const SHARE = 10;

/** Whether a replace would end so much that it must be allowed in so many words. */
export function isLargeRemoval(removed: number, held: number): boolean {
  return removed > FEW && removed * SHARE > held;
}

/**
 * @param held how many signatures and roster places of the agreement counted before
 * @param allowed how many a replace may end; null: nobody said
 * @throws Failure `refused` when a replace would end too much
 */
export function requireSmallRemoval(
  agreement: string,
  removed: number,
  held: number,
  allowed: number | null,
): void {
  if (isLargeRemoval(removed, held) && removed > (allowed ?? 0))
    throw new Failure(
      "refused",
      `this would end ${removed} of the ${held} signatures of ${agreement}, more than 10%. Check that the file is ` +
        `complete. If this is meant, say --yes --allow-removals ${removed}.`,
    );
}
