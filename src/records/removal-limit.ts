import { Failure } from "../error.ts";
import type { ImportCounts } from "./import-counts.ts";

/** A replace may end this number of signatures, regardless of the share. */
const FEW = 10;
/** The share, as one in this number. */
const SHARE = 10;

/** Whether a replace would end so many signatures that it needs explicit permission. */
export function isLargeRemoval(removed: number, held: number): boolean {
  return removed > FEW && removed * SHARE > held;
}

/**
 * @param allowed how many a replace may end; null: no permission
 * @throws Failure `refused` if a replace would end too many, or if no row of its files counts
 */
export function requireSmallRemoval(agreement: string, replaced: ImportCounts, allowed: number | null): void {
  const { held } = replaced;
  const removed = replaced.removed + replaced.ended;
  const count = replaced.added + replaced.restored + replaced.changed + replaced.unchanged + replaced.kept;
  if (removed > 0 && count === 0 && replaced.revoked + replaced.unclear + replaced.erased > 0)
    throw new Failure(
      "refused",
      `no row of the files counts here, because the people revoked or were erased, and --replace would end all ${removed} ` +
        `signatures of ${agreement}: nothing was changed. To end them, use revoke.`,
    );
  if (isLargeRemoval(removed, held) && removed > (allowed ?? 0))
    throw new Failure(
      "refused",
      `this would end ${removed} of the ${held} signatures of ${agreement}, more than 10%. Check that the file is ` +
        `complete. To confirm, use --yes --allow-removals ${removed}.`,
    );
}
