import { setTimeout as sleep } from "node:timers/promises";
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
/** A request waits no longer than this for the database, in milliseconds. */
const PATIENCE = 2_000;

/**
 * @param clock milliseconds since the epoch
 * @param setBack called when the clock was set back by so many milliseconds
 */
export function createWaits(
  spending: Pick<Spending, "book" | "wait"> | undefined,
  clock: () => number,
  setBack: (by: number) => void,
): Waits {
  let own = 0;
  let latest = 0;
  let lookedAt = -Infinity;
  /** If the clock was set back, the wait keeps its length. */
  const now = (): number => {
    const moment = clock();
    if (moment < latest) {
      own -= latest - moment;
      setBack(latest - moment);
    }
    latest = moment;
    return moment;
  };
  const look = async (): Promise<void> => {
    if (spending === undefined || performance.now() - lookedAt < FRESH) return;
    lookedAt = performance.now();
    try {
      const late = sleep(PATIENCE, null, { ref: false });
      const booking = await Promise.race([spending.book(PURSE, []), late]);
      if (booking !== null && booking.waitUntil !== null)
        own = Math.max(own, now() + booking.waitUntil - booking.now);
    } catch (error) {
      // Without the database, only this process's own wait is known.
      if (!(error instanceof Failure)) throw error;
    }
  };
  return {
    async until() {
      await look();
      now();
      return own;
    },
    begin(until) {
      own = Math.max(own, until);
      void spending?.wait(PURSE, Math.max(0, until - now())).catch(() => {});
    },
  };
}
