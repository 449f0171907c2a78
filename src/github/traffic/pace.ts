/**
 * Keeps the bot within GitHub's documented limits, for each installation by itself:
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 *
 * A request that would break a limit is not sent: it fails at once with `paced`, or `host-limit` where the host
 * itself said so, and the moment from which it may be tried, and the installation counts as paused until then, so that the worker turns to others. Nothing
 * waits here but for one of the places that requests share.
 */
import { Failure } from "../../error.ts";
import type { LimitLeft } from "../../ports/host.ts";
import {
  createPagesShare,
  HOURLY_LIMIT,
  PAGES_SHARE,
  type PagesShare,
  type Resource,
} from "./pages-share.ts";
import { createWindow, HOUR, MINUTE, WRITE, type Window } from "./window.ts";

export interface Limits {
  /** Requests under way at once, of all installations together. */
  readonly concurrent: number;
  /** Points a minute over REST, a read at 1 and a write at 5. */
  readonly restPoints: number;
  /** Points a minute over GraphQL, a query at 1. */
  readonly graphqlPoints: number;
  /** Requests that create content, in a minute and in an hour. */
  readonly contentPerMinute: number;
  readonly contentPerHour: number;
}

export const DOCUMENTED_LIMITS: Limits = {
  concurrent: 100,
  restPoints: 900,
  graphqlPoints: 2000,
  contentPerMinute: 80,
  contentPerHour: 500,
};

/** An installation that the host asked, or its limits ask, to leave alone. */
export interface Pause {
  readonly installation: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface Pace {
  /**
   * Runs a request when the limits allow.
   * @throws Failure `host-limit` when the host itself asked to wait; OverPace
   */
  run<Answer extends { headers: Headers }>(request: Asked, send: () => Promise<Answer>): Promise<Answer>;
  /**
   * The host refused with a limit: nothing is sent for the installation before `until`. Null: it did not say when the
   * limit ends; then a minute, and twice as long each time that the next request is refused as well.
   * @returns until when, in milliseconds since the epoch
   */
  pause(installation: number | null, until: number | null): number;
  /** A request was answered with what it asked for: no limit holds. */
  answered(installation: number | null): void;
  /**
   * Installations to leave alone now.
   * @param bulk also those with little room left, which is kept for what people wait for
   */
  paused(bulk?: boolean): readonly Pause[];
  /** What the latest answers said is left of the hour's points, where the hour is not over. */
  left(): readonly LimitLeft[];
}

/** A request that was not sent. Others may still be: the host itself refused nothing. */
export class OverPace extends Failure {
  /** @param code `paced`; `host-limit` for what pages ask, where nobody comes back to it */
  constructor(code: "paced" | "host-limit", retryAt: number) {
    super(code, undefined, { retryAt });
  }
}

export interface Asked {
  /** Null: as the app itself, whose limits are apart from its installations'. */
  readonly installation: number | null;
  readonly method: string;
  /** The path's template, e.g. `/repos/{owner}/{repo}/statuses/{sha}`. */
  readonly path: string;
  /** Whether a page asks, for a visitor; such requests are kept to their share. Absent: a check asks. */
  readonly forPage?: boolean;
}

type Headers = Readonly<Record<string, string | number | undefined>>;

/** The part of each minute's points that bulk work leaves to what people wait for. */
const SPARE = 0.4;
/** The documented wait after a limit that does not say when it ends. */
const UNTOLD_WAIT = MINUTE;

/** Writes what people are notified of or see as new; statuses, check runs and labels put on are not. */
const CONTENT = /\/(?:comments(?:\/[^/]+)?|pulls|git\/refs|repo\}\/labels)$/;

