export interface Limits {
  /** Concurrent requests of all installations together. */
  readonly concurrent: number;
  /** Points a minute over REST: a read costs 1, a write 5. */
  readonly restPoints: number;
  /** Points a minute over GraphQL: a query costs 1. */
  readonly graphqlPoints: number;
  /** Requests that create content, in a minute and in an hour. */
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
}

export const DOCUMENTED_LIMITS: Limits = {
  concurrent: 100,
  restPoints: 900,
  graphqlPoints: 2000,
  contentPerMinute: 80,
  contentPerHour: 500,
};
