import { createCommentHold, type CommentHold } from "../../ports/comment-hold.ts";
import type { Cost, Spent } from "../../ports/spending.ts";
import type { Book } from "./book.ts";
import { createCommentTurns, type CommentTurns } from "./comment-turns.ts";
import type { Limits } from "./limits.ts";
import { createPagesShare, HOURLY_LIMIT, type PagesShare } from "./pages-share.ts";
import { createWindow, HOUR, LONGEST_WAIT, MINUTE, type Window } from "./window.ts";

/** The headers of an answer. */
export type Headers = Readonly<Record<string, string | number | undefined>>;

/** The share of the hour's calls, and of comments, that bulk work leaves to work that people wait for. */
export const HOURLY_SPARE = 0.2;

/** The share of each minute's points that bulk work leaves to work that people wait for. */
export const SPARE = 0.4;
/**
 * The share of each minute's points that comments leave to statuses and check runs. The rest is enough for the comments
 * that GitHub allows in a minute.
 */
const STATUS_SPARE = 0.55;
/** The same for comments of bulk work, which also leave room for its statuses. */
const BULK_STATUS_SPARE = 0.75;

/** What a request must leave to requests of more need. */
export type Spare = Readonly<Record<"rest" | "graphql" | "minute" | "hour", number>>;

export function spareOf(limits: Limits, { bulk, content }: { bulk: boolean; content: boolean }): Spare {
  const part = (points: number, share: number): number => Math.floor(points * share);
  return {
    rest: part(limits.restPoints, content ? (bulk ? BULK_STATUS_SPARE : STATUS_SPARE) : bulk ? SPARE : 0),
    graphql: part(limits.graphqlPoints, bulk ? SPARE : 0),
    minute: part(limits.contentPerMinute, bulk ? HOURLY_SPARE : 0),
    hour: part(limits.contentPerHour, bulk ? HOURLY_SPARE : 0),
  };
}

/** What a request costs of the limits that all processes share. */
export function costsOf(
  limits: Limits,
  { graphql, points, content, spare }: { graphql: boolean; points: number; content: boolean; spare: Spare },
): readonly Cost[] {
  const costs: Cost[] = [
    graphql
      ? { what: "graphql", amount: 1, limits: [{ ms: MINUTE, most: limits.graphqlPoints - spare.graphql }] }
      : { what: "rest", amount: points, limits: [{ ms: MINUTE, most: limits.restPoints - spare.rest }] },
  ];
  if (content)
    costs.push({
      what: "content",
      amount: 1,
      limits: [
        { ms: MINUTE, most: limits.contentPerMinute - spare.minute },
        { ms: HOUR, most: limits.contentPerHour - spare.hour },
      ],
    });
  return costs;
}

/** What is spent of a window, and what has to be left in it. */
export type Spend = readonly [window: Window, cost: number, spare: number];

/** What is spent of one installation's limits. */
export interface Budget {
  readonly rest: Window;
  readonly graphql: Window;
  readonly minute: Window;
  readonly hour: Window;
  /** The end of the wait that the host asked for. */
  until: number;
  /** The number of refusals in a row without an end time. */
  refusals: number;
  /** The end of the hour for each resource whose points are used up. */
  readonly exhausted: Map<string, number>;
  readonly pages: PagesShare;
  /** Null: only this process's requests count. */
  readonly book: Book | null;
  /** Replaces what this process spent by what all processes spent. */
  load(spent: readonly Spent[]): void;
  /** The remaining points of each resource by the host's answer, and the end of its hour. */
  readonly left: Map<string, { readonly remaining: number; readonly reset: number; readonly limit: number }>;
  /** The ends of the hours of which few calls remain. */
  scarceUntil(): readonly number[];
  observe(headers: Headers, now: number): void;
  /** The comments that wait until they fit. */
  readonly turns: CommentTurns;
  readonly hold: CommentHold;
  /** The clock was set back by so many milliseconds. */
  setBack(by: number): void;
}

export function createBudget(limits: Limits, sharers: () => number, book: Book | null): Budget {
  const exhausted = new Map<string, number>();
  const left: Budget["left"] = new Map();
  const rest = createWindow(MINUTE, () => limits.restPoints);
  const graphql = createWindow(MINUTE, () => limits.graphqlPoints);
  const pages = createPagesShare(
    { core: limits.restPoints, graphql: limits.graphqlPoints },
    { core: rest, graphql },
    sharers,
  );
  const minute = createWindow(MINUTE, () => limits.contentPerMinute);
  const hour = createWindow(HOUR, () => limits.contentPerHour);
  const turns = createCommentTurns({ rest, minute, hour });
  const hold = createCommentHold();
  return {
    rest,
    graphql,
    pages,
    book,
    left,
    minute,
    hour,
    turns,
    hold,
    until: 0,
    refusals: 0,
    exhausted,
    scarceUntil: () =>
      [...left.values()].flatMap(({ remaining, reset, limit }) =>
        remaining < limit * HOURLY_SPARE ? [reset + 1000] : [],
      ),
    load(spent) {
      const of = (what: string): readonly Spent[] => spent.filter((row) => row.what === what);
      rest.load(of("rest"));
      graphql.load(of("graphql"));
      minute.load(of("content"));
      hour.load(of("content"));
    },
    setBack(by) {
      for (const part of [rest, graphql, minute, hour, pages, turns, hold]) part.setBack(by);
      for (const [resource, until] of exhausted) exhausted.set(resource, until - by);
      for (const [resource, one] of left) left.set(resource, { ...one, reset: one.reset - by });
      this.until -= by;
    },
    observe(headers, now) {
      const resource = String(headers["x-ratelimit-resource"] ?? "core");
      const reset = Math.min(Number(headers["x-ratelimit-reset"]) * 1000, now + LONGEST_WAIT);
      const remaining = Number(headers["x-ratelimit-remaining"]);
      const limit = Number(headers["x-ratelimit-limit"] ?? HOURLY_LIMIT);
      if ([reset, remaining, limit].every(Number.isFinite)) {
        pages.left(resource, limit, remaining, reset + 1000);
        left.set(resource, { remaining, reset, limit });
      }
      if (String(headers["x-ratelimit-remaining"]) !== "0" || Number.isNaN(reset)) exhausted.delete(resource);
      else exhausted.set(resource, reset + 1000);
    },
  };
}
