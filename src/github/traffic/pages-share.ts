import { createWindow, HOUR, MINUTE, WRITE, type Window } from "./window.ts";

/**
 * The points that pages may use: a fifth of each limit, and none of the last fifth, so that any number of visitors
 * can't block a check.
 */
export const PAGES_SHARE = 0.2;

/** GitHub's smallest hourly limit of an installation; its answers contain the real one. */
export const HOURLY_LIMIT = 5000;

export type Resource = "core" | "graphql";

/** The pages' share of an installation's limits. */
export interface PagesShare {
  /** The time from which a page may spend `cost`; a past time means now. */
  freeAt(resource: Resource, cost: number, now: number): number;
  spends(resource: Resource, cost: number): (readonly [Window, number, spare: number])[];
  /** The remaining points of the hour by the host's answer. @param reset milliseconds since the epoch */
  left(resource: string, limit: number, remaining: number, reset: number): void;
  /** The clock was set back by so many milliseconds. */
  setBack(by: number): void;
}

/**
 * @param points an installation's points a minute
 * @param minutes the points it spent, for any caller
 * @param sharers how many processes share the installation's limits
 */
export function createPagesShare(
  points: Readonly<Record<Resource, number>>,
  minutes: Readonly<Record<Resource, Window>>,
  sharers: () => number,
): PagesShare {
  const windows = (resource: Resource) => ({
    minute: createWindow(MINUTE, () => Math.max(WRITE, Math.floor(points[resource] * PAGES_SHARE))),
    hour: createWindow(HOUR, () => Math.floor((HOURLY_LIMIT * PAGES_SHARE) / Math.max(1, sharers()))),
  });
  const own = { core: windows("core"), graphql: windows("graphql") };
  const closedUntil = new Map<string, number>();
  return {
    freeAt(resource, cost, now) {
      const { minute, hour } = own[resource];
      const reserve = Math.ceil(points[resource] * PAGES_SHARE);
      return Math.max(
        closedUntil.get(resource) ?? 0,
        minute.freeAt(cost, now),
        hour.freeAt(1, now),
        minutes[resource].freeAt(cost + reserve, now),
      );
    },
    spends: (resource, cost) => [
      [own[resource].minute, cost, 0],
      [own[resource].hour, 1, 0],
    ],
    left(resource, limit, remaining, reset) {
      if (remaining < limit * PAGES_SHARE) closedUntil.set(resource, reset);
      else closedUntil.delete(resource);
    },
    setBack(by) {
      for (const { minute, hour } of Object.values(own)) {
        minute.setBack(by);
        hour.setBack(by);
      }
      for (const [resource, until] of closedUntil) closedUntil.set(resource, until - by);
    },
  };
}
