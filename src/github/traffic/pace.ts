/**
 * Keeps the bot within GitHub's documented limits, for each installation separately:
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 *
 * A request that would break a limit, or that comes while the host asked to wait, is not sent: it fails at once with
 * `paced` and with the time from which it may be tried. The installation counts as paused until
 * then, so that the worker serves others. Requests wait here only for one of the shared concurrent places, and for the
 * database: GitHub counts all requests of an installation together, whichever process sends them.
 */
import { Failure } from "../../error.ts";
import type { LimitLeft } from "../../ports/host.ts";
import type { Spending } from "../../ports/spending.ts";
import { createBook } from "./book.ts";
import { costsOf, createBudget, SPARE, spareOf, type Budget, type Headers, type Spend } from "./budget.ts";
import { DOCUMENTED_LIMITS, type Limits } from "./limits.ts";
import { PAGES_SHARE, type Resource } from "./pages-share.ts";
import { HOUR, MINUTE, WRITE } from "./window.ts";

/** An installation that gets no requests, because of the host's answer or its limits. */
export interface Pause {
  readonly installation: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export interface Pace {
  /**
   * Runs a request when the limits allow.
   * @throws OverPace, also while the host itself asked to wait
   */
  run<Answer extends { headers: Headers }>(request: Asked, send: () => Promise<Answer>): Promise<Answer>;
  /**
   * The host refused with a limit: no request is sent for the installation before `until`. Null: the host did not say
   * when the limit ends; then the wait is a minute and doubles each time the next request is refused, too.
   * @param route of the refused request, `METHOD /path`: other comments wait longer than the rest, see {@link CommentHold}
   * @returns until when such a request waits, in milliseconds since the epoch
   */
  pause(installation: number | null, until: number | null, route?: string): number;
  /** The comment about this was written, or it is not needed anymore: others may have its turn. */
  giveTurnBack(installation: number | null, about: string): void;
  /** A request succeeded: no limit applies. */
  answered(installation: number | null): void;
  /**
   * Installations that get no requests now.
   * @param bulk also those with few points left, which are kept for work that people wait for
   */
  paused(bulk?: boolean): readonly Pause[];
  /** The remaining points of the hour by the latest answers, unless the hour is over. */
  left(): readonly LimitLeft[];
}

/** A request that was not sent. Others may still be sent: the host itself refused nothing. */
export class OverPace extends Failure {
  /** @param code `paced`; `host-limit` for a page's request, which is not retried */
  constructor(code: "paced" | "host-limit", retryAt: number) {
    super(code, undefined, { retryAt });
  }
}

export interface Asked {
  /** Null: the app itself, whose limits are separate from its installations' limits. */
  readonly installation: number | null;
  readonly method: string;
  /** The path's template, e.g. `/repos/{owner}/{repo}/statuses/{sha}`. */
  readonly path: string;
  /** Whether the request is for a page; such requests are limited to their share. Absent: it is for a check. */
  readonly forPage?: boolean;
  /**
   * Nobody waits for it: it leaves a part of each minute's points, and the last fifth of the comments, to requests that
   * somebody waits for.
   */
  readonly bulk?: boolean;
  /** What a comment is about, so that it keeps its turn when it is asked for again. */
  readonly about?: string | undefined;
}

/** The documented wait after a limit that does not say when it ends. */
const UNTOLD_WAIT = MINUTE;

/**
 * Whether the request creates content that notifies people or appears as new; statuses, check runs and adding labels do
 * not.
 */
const CONTENT = /\/(?:comments(?:\/[^/]+)?|pulls|git\/refs|repo\}\/labels)$/;

function isContent(method: string, path: string): boolean {
  return method !== "GET" && method !== "HEAD" && method !== "DELETE" && CONTENT.test(path);
}

export interface PaceOptions {
  /** What all processes spent; if omitted, only this one counts. */
  readonly spending?: Spending | undefined;
  /** How many processes, this one included, run now; each has a part of the concurrent places and the pages' share. */
  readonly sharers?: (() => number) | undefined;
}

