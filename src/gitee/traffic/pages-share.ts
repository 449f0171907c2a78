import { Failure } from "../../error.ts";

/** Requests that pages may have under way at once, out of the client's places. */
export const PAGE_PLACES = 2;

/** Gitee publishes no limit for a token. Pages get what it documents for callers without one: 60 a minute. */
const PER_MINUTE = 60;
const MINUTE = 60_000;

/** Of a limit that Gitee's headers tell, the last fifth is for checks alone. */
const RESERVE = 0.2;

/** Keeps what pages ask for within their share, so that no number of visitors keeps a check from the host. */
export interface PagesShare {
  /** Takes one request out of the share. @throws Failure `host-limit` */
  take(): void;
  /** Learns from any answer what is left of the limit. */
  observe(headers: Headers): void;
  /** What the latest answer said is left; null: none said so. */
  remaining(): number | null;
}

/** @param now milliseconds since the epoch */
export function createPagesShare(now: () => number): PagesShare {
  let taken: number[] = [];
  let closedUntil = 0;
  let left: number | null = null;
  return {
    remaining: () => left,
    take() {
      const moment = now();
      taken = taken.filter((at) => at > moment - MINUTE);
      const [oldest] = taken;
      const free = oldest !== undefined && taken.length >= PER_MINUTE ? oldest + MINUTE : 0;
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
