/** How long each kind of record is kept after it is of no more use, in milliseconds; docs/privacy.md says why. */
const DAY = 86_400_000;
const YEAR = 365 * DAY;

export const RETENTION = {
  /** Revoked signatures, ended roster places and employers: evidence for what was contributed while they held. */
  ended: 3 * YEAR,
  closedPull: 30 * DAY,
  /** No backup or list that is older may be loaded any more. */
  tombstone: 3 * YEAR,
  audit: 3 * YEAR,
} as const;
