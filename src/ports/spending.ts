/**
 * Port: what all processes on one database spent of a host's limits lately. Replicas and commands keep one limit
 * together, and a restart forgets nothing.
 */

/** A part of what one request costs. */
export interface Cost {
  /** E.g. `content`. */
  readonly what: string;
  readonly amount: number;
  /** No span of `ms` milliseconds may hold more than `most`. */
  readonly limits: readonly { readonly ms: number; readonly most: number }[];
}

/** What was spent of something until a moment, in milliseconds since the epoch. */
export interface Spent {
  readonly what: string;
  readonly at: number;
  readonly amount: number;
}

/** The result of booking requests. Its moments are by the clock that all processes share, which `now` tells. */
export interface Booking {
  readonly now: number;
  /** The time with which requests were booked. */
  readonly at: number;
  /** Until when the host asked one of the processes to wait; null: it did not. */
  readonly waitUntil: number | null;
  /** For each request: null if it was booked; else when it fits. */
  readonly answers: readonly (number | null)[];
  /** All that was spent in the longest span, these requests included. */
  readonly spent: readonly Spent[];
}

export interface Spending {
  /**
   * Books requests in their order, in one transaction; nothing is booked of one that does not fit.
   * @param purse whose limits they are, e.g. `github/17`
   */
  book(purse: string, requests: readonly (readonly Cost[])[]): Promise<Booking>;
  /**
   * A booked request took so long that the host may have counted it later than it was booked.
   * @param at its {@link Booking.at}
   */
  postpone(purse: string, costs: readonly Cost[], at: number): Promise<void>;
  /** The host asked to wait for so many milliseconds: nothing is booked before that. */
  wait(purse: string, ms: number): Promise<void>;
}

/** How long spending is kept, in milliseconds: the longest span that a limit has. */
const LONGEST_SPAN = 3_600_000;

/** The row about a wait; its time is when the wait ends. */
const WAIT = "wait";

/** All spending of a second has one row. Its time is at least this much later, in milliseconds. */
const SECOND = 1_000;

/** A later time comes from a wrong clock that was corrected since. */
const LATEST = 10 * SECOND;

/** The time of a request that is sent now: the host counts it before that, unless it takes longer. */
function bookedAt(now: number): number {
  return (Math.floor(now / SECOND) + 2) * SECOND;
}

/** Books requests on the rows of a purse. @returns the rows after that */
export function bookOn(rows: readonly Spent[], requests: readonly (readonly Cost[])[], now: number): Booking {
  const at = bookedAt(now);
  // Spending with a time in the future counts from now, so that a clock that was ahead does not stop the bot for long.
  const spans = new Map(
    requests.flat().map(({ what, limits }) => [what, Math.max(...limits.map(({ ms }) => ms))]),
  );
  const kept = rows
    .filter((row) =>
      row.what === WAIT
        ? row.at > now && row.at <= now + LONGEST_SPAN
        : row.at > now - (spans.get(row.what) ?? LONGEST_SPAN),
    )
    .map((row) => (row.what !== WAIT && row.at > now + LATEST ? { ...row, at } : row));
  const spent = joined(kept);
  const waitUntil = kept.find(({ what }) => what === WAIT)?.at ?? null;
  const answers = requests.map((costs): number | null => {
    if (waitUntil !== null) return waitUntil;
    const free = Math.max(0, ...costs.map((cost) => freeAt([...spent.values()], cost, now)));
    if (free > now) return free;
    for (const { what, amount } of costs) add(spent, { what, amount, at });
    return null;
  });
  return { now, at, waitUntil, answers, spent: [...spent.values()] };
}

/** Moves a request's spending from the time when it was booked to now. */
export function postponeOn(
  rows: readonly Spent[],
  costs: readonly Cost[],
  at: number,
  now: number,
): readonly Spent[] {
  const spent = joined(rows);
  for (const { what, amount } of costs) {
    const row = spent.get(keyOf({ what, at, amount }));
    if (row !== undefined) row.amount = Math.max(0, row.amount - amount);
    add(spent, { what, amount, at: bookedAt(now) });
  }
  return [...spent.values()].filter(({ amount }) => amount > 0);
}

/** Notes that the host asked to wait. */
export function waitOn(rows: readonly Spent[], ms: number, now: number): readonly Spent[] {
  const until = now + Math.min(ms, LONGEST_SPAN);
  const waits = rows.filter(({ what, at }) => what === WAIT && at > now && at <= now + LONGEST_SPAN);
  const at = Math.max(until, ...waits.map((row) => row.at));
  return [...rows.filter(({ what }) => what !== WAIT), { what: WAIT, at, amount: 1 }];
}

/** What changes between the rows of a purse before and after. */
export function changesBetween(
  before: readonly Spent[],
  after: readonly Spent[],
): { readonly put: readonly Spent[]; readonly remove: readonly Spent[] } {
  const [known, left] = [before, after].map(
    (rows) => new Map(rows.map((row) => [keyOf(row), row.amount] as const)),
  );
  return {
    put: after.filter((row) => known?.get(keyOf(row)) !== row.amount),
    remove: before.filter((row) => left?.has(keyOf(row)) === false),
  };
}

type Row = { -readonly [Key in keyof Spent]: Spent[Key] };

const keyOf = ({ what, at }: Spent): string => `${at} ${what}`;

function joined(rows: readonly Spent[]): Map<string, Row> {
  const spent = new Map<string, Row>();
  for (const row of rows) add(spent, row);
  return spent;
}

function add(spent: Map<string, Row>, { what, at, amount }: Spent): void {
  const key = keyOf({ what, at, amount });
  const row = spent.get(key);
  if (row === undefined) spent.set(key, { what, at, amount });
  else row.amount += amount;
}

function freeAt(rows: readonly Spent[], { what, amount, limits }: Cost, now: number): number {
  const own = rows.filter((row) => row.what === what).toSorted((one, other) => one.at - other.at);
  return Math.max(
    0,
    ...limits.map(({ ms, most }) => {
      const counted = own.filter(({ at }) => at > now - ms);
      let over = counted.reduce((sum, row) => sum + row.amount, amount) - most;
      for (const row of counted) {
        if (over <= 0) break;
        over -= row.amount;
        if (over <= 0) return row.at + ms;
      }
      return 0;
    }),
  );
}
