/** How long each kind of record is kept after its use ends. See docs/privacy.md for the reasons. */
const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** In milliseconds. */
export interface Retention {
  /** Revoked signatures, ended roster places and employers: evidence for contributions while they were in force. */
  readonly ended: number;
  readonly closedPull: number;
  /** Backups and lists that are older must not be loaded, so this period is fixed. */
  readonly tombstone: number;
  readonly audit: number;
}

export const RETENTION: Retention = {
  ended: 3 * YEAR,
  closedPull: 30 * DAY,
  tombstone: 3 * YEAR,
  audit: 3 * YEAR,
};

/** The limits of a configured period, in days. */
export const RETENTION_BOUNDS = {
  // A shorter period would delete the evidence before the release with the contribution.
  ended: { least: 90, most: 3_650 },
  // A reopened pull request keeps its comment only while its row exists.
  closedPull: { least: 7, most: 365 },
  audit: { least: 180, most: 3_650 },
} as const;
