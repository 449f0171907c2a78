/**
 * The calls about members of organizations for all pull requests of an installation that name many people. Somebody may
 * open any number of such pull requests, so together they get a share of the hour's calls.
 */
import { createWindow, HOUR, type Window } from "../traffic/window.ts";

/** Three tenths of the smallest hourly limit of an installation. */
const HOURLY_CALLS = 1_500;

export interface LookupShare {
  /** From when more may be asked, in milliseconds since the epoch; null: now. */
  freeAt(installation: number): number | null;
  spend(installation: number, calls: number): void;
}

/**
 * @param now milliseconds since the epoch
 * @param sharers how many processes share an installation's limits now; each gets its part
 */
export function lookupShare(now: () => number, sharers: () => number = () => 1): LookupShare {
  const windows = new Map<number, Window>();
  const windowOf = (installation: number): Window => {
    const known = windows.get(installation) ?? createWindow(HOUR, () => HOURLY_CALLS / sharers());
    windows.set(installation, known);
    return known;
  };
  return {
    freeAt(installation) {
      const free = windowOf(installation).freeAt(1, now());
      return free > now() ? free : null;
    },
    spend(installation, calls) {
      if (calls > 0) windowOf(installation).spend(calls, now());
    },
  };
}
