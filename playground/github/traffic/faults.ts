/**
 * What can be made to go wrong at the simulated GitHub, for tests, the playground's pages and random models alike:
 *
 *     github.fail({ kind: "bad gateway" }, { times: 2 });          // the next two calls
 *     github.fail({ kind: "graphql null", path: ["node"] });       // a null without an error
 *     github.faults.limitSize(25);                                 // until it is lifted
 *     github.faults.clear();                                       // everything works again
 *
 * A fault meets calls, one after the other; what holds until it is lifted is a method of {@link Faults}.
 */
import type { Call } from "./ledger.ts";

/** A place in a GraphQL answer; `*` stands for any one step. */
export type AnswerPath = readonly (string | number)[];

export type Fault =
  /** 502, as when GitHub's front has lost its back. */
  | { kind: "bad gateway" }
  /** 200 with a page in the place of the answer, as a proxy in between sends it. */
  | { kind: "not JSON" }
  /** Any status with any message. */
  | { kind: "status"; status: number; message: string; headers?: Record<string, string> }
  /** 403 (or 429) with `Retry-After`; null: without it. */
  | { kind: "secondary limit"; retryAfter: number | null; status?: 403 | 429 }
  /** GraphQL answers 200 without data and with an error that has only a message, with or without `Retry-After`. */
  | { kind: "graphql secondary limit"; retryAfter: number | null }
  /** 403 with `x-ratelimit-remaining: 0`, until so many seconds from now. */
  | { kind: "primary limit"; resetIn: number }
  /** The connection is cut instead of an answer. */
  | { kind: "reset" }
  /** GraphQL answers 200 with an error of type RATE_LIMITED or RATE_LIMIT, and `x-ratelimit-reset` when it is given. */
  | { kind: "graphql rate limited"; type?: "RATE_LIMITED" | "RATE_LIMIT"; resetIn?: number }
  /** GraphQL answers, but one field fails in each query that asks for it, e.g. `PullRequest.commits`. */
  | { kind: "graphql field"; field: string; message?: string; type?: string | null }
  /**
   * A part of the answer failed: the error at `path`, the null where GraphQL lets it rise to, or at `risesTo`, since
   * GitHub's rises further than its schema says. `type` null: an error without a type. `pathless`: it does not say where.
   */
  | {
      kind: "graphql error";
      path: AnswerPath;
      risesTo?: AnswerPath;
      type?: string | null;
      message?: string;
      pathless?: boolean;
    }
  /** A null at a place that the schema declares nullable, without an error. */
  | { kind: "graphql null"; path: AnswerPath };

export interface FaultOptions {
  /** How many calls it meets; default 1. */
  times?: number;
  /** Which calls; default every one. */
  when?: (call: Call) => boolean;
}

/** How GitHub says that a query is too large. */
export type SizeRefusal = "502" | "RESOURCE_LIMITS_EXCEEDED";

export class Faults {
  /** How long every answer takes, in milliseconds. */
  latency = 0;
  /** Whether the host is down: every connection is cut. */
  down = false;
  #size: { most: number; answer: SizeRefusal } | null = null;
  readonly #rules: { fault: Fault; left: number; when: (call: Call) => boolean }[] = [];

  add(fault: Fault, { times = 1, when = () => true }: FaultOptions = {}): void {
    this.#rules.push({ fault, left: times, when });
  }

  /** GraphQL answers only queries that ask for at most so many commits or comments at once; null: any number. */
  limitSize(most: number | null, answer: SizeRefusal = "RESOURCE_LIMITS_EXCEEDED"): void {
    this.#size = most === null ? null : { most, answer };
  }

  /** How a query of this size is refused; null: it is answered. */
  refusesSize(entries: number): SizeRefusal | null {
    return this.#size !== null && entries > this.#size.most ? this.#size.answer : null;
  }

  /** Everything works again. */
  clear(): void {
    this.#rules.length = 0;
    this.#size = null;
    this.latency = 0;
    this.down = false;
  }

  /** The fault that meets this call, which uses it up once. */
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

/** Whether a place is the one that a fault names. */
export function isAt(path: AnswerPath, place: AnswerPath): boolean {
  return path.length === place.length && path.every((step, index) => step === "*" || step === place[index]);
}
