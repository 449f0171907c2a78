export const MINUTE = 60_000;
export const HOUR = 3_600_000;
/**
 * The longest wait that the bot accepts from an answer: GitHub's limits end within an hour, and the clocks may differ. A
 * wrong unit in one answer would otherwise stop an installation for years.
 */
export const LONGEST_WAIT = HOUR + MINUTE;
/** Points of a write; a read costs one. */
export const WRITE = 5;

/** The points spent in the last `span` milliseconds, so that no span of that length ever exceeds `limit`. */
export interface Window {
  /**
   * The time from which `cost` fits; a past time means now.
   * @param later what will be spent before it: so much at each time, in order
   */
  freeAt(
    cost: number,
    now: number,
    later?: { readonly at: readonly number[]; readonly cost: number },
  ): number;
  /** @returns a function that moves the spending to a later time */
  spend(cost: number, now: number): (later: number) => void;
  /** Replaces what was spent by what all processes spent. */
  load(entries: readonly { readonly at: number; readonly amount: number }[]): void;
  /** The clock was set back by so many milliseconds. */
  setBack(by: number): void;
}

/** @param limit may change while the window is used */
export function createWindow(span: number, limit: () => number): Window {
  let spent: { at: number; cost: number }[] = [];
  let sum = 0;
  return {
    freeAt(cost, now, later = { at: [], cost: 0 }) {
      const first = spent.findIndex(({ at }) => at > now - span);
      const gone = first === -1 ? spent : spent.slice(0, first);
      sum -= gone.reduce((total, { cost }) => total + cost, 0);
      spent = first === -1 ? [] : spent.slice(first);
      let over = sum + cost + later.at.length * later.cost - limit();
      for (const entry of spent) {
        if (over <= 0) break;
        over -= entry.cost;
        if (over <= 0) return entry.at + span;
      }
      for (const at of later.at) {
        if (over <= 0) break;
        over -= later.cost;
        if (over <= 0) return at + span;
      }
      return 0;
    },
    spend(cost, now) {
      let entry = { at: now, cost };
      spent.push(entry);
      sum += cost;
      return (later) => {
        const place = spent.lastIndexOf(entry);
        if (place !== -1) spent.splice(place, 1);
        else sum += cost;
        spent.push((entry = { at: later, cost }));
      };
    },
    load(entries) {
      spent = entries
        .map(({ at, amount }) => ({ at, cost: amount }))
        .toSorted((one, other) => one.at - other.at);
      sum = spent.reduce((total, { cost }) => total + cost, 0);
    },
    setBack(by) {
      for (const entry of spent) entry.at -= by;
    },
  };
}
