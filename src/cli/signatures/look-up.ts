/** Looks up logins at their host until all are answered: waits for rate limits and retries failures. */
import { setTimeout } from "node:timers/promises";
import type { HostName, Registered } from "../../account.ts";
import { Failure } from "../../error.ts";
import { hostNamed } from "../accounts.ts";
import type { SignatureContext } from "../context.ts";
import type { Found } from "./found.ts";

/** The wait before each retry, in milliseconds: the host may be down for some minutes. */
const WAITS = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 120_000];
/** The interval of progress messages, in milliseconds. */
const TOLD = 10_000;

type LookUp = (host: HostName, logins: readonly string[]) => Promise<ReadonlyMap<string, Registered>>;

/** @param found stores the host's answers, so that an interrupted import need not ask again */
export function lookUpPatiently(
  context: SignatureContext,
  found: Found,
  sleep: (milliseconds: number) => Promise<unknown> = setTimeout,
): LookUp {
  const { errors, now } = context;
  let looked = 0;
  let told = now();

  async function ask(host: HostName, logins: readonly string[]): Promise<ReadonlyMap<string, Registered>> {
    const directory = hostNamed(host, context.hosts);
    for (let tried = 0; ; tried++)
      try {
        return await directory.registered(logins);
      } catch (error) {
        const wait = waitAfter(error, tried, now());
        if (wait === null) throw found.explain(error);
        if (error instanceof Failure && (error.code === "host-limit" || error.code === "paced")) {
          // The host names the end of a limit, so such waits are not counted as retries.
          tried = -1;
          const until = new Date(now() + wait).toISOString().slice(0, 16).replace("T", " ");
          errors.write(`${host}'s limit is used up after ${looked} logins: waiting until ${until} UTC\n`);
        } else if (tried === 2) errors.write(`${host} does not answer: trying again for some minutes\n`);
        await sleep(wait);
      }
  }

  return async (host, logins) => {
    const known = new Map<string, Registered>();
    const unknown: string[] = [];
    for (const login of logins) {
      const before = found.get(host, login);
      if (before === undefined) unknown.push(login);
      else if (before !== null) known.set(login, before);
    }
    if (unknown.length > 0) {
      const answered = await ask(host, unknown);
      await found.keep(
        host,
        unknown.map((login) => [login, answered.get(login) ?? null]),
      );
      for (const [login, registered] of answered) known.set(login, registered);
    }
    looked += logins.length;
    if (now() - told >= TOLD) {
      told = now();
      errors.write(`looked up ${looked} logins\n`);
    }
    return known;
  };
}

/** How long to wait before a retry, in milliseconds; null: a retry can't help. */
function waitAfter(error: unknown, tried: number, now: number): number | null {
  if (!(error instanceof Failure)) return null;
  switch (error.code) {
    case "host-limit":
    case "paced":
      return Math.max(1_000, (error.retryAt ?? now + 60_000) - now);
    case "host-unreachable":
    case "host-answer":
    case "host-refused":
      return WAITS[tried] ?? null;
    default:
      return null;
  }
}