/** @param now milliseconds since the epoch */
export function createPace(limits: Limits = DOCUMENTED_LIMITS, now: () => number = Date.now): Pace {
  const installations = new Map<number, Budget>();
  const places = createPlaces(limits.concurrent);
  const pagePlaces = createPlaces(Math.max(1, Math.floor(limits.concurrent * PAGES_SHARE)));

  const budgetOf = (installation: number | null): Budget => {
    const key = installation ?? 0;
    let budget = installations.get(key);
    if (budget === undefined) installations.set(key, (budget = createBudget(limits)));
    return budget;
  };

  return {
    async run({ installation, method, path, forPage = false }, send) {
      const budget = budgetOf(installation);
      const freePage = forPage ? await pagePlaces.take() : () => {};
      const leave = await places.take();
      try {
        const moment = now();
        const graphql = path.endsWith("/graphql");
        const write = !graphql && method !== "GET" && method !== "HEAD";
        const content = write && method !== "DELETE" && CONTENT.test(path);
        const spends: Spend[] = graphql ? [[budget.graphql, 1]] : [[budget.rest, write ? WRITE : 1]];
        if (content) spends.push([budget.minute, 1], [budget.hour, 1]);
        const resource: Resource = graphql ? "graphql" : "core";
        const told = Math.max(budget.until, budget.exhausted.get(resource) ?? 0);
        if (told > moment) throw new Failure("host-limit", undefined, { retryAt: told });
        const free = Math.max(
          ...spends.map(([window, cost]) => window.freeAt(cost, moment)),
          forPage ? budget.pages.freeAt(resource, write ? WRITE : 1, moment) : 0,
        );
        if (free > moment)
          throw new OverPace(forPage ? "host-limit" : "paced", content ? budget.turn(free) : free);
        if (forPage) spends.push(...budget.pages.spends(resource, write ? WRITE : 1));
        const spent = spends.map(([window, cost]) => window.spend(cost, moment));
        try {
          const answer = await send();
          budget.observe(answer.headers);
          return answer;
        } finally {
          // The host counts from when a request reaches it, which was at the latest now.
          for (const counted of spent) counted(now());
        }
      } finally {
        leave();
        freePage();
      }
    },
    pause(installation, until) {
      const budget = budgetOf(installation);
      const moment = now();
      if (until !== null) return (budget.until = Math.max(budget.until, until));
      // Requests that were under way together are refused together: that is one refusal.
      if (budget.until <= moment) {
        budget.until = moment + Math.min(UNTOLD_WAIT * 2 ** budget.refusals, HOUR);
        budget.refusals += 1;
      }
      return budget.until;
    },
    answered(installation) {
      budgetOf(installation).refusals = 0;
    },
    paused(bulk = false) {
      const moment = now();
      const spare = bulk ? SPARE : 0;
      return [...installations].flatMap(([installation, budget]) => {
        // A check ends in a write: without room for one there is no use in reading.
        const until = Math.max(
          budget.until,
          ...budget.exhausted.values(),
          budget.rest.freeAt(WRITE + spare * limits.restPoints, moment),
          budget.graphql.freeAt(1 + spare * limits.graphqlPoints, moment),
        );
        return installation !== 0 && until > moment ? [{ installation, until }] : [];
      });
    },
    left() {
      const moment = now();
      return [...installations].flatMap(([installation, { left }]) =>
        [...left].flatMap(([resource, { remaining, reset }]) =>
          reset > moment
            ? [{ resource, installation: installation === 0 ? null : installation, remaining }]
            : [],
        ),
      );
    },
  };
}

type Spend = readonly [Window, number];

interface Budget {
  readonly rest: Window;
  readonly graphql: Window;
  readonly minute: Window;
  readonly hour: Window;
  /** The end of the wait that the host asked for. */
  until: number;
  /** How often in a row the host refused without an end time. */
  refusals: number;
  /** Until when the hour's points of a resource are used up. */
  readonly exhausted: Map<string, number>;
  readonly pages: PagesShare;
  /** What remains of each resource by the host's answer, and when its hour ends. */
  readonly left: Map<string, { readonly remaining: number; readonly reset: number }>;
  observe(headers: Headers): void;
  /** Gives each that waits to create content a turn of its own, no earlier than `from`, so that not all come back at once. */
  turn(from: number): number;
}

function createBudget(limits: Limits): Budget {
  const exhausted = new Map<string, number>();
  const left: Budget["left"] = new Map();
  let lastTurn = 0;
  const rest = createWindow(MINUTE, limits.restPoints);
  const graphql = createWindow(MINUTE, limits.graphqlPoints);
  const pages = createPagesShare(
    { core: limits.restPoints, graphql: limits.graphqlPoints },
    { core: rest, graphql },
  );
  return {
    rest,
    graphql,
    pages,
    left,
    minute: createWindow(MINUTE, limits.contentPerMinute),
    hour: createWindow(HOUR, limits.contentPerHour),
    until: 0,
    refusals: 0,
    exhausted,
    turn(from) {
      lastTurn = Math.max(from, lastTurn + HOUR / limits.contentPerHour);
      return lastTurn;
    },
    observe(headers) {
      const resource = String(headers["x-ratelimit-resource"] ?? "core");
      const reset = Number(headers["x-ratelimit-reset"]);
      const remaining = Number(headers["x-ratelimit-remaining"]);
      const limit = Number(headers["x-ratelimit-limit"] ?? HOURLY_LIMIT);
      if ([reset, remaining, limit].every(Number.isFinite)) {
        pages.left(resource, limit, remaining, reset * 1000 + 1000);
        left.set(resource, { remaining, reset: reset * 1000 });
      }
      if (String(headers["x-ratelimit-remaining"]) !== "0" || Number.isNaN(reset)) exhausted.delete(resource);
      else exhausted.set(resource, reset * 1000 + 1000);
    },
  };
}

/** A number of places that are taken in turn. */
function createPlaces(count: number): { take(): Promise<() => void> } {
  let free = count;
  const waiting: (() => void)[] = [];
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take() {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      return leave;
    },
  };
}
