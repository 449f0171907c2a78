import { Failure } from "../../error.ts";

/** Concurrent requests for pages, out of the client's places. */
export const PAGE_PLACES = 2;

/** Gitee publishes no limit for a token. Pages get the documented limit for callers without one: 60 a minute. */
const PER_MINUTE = 60;
const MINUTE = 60_000;

/** If Gitee's headers report a limit, its last fifth is reserved for checks. */
const RESERVE = 0.2;

/** Limits the requests of pages to their share, so that any number of visitors can't block a check. */
export interface PagesShare {
  /** Takes one request from the share. @throws Failure `host-limit` */
  take(): void;
  /** Reads the remaining limit from any answer. */
  observe(headers: Headers): void;
  /** The remaining limit by the latest answer; null: no answer had one. */
  remaining(): number | null;
}

/**
 * @param now milliseconds since the epoch
 * @param part this process's part of a number, because replicas share Gitee's limit
 */
export function createPagesShare(
  now: () => number,
  part: (whole: number) => number = (whole) => whole,
): PagesShare {
  let taken: number[] = [];
  let closedUntil = 0;
  let left: number | null = null;
  return {
    remaining: () => left,
    take() {
      const moment = now();
      taken = taken.filter((at) => at > moment - MINUTE);
      const blocking = taken.at(-part(PER_MINUTE));
      const free = blocking === undefined ? 0 : blocking + MINUTE;
      const retryAt = Math.max(free, closedUntil);
      if (retryAt > moment) throw new Failure("host-limit", undefined, { retryAt });
      taken.push(moment);
    },
    observe(headers) {
      const [limit, remaining] = ["x-ratelimit-limit", "x-ratelimit-remaining"].map((name) =>
        Number(headers.get(name) ?? Number.NaN),
      );
      if (limit === undefined || remaining === undefined) return;
      if (Number.isFinite(remaining) && headers.has("x-ratelimit-remaining")) left = remaining;
      if (remaining < limit * RESERVE) closedUntil = now() + MINUTE;
      else if (remaining >= limit * RESERVE) closedUntil = 0;
    },
  };
}
