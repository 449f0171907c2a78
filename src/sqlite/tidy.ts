import type { Connection } from "./connect.ts";

/** How long a closed pull request is remembered, in milliseconds. */
const CLOSED_PULL_KEPT = 30 * 86_400_000;

export function prepareTidy(connection: Connection): {
  /** Drops what is no longer needed. */
  drop(now: number): void;
  /** Puts the write-ahead log into the database and empties it, as far as nobody reads from it now. */
  shrink(): void;
} {
  const closed = connection.prepare<[number]>("DELETE FROM pull WHERE closed_at < ?");
  const ended = connection.prepare<[number]>("DELETE FROM session WHERE expires_at <= ?");
  return {
    drop: (now) => {
      closed.run(now - CLOSED_PULL_KEPT);
      ended.run(now);
    },
    shrink: () => {
      connection.pragma("optimize");
      connection.pragma("wal_checkpoint(TRUNCATE)");
    },
  };
}
