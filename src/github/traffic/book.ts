import { Failure } from "../../error.ts";
import type { Cost, Spending, Spent } from "../../ports/spending.ts";

/** Books one installation's requests among those of all processes. */
export interface Book {
  /**
   * Books a request. Simultaneous requests share a transaction.
   * @returns null if the database does not answer soon: then only this process's own requests are known
   */
  book(costs: readonly Cost[]): Promise<Booked | null>;
  /** The host asked to wait until then; so do the other processes. */
  wait(until: number): void;
}

/** The result for one request. Its moments are by this process's clock. */
export interface Booked {
  /** When the request fits; null: it was booked. */
  readonly free: number | null;
  /** Until when the host asked any process to wait; null: it did not. */
  readonly waitUntil: number | null;
  /** What all processes spent lately, this request included. */
  readonly spent: readonly Spent[];
  /** Called when the answer came: a slow request may have reached the host later than it was booked. */
  readonly answered: () => void;
}

interface Asked {
  readonly costs: readonly Cost[];
  readonly resolve: (booked: Booked | null) => void;
  readonly reject: (error: unknown) => void;
}

/** A write of doubt does not wait for the database any longer, in milliseconds. */
const PATIENCE = 2_000;
/** After that, requests do not wait for it at all for this time. */
const REST = 5_000;

/** @param now this process's clock, in milliseconds since the epoch */
export function createBook(spending: Spending, purse: string, now: () => number): Book {
  let waiting: Asked[] = [];
  let running = false;
  let restsUntil = -Infinity;

  async function bookTogether(group: readonly Asked[]): Promise<void> {
    const costs = group.map((one) => one.costs);
    const booking = await spending.book(purse, costs);
    const shift = now() - booking.now;
    const waitUntil = booking.waitUntil === null ? null : booking.waitUntil + shift;
    const spent = booking.spent.map((row) => ({ ...row, at: row.at + shift }));
    group.forEach((one, index) => {
      const free = booking.answers[index] ?? null;
      one.resolve({
        free: free === null ? null : free + shift,
        waitUntil,
        spent,
        answered: () => {
          if (free === null && now() > booking.at + shift)
            void spending.postpone(purse, one.costs, booking.at).catch(() => {});
        },
      });
    });
  }

  async function flush(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await bookTogether(group);
      } catch (error) {
        restsUntil = performance.now() + REST;
        for (const one of group)
          if (error instanceof Failure) one.resolve(null);
          else one.reject(error);
      }
    }
    running = false;
  }

  return {
    async book(costs) {
      if (performance.now() < restsUntil) return null;
      const { promise, resolve, reject } = Promise.withResolvers<Booked | null>();
      const timer = setTimeout(() => {
        restsUntil = performance.now() + REST;
        resolve(null);
      }, PATIENCE);
      waiting.push({ costs, resolve, reject });
      if (!running) void flush();
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
      }
    },
    wait: (until) => void spending.wait(purse, Math.max(0, until - now())).catch(() => {}),
  };
}
