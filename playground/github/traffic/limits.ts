import type { Call } from "./ledger.ts";

/**
 * GitHub's documented limits, for each installation separately. Source: docs.github.com, "Rate limits for the REST API"
 * and "Rate limits and query limits for the GraphQL API".
 */
const HOURLY = 5000;
const REST_POINTS_A_MINUTE = 900;
const GRAPHQL_POINTS_A_MINUTE = 2000;
const CREATED_A_MINUTE = 80;
const CREATED_AN_HOUR = 500;
const AT_ONCE = 100;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export type LimitRefusal =
  | { kind: "secondary"; retryAfter: number; rule: string }
  | { kind: "primary"; resetAt: number };

interface Spent {
  hourStart: number;
  used: number;
  minute: { at: number; kind: Call["kind"]; points: number }[];
  created: number[];
  underway: number;
}

/** The points that each caller spent. It always counts, and refuses only if `enforced`. */
export class Limits {
  enforced = false;
  readonly #spent = new Map<string, Spent>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  #of(caller: string): Spent {
    const now = this.#now();
    const spent = this.#spent.get(caller) ?? {
      hourStart: now,
      used: 0,
      minute: [],
      created: [],
      underway: 0,
    };
    this.#spent.set(caller, spent);
    if (now - spent.hourStart >= HOUR_MS) {
      spent.hourStart = now;
      spent.used = 0;
    }
    while (spent.minute[0] && now - spent.minute[0].at >= MINUTE_MS) spent.minute.shift();
    while (spent.created[0] !== undefined && now - spent.created[0] >= HOUR_MS) spent.created.shift();
    return spent;
  }

  /** Begins a call; `creates` says whether it creates content that people see. Null: allowed. */
  begin(caller: string, call: Call, creates: boolean): LimitRefusal | null {
    const spent = this.#of(caller);
    const refusal = this.enforced ? this.#refusal(spent, call, creates) : null;
    const now = this.#now();
    spent.underway++;
    spent.used++;
    spent.minute.push({ at: now, kind: call.kind, points: call.write ? 5 : 1 });
    if (creates) spent.created.push(now);
    return refusal;
  }

  end(caller: string): void {
    this.#of(caller).underway--;
  }

  #refusal(spent: Spent, call: Call, creates: boolean): LimitRefusal | null {
    const now = this.#now();
    if (spent.used >= HOURLY) return { kind: "primary", resetAt: spent.hourStart + HOUR_MS };
    const secondary = (rule: string): LimitRefusal => ({ kind: "secondary", retryAfter: 60, rule });
    if (spent.underway >= AT_ONCE) return secondary(`${AT_ONCE} requests at once`);
    const points = spent.minute
      .filter(({ kind }) => (kind === "graphql") === (call.kind === "graphql"))
      .reduce((sum, { points }) => sum + points, 0);
    const most = call.kind === "graphql" ? GRAPHQL_POINTS_A_MINUTE : REST_POINTS_A_MINUTE;
    if (points + (call.write ? 5 : 1) > most) return secondary(`${most} points a minute`);
    const lately = spent.created.filter((at) => now - at < MINUTE_MS).length;
    if (creates && lately >= CREATED_A_MINUTE) return secondary(`${CREATED_A_MINUTE} writes a minute`);
    if (creates && spent.created.length >= CREATED_AN_HOUR)
      return secondary(`${CREATED_AN_HOUR} writes an hour`);
    return null;
  }

  /** The `x-ratelimit-*` headers of an answer. */
  headers(caller: string, resource: "core" | "graphql"): Record<string, string> {
    const { used, hourStart } = this.#of(caller);
    return {
      "x-ratelimit-limit": String(HOURLY),
      "x-ratelimit-remaining": String(Math.max(0, HOURLY - used)),
      "x-ratelimit-used": String(used),
      "x-ratelimit-reset": String(Math.ceil((hourStart + HOUR_MS) / 1000)),
      "x-ratelimit-resource": resource,
    };
  }

  /** The form of GET /rate_limit and GraphQL's `rateLimit`. */
  standing(caller: string): { limit: number; used: number; remaining: number; reset: number } {
    const { used, hourStart } = this.#of(caller);
    return {
      limit: HOURLY,
      used,
      remaining: Math.max(0, HOURLY - used),
      reset: Math.ceil((hourStart + HOUR_MS) / 1000),
    };
  }
}
