/**
 * The faults of the simulated GitHub, for tests, the playground's pages and random models:
 *
 *     github.fail({ kind: "bad gateway" }, { times: 2 });          // the next two calls
 *     github.fail({ kind: "graphql null", path: ["node"] });       // a null without an error
 *     github.faults.limitSize(25);                                 // until it is lifted
 *     github.faults.clear();                                       // everything works again
 *
 * A fault affects single calls, one after the other; lasting faults are methods of {@link Faults}.
 */
import type { Call } from "./ledger.ts";

/** A path in a GraphQL answer; `*` matches any one step. */
export type AnswerPath = readonly (string | number)[];

export type Fault =
  /** 502, as when GitHub's front end has lost its back end. */
  | { kind: "bad gateway" }
  /** 200 with a web page instead of the answer, as from a proxy. */
  | { kind: "not JSON" }
  /** Any status with any message. */
  | { kind: "status"; status: number; message: string; headers?: Record<string, string> }
  /** 200 with this body, e.g. a list that is cut. */
  | { kind: "body"; body: unknown }
  /** 403 (or 429) with `Retry-After`; null: without it. */
  | { kind: "secondary limit"; retryAfter: number | null; status?: 403 | 429 }
  /** GraphQL answers 200 without data and with an error that has only a message, with or without `Retry-After`. */
  | { kind: "graphql secondary limit"; retryAfter: number | null }
  /** 403 with `x-ratelimit-remaining: 0`, for this many seconds from now. */
  | { kind: "primary limit"; resetIn: number }
  /** The connection is closed without an answer. */
  | { kind: "reset" }
  /** GraphQL answers 200 with an error of type RATE_LIMITED or RATE_LIMIT, and `x-ratelimit-reset` if given. */
  | { kind: "graphql rate limited"; type?: "RATE_LIMITED" | "RATE_LIMIT"; resetIn?: number }
  /** GraphQL answers, but one field fails in each query that selects it, e.g. `PullRequest.commits`. */
  | { kind: "graphql field"; field: string; message?: string; type?: string | null }
  /**
   * A part of the answer failed: the error is at `path`, the null where GraphQL propagates it, or at `risesTo`, because
   * GitHub propagates further than its schema says. `type` null: an error without a type. `pathless`: the error has no
   * path.
   */
  | {
      kind: "graphql error";
      path: AnswerPath;
      risesTo?: AnswerPath;
      type?: string | null;
      message?: string;
      pathless?: boolean;
    }
  /** A null at a nullable place of the schema, without an error. */
  | { kind: "graphql null"; path: AnswerPath };

export interface FaultOptions {
  /** How many calls it affects; default 1. */
  times?: number;
  /** Which calls it affects; default all. */
  when?: (call: Call) => boolean;
}

/** The form in which GitHub reports that a query is too large. */
export type SizeRefusal = "502" | "RESOURCE_LIMITS_EXCEEDED";

export class Faults {
  /** The delay of every answer, in milliseconds. */
  latency = 0;
  /** Whether the host is down: every connection is closed. */
  down = false;
  #size: { most: number; answer: SizeRefusal } | null = null;
  #refused: AnswerPath | null = null;
  readonly #rules: { fault: Fault; left: number; when: (call: Call) => boolean }[] = [];

  /** @returns the fault, with the number of calls that it still affects */
  add(fault: Fault, { times = 1, when = () => true }: FaultOptions = {}): { readonly left: number } {
    const rule = { fault, left: times, when };
    this.#rules.push(rule);
    return rule;
  }

  /** GraphQL answers only queries for at most this many commits, comments or entries of a queue at once; null: any number. */
  limitSize(most: number | null, answer: SizeRefusal = "RESOURCE_LIMITS_EXCEEDED"): void {
    this.#size = most === null ? null : { most, answer };
  }

  /** The refusal of a query of this size; null: it is answered. */
  refusesSize(entries: number): SizeRefusal | null {
    return this.#size !== null && entries > this.#size.most ? this.#size.answer : null;
  }

  /** GraphQL refuses this place in every answer, as it does a repository that an installation does not include. */
  refuseAt(place: AnswerPath): void {
    this.#refused = place;
  }

  /** Whether a place is refused in every answer. @param pathOf called only if any place is refused */
  isRefused(pathOf: () => AnswerPath): boolean {
    return this.#refused !== null && isAt(this.#refused, pathOf());
  }

  /** Everything works again. */
  clear(): void {
    this.#rules.length = 0;
    this.#size = null;
    this.#refused = null;
    this.latency = 0;
    this.down = false;
  }

  /** The fault for this call, counted as one use. */
  meet(call: Call): Fault | null {
    const graphql = (fault: Fault) => fault.kind.startsWith("graphql ");
    const rule = this.#rules.find(
      ({ fault, left, when }) => left > 0 && (!graphql(fault) || call.kind === "graphql") && when(call),
    );
    if (!rule) return null;
    rule.left--;
    return rule.fault;
  }
}

/** Whether a path matches the path of a fault. */
export function isAt(path: AnswerPath, place: AnswerPath): boolean {
  return path.length === place.length && path.every((step, index) => step === "*" || step === place[index]);
}
