import type { Call } from "./ledger.ts";

/** What can be made to go wrong. */
export type Fault =
  /** 502, as when GitHub's front has lost its back. */
  | { kind: "bad gateway" }
  /** 200 with a page in the place of the answer, as a proxy in between sends it. */
  | { kind: "not JSON" }
  /** Any status with any message. */
  | { kind: "status"; status: number; message: string }
  /** 403 (or 429) with `Retry-After`. */
  | { kind: "secondary limit"; retryAfter: number; status?: 403 | 429 }
  /** 403 with `x-ratelimit-remaining: 0`, until so many seconds from now. */
  | { kind: "primary limit"; resetIn: number }
  /** The connection is cut instead of an answer. */
  | { kind: "reset" }
  /** GraphQL answers 200 with an error of type RATE_LIMITED. */
  | { kind: "graphql rate limited" }
  /** GraphQL answers, but one field failed, e.g. `PullRequest.commits`. */
  | { kind: "graphql field"; field: string; message?: string; type?: string };

export interface FaultOptions {
  /** How many calls it meets; default 1. */
  times?: number;
  /** Which calls; default every one. */
  when?: (call: Call) => boolean;
}

export class Faults {
  /** How long every answer takes, in milliseconds. */
  latency = 0;
  /** Whether the host is down: every connection is cut. */
  down = false;
  readonly #rules: { fault: Fault; left: number; when: (call: Call) => boolean }[] = [];

  add(fault: Fault, { times = 1, when = () => true }: FaultOptions = {}): void {
    this.#rules.push({ fault, left: times, when });
  }

  /** Everything works again. */
  clear(): void {
    this.#rules.length = 0;
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
