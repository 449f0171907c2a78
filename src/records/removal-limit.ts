import { Failure } from "../error.ts";

/** A replace may end this number of signatures, regardless of the share. */
const FEW = 10;
/** The share, as one in this number. */
const SHARE = 10;

/** Whether a replace would end so many signatures that it needs explicit permission. */
export function isLargeRemoval(removed: number, held: number): boolean {
  return removed > FEW && removed * SHARE > held;
}

/**
 * @param held how many signatures and roster places of the agreement counted before
 * @param allowed how many a replace may end; null: no permission
 * @throws Failure `refused` if a replace would end too many
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
        `complete. To confirm, use --yes --allow-removals ${removed}.`,
    );
}
