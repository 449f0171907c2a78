import * as disk from "./disk.ts";
import * as postgres from "./postgres.ts";

/** Each by its name for `npm run soak -- --scenario NAME`. */
export const SCENARIOS: ReadonlyMap<string, () => Promise<void>> = new Map([
  ["kill-at-each-write", disk.killAtEachWrite],
  ["disk-full", disk.diskFull],
  ["disk-read-only", disk.diskReadOnly],
  ["locked-for-a-minute", disk.lockedForAMinute],
  ["file-gone", disk.fileGone],
  ["page-damaged", disk.pageDamaged],
  ["second-serve", disk.secondServe],
  ["clock-back", disk.clockBack],
  ["postgres-replicas", postgres.replicas],
  ["postgres-standstill", postgres.standstill],
  ["postgres-restart", postgres.restart],
  ["postgres-disk-full", postgres.diskFull],
  ["postgres-failover", postgres.failover],
]);
