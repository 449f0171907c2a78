/** The calls of one check, so that it leaves to the next check what would take more of them. */
import { Failure } from "../../error.ts";
import type { Answer, Client } from "./client.ts";

/** How many calls a check of one pull request has made so far. */
export interface Calls {
  made: number;
}

/** The same client, which counts its calls. */
export function counted(client: Client, calls: Calls): Client {
  return client.through((_call, send) => {
    calls.made += 1;
    return send();
  });
}

/** Up to how many calls of a check reads and writes are sent. */
export interface Limits {
  readonly reads: number;
  readonly writes: number;
}

/** What several checks of one state look up together. */
export interface Lookups {
  /** What Gitee answered to them so far. */
  readonly answers: Map<string, Answer>;
  /** Remembers that this check had no call left for one. */
  readonly leave: () => void;
}

/**
 * The same client, within limits. What Gitee answered to an earlier check of the same state is not asked for again.
 * @param client counts its calls as `calls`
 * @throws Failure `paced` for a call beyond the limits
 */
export function limited(client: Client, calls: Calls, lookups: Lookups, { reads, writes }: Limits): Client {
  return client.through(async ({ method, key }, send) => {
    if (method !== "GET") {
      reserve(client, calls, lookups, { calls: 1, most: writes });
      return send();
    }
    const known = lookups.answers.get(key);
    if (known !== undefined) return known;
    reserve(client, calls, lookups, { calls: 1, most: reads });
    const answer = await send();
    lookups.answers.set(key, answer);
    return answer;
  });
}

/**
 * The same client. A write makes what Gitee answered before old, also a write that fails: it may have been done. So the
 * next check looks for what this one wrote.
 */
export function forgetful(client: Client, { answers }: Pick<Lookups, "answers">): Client {
  return client.through(async ({ method }, send) => {
    if (method === "GET") return send();
    answers.clear();
    try {
      return await send();
    } finally {
      answers.clear();
    }
  });
}

/** @throws Failure `paced` if a check has too few calls left */
export function reserve(
  { now }: Pick<Client, "now">,
  { made }: Calls,
  lookups: Lookups,
  { calls, most }: { readonly calls: number; readonly most: number },
): void {
  if (made + calls <= most) return;
  lookups.leave();
  throw new Failure("paced", "the next check continues", { retryAt: now() });
}

/** Whether a call was left to the next check. */
export function isPaced(error: unknown): boolean {
  return error instanceof Failure && error.code === "paced";
}

/** The failure; null if it is only a call that was left to the next check. */
export function unlessPaced(failure: Failure | null): Failure | null {
  return isPaced(failure) ? null : failure;
}
