import { sql, type Statement } from "../connection/sql.ts";

/**
 * The clocks of the queue, in milliseconds since the epoch. Processes on several machines hold leases against each
 * other, so a lease counts by the server's clock: a process with a wrong clock neither takes another one's tasks nor
 * keeps its own too long.
 */
export interface Clock {
  /** This process's clock. */
  readonly now: () => number;
  /** SQL for the moment that leases are compared with. */
  readonly lease: () => Statement;
}

/** @param now for tests: also the clock of the leases */
export function clockOf(now: (() => number) | undefined): Clock {
  return {
    now: now ?? Date.now,
    lease: () =>
      now === undefined
        ? sql`(extract(epoch FROM statement_timestamp()) * 1000)::bigint`
        : sql`${now()}::bigint`,
  };
}