/** @param clock milliseconds since the epoch */
export function createPace(
  limits: Limits = DOCUMENTED_LIMITS,
  clock: () => number = Date.now,
  { spending, sharers = () => 1 }: PaceOptions = {},
): Pace {
  const installations = new Map<number, Budget>();
  let latest = 0;
  /** If the clock was set back, pauses keep their length. */
  const now = (): number => {
    const moment = clock();
    if (moment < latest) for (const budget of installations.values()) budget.setBack(latest - moment);
    latest = moment;
    return moment;
  };
  const part = (places: number): number => Math.max(1, Math.floor(places / Math.max(1, sharers())));
  const places = createPlaces(() => part(limits.concurrent));
  const pagePlaces = createPlaces(() => part(limits.concurrent * PAGES_SHARE));

  const budgetOf = (installation: number | null): Budget => {
    const key = installation ?? 0;
    let budget = installations.get(key);
    if (budget === undefined) {
      const book = spending === undefined ? null : createBook(spending, `github/${key}`, now);
      installations.set(key, (budget = createBudget(limits, sharers, book)));
    }
    return budget;
  };

  return {
    async run({ installation, method, path, forPage = false, bulk = false, about }, send) {
      const budget = budgetOf(installation);
      const freePage = forPage ? await pagePlaces.take() : () => {};
      const graphql = path.endsWith("/graphql");
      const write = !graphql && method !== "GET" && method !== "HEAD";
      const content = isContent(method, path);
      const leave = await places.take(content);
      try {
        const moment = now();
        const points = write ? WRITE : 1;
        const spare = spareOf(limits, { bulk, content });
        const spends: Spend[] = graphql
          ? [[budget.graphql, 1, spare.graphql]]
          : [[budget.rest, points, spare.rest]];
        if (content) spends.push([budget.minute, 1, spare.minute], [budget.hour, 1, spare.hour]);
        const resource: Resource = graphql ? "graphql" : "core";
        const wait = (until: number): never => {
          throw new OverPace(forPage ? "host-limit" : "paced", until);
        };
        const refuse = (free: number): never =>
          wait(content ? budget.turns.take({ about, from: free, bulk, spare }, now()) : free);
        const told = (): number => Math.max(budget.until, budget.exhausted.get(resource) ?? 0);
        if (told() > moment) wait(told());
        const free = Math.max(
          ...spends.map(([window, cost, left]) => window.freeAt(cost + left, moment)),
          forPage ? budget.pages.freeAt(resource, points, moment) : 0,
          content ? budget.hold.until() : 0,
        );
        if (free > moment) refuse(free);
        const written = content ? budget.hold.begin(moment) : () => {};
        const booked =
          (await budget.book?.book(costsOf(limits, { graphql, points, content, spare }))) ?? null;
        if (booked !== null) {
          budget.load(booked.spent);
          budget.until = Math.max(budget.until, booked.waitUntil ?? 0);
          if (budget.until > now()) wait(budget.until);
          if (booked.free !== null) refuse(booked.free);
        }
        const shared = booked === null ? spends : [];
        if (forPage) shared.push(...budget.pages.spends(resource, points));
        const spent = shared.map(([window, cost]) => window.spend(cost, moment));
        try {
          const answer = await send();
          budget.observe(answer.headers, now());
          written();
          return answer;
        } finally {
          // The host counts from the time when a request reaches it, which is at the latest now.
          for (const counted of spent) counted(now());
          booked?.answered();
        }
      } finally {
        leave();
        freePage();
      }
    },
    pause(installation, until, route = "") {
      const budget = budgetOf(installation);
      const moment = now();
      const before = budget.until;
      if (until !== null) budget.until = Math.max(budget.until, until);
      // Concurrent requests are refused together, which counts as one refusal.
      else if (budget.until <= moment) {
        budget.until = moment + Math.min(UNTOLD_WAIT * 2 ** budget.refusals, HOUR);
        budget.refusals += 1;
      }
      if (budget.until > Math.max(before, moment)) budget.book?.wait(budget.until);
      const [method = "", path = ""] = route.split(" ");
      return isContent(method, path) ? Math.max(budget.until, budget.hold.refused(moment)) : budget.until;
    },
    giveTurnBack: (installation, about) => budgetOf(installation).turns.giveBack(about),
    answered(installation) {
      budgetOf(installation).refusals = 0;
    },
    paused(bulk = false) {
      const moment = now();
      const spare = bulk ? SPARE : 0;
      return [...installations].flatMap(([installation, budget]) => {
        // A check ends with a write, so reading is pointless without points for one.
        const until = Math.max(
          budget.until,
          ...budget.exhausted.values(),
          ...(bulk ? budget.scarceUntil() : []),
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

/**
 * A semaphore that serves its waiters in order, those with less need last.
 * @param count may change while it is used
 */
function createPlaces(count: () => number): { take(last?: boolean): Promise<() => void> } {
  let taken = 0;
  const first: (() => void)[] = [];
  const later: (() => void)[] = [];
  const leave = (): void => {
    taken -= 1;
    while (taken < count() && first.length + later.length > 0) {
      taken += 1;
      (first.shift() ?? later.shift())?.();
    }
  };
  return {
    async take(last = false) {
      if (taken < count()) taken += 1;
      else await new Promise<void>((resolve) => (last ? later : first).push(resolve));
      return leave;
    },
  };
}
