/** How long each kind of record is kept after it is of no more use; docs/privacy.md says why. */
const DAY = 86_400_000;
const YEAR = 365 * DAY;

/** In milliseconds. */
export interface Retention {
  /** Revoked signatures, ended roster places and employers: evidence for what was contributed while they held. */
  readonly ended: number;
  readonly closedPull: number;
  /** No backup or list that is older may be loaded any more, so this one is fixed. */
  readonly tombstone: number;
  readonly audit: number;
}

export const RETENTION: Retention = {
  ended: 3 * YEAR,
  closedPull: 30 * DAY,
  tombstone: 3 * YEAR,
  audit: 3 * YEAR,
};

/** Between what the configuration may set a period, in days. */
export const RETENTION_BOUNDS = {
  // Less would take the evidence before a release that holds the contribution is out.
  ended: { least: 90, most: 3_650 },
  // A pull request that is reopened keeps its comment only as long as it is known.
  closedPull: { least: 7, most: 365 },
  audit: { least: 180, most: 3_650 },
} as const;
