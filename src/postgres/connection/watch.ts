import { Failure } from "../../error.ts";
import { isLasting } from "./failure.ts";

/** Notices that the server refuses the bot permanently: its login, its database or its tables are gone. */
export interface Watch {
  /** Resolves when it has refused for long enough; never otherwise. */
  readonly lost: Promise<Failure>;
  /** Another part found that it can't go on. */
  readonly lose: (failure: Failure) => void;
  stop(): void;
}

export interface WatchTimes {
  /** The interval of the checks, in milliseconds. */
  readonly every: number;
  /** How long it may refuse, in milliseconds: an operator may be restoring a backup. */
  readonly patience: number;
}

const TIMES: WatchTimes = { every: 10_000, patience: 120_000 };

/**
 * Waits without limit for a server that does not answer, but not for one that repeats the same refusal.
 * @param ask runs a query on the tables
 */
export function watchServer(ask: () => Promise<void>, { every, patience }: WatchTimes = TIMES): Watch {
  const { promise: lost, resolve } = Promise.withResolvers<Failure>();
  let since: number | null = null;
  let asking = false;

  async function look(): Promise<void> {
    if (asking) return;
    asking = true;
    try {
      await ask();
      since = null;
    } catch (error) {
      if (!isLasting(error)) since = null;
      else {
        since ??= performance.now();
        if (performance.now() - since >= patience) resolve(failureOf(error));
      }
    } finally {
      asking = false;
    }
  }

  const timer = setInterval(() => void look(), every).unref();
  return { lost, lose: resolve, stop: () => clearInterval(timer) };
}

function failureOf(error: unknown): Failure {
  return error instanceof Failure ? error : new Failure("database-unreachable", "PostgreSQL refuses the bot");
}
