/** Port: sign-ins to the pages. A session lasts half an hour and stores only an account's number. */
import { z } from "zod";
import { accountOf, HOSTS, type Account, type HostName } from "../account.ts";

/** How long a session lasts, in milliseconds; using the pages does not extend it. */
export const SESSION_MS = 30 * 60_000;
/** The time limit for the sign-in at the host, in milliseconds. */
export const SIGN_IN_MS = 10 * 60_000;

/** A started sign-in: the expected answer from the host, and the page to return to. */
export interface PendingSignIn {
  readonly host: HostName;
  readonly state: string;
  readonly verifier: string;
  /** A path of this site. It is encrypted in the database, because it may contain an owner and a repository. */
  readonly returnTo: string;
}

export interface Session {
  /** Null until the sign-in is done. */
  readonly account: Account | null;
  /** Null after the sign-in. */
  readonly pending: PendingSignIn | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Sessions, by the SHA-256 (hex) of a random id that only the browser has. */
export interface Sessions {
  create(hash: string, session: Session): Promise<void>;
  /** Null if there is no such session, or it expired before `now`. */
  find(hash: string, now: number): Promise<Session | null>;
  /** @returns whether it existed; if two calls end the same session at once, only one gets true */
  end(hash: string): Promise<boolean>;
  /** Ends every session of an account. */
  endAll(account: Account): Promise<void>;
  /** Removes sessions that expired before `now`. */
  tidy(now: number): Promise<void>;
}

/** A session's row in an engine, with the pending sign-in as JSON text. */
export interface KeptSession {
  readonly host: HostName | null;
  readonly account: number | null;
  readonly pending: string | null;
  readonly expiresAt: number;
}

const Pending: z.ZodType<PendingSignIn> = z.object({
  host: z.enum(HOSTS),
  state: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});

/** Reads a session's row. */
export function sessionOf({ host, account, pending, expiresAt }: KeptSession): Session {
  return {
    account: host === null || account === null ? null : accountOf(host, account),
    pending: pending === null ? null : Pending.parse(JSON.parse(pending)),
    expiresAt,
  };
}
