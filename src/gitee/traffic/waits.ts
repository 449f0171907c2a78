import { Failure } from "../../error.ts";
import type { Spending } from "../../ports/spending.ts";

/** Until when Gitee asked to wait: this process, or another one on the same database. */
export interface Waits {
  /** In milliseconds since the epoch; a past time means that no wait is left. */
  until(): Promise<number>;
  /** Gitee asked this process to wait. */
  begin(until: number): void;
}

const PURSE = "gitee";
/** How long an answer of the database counts, in milliseconds. */
const FRESH = 1_000;

/** @param now milliseconds since the epoch */
export function createWaits(spending: Pick<Spending, "book" | "wait"> | undefined, now: () => number): Waits {
  let own = 0;
  let lookedAt = -Infinity;
  const look = async (): Promise<void> => {
    if (spending === undefined || performance.now() - lookedAt < FRESH) return;
    lookedAt = performance.now();
    try {
      const booking = await spending.book(PURSE, []);
      if (booking.waitUntil !== null) own = Math.max(own, now() + booking.waitUntil - booking.now);
    } catch (error) {
      // Without the database, only this process's own wait is known.
      if (!(error instanceof Failure)) throw error;
    }
  };
  return {
    async until() {
      await look();
      return own;
    },
    begin(until) {
      own = until;
      void spending?.wait(PURSE, Math.max(0, until - now())).catch(() => {});
    },
  };
}
