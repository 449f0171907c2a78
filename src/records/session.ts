/** Port: who is signed in to the pages. A session lasts half an hour and knows an account's number, nothing else. */
import { z } from "zod";
import { accountOf, HOSTS, type Account, type HostName } from "../account.ts";

/** How long a sign-in holds, in milliseconds; using the pages does not prolong it. */
export const SESSION_MS = 30 * 60_000;
/** How long somebody may take to sign in at the host, in milliseconds. */
export const SIGN_IN_MS = 10 * 60_000;

/** A sign-in that was begun: what must come back from the host, and where to go on. */
export interface PendingSignIn {
  readonly host: HostName;
  readonly state: string;
  readonly verifier: string;
  /** A path of this site; in the database it is sealed, because it may name an owner and a repository. */
  readonly returnTo: string;
}

export interface Session {
  /** Null while the sign-in is only begun. */
  readonly account: Account | null;
  /** Null once it is done. */
  readonly pending: PendingSignIn | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Sessions by the SHA-256, in hex, of the random id that only the browser has. */
export interface Sessions {
  create(hash: string, session: Session): Promise<void>;
  /** Null when there is none, or it had expired by `now`. */
  find(hash: string, now: number): Promise<Session | null>;
  /** @returns whether there was one: of two that end the same session at once, one is told true */
  end(hash: string): Promise<boolean>;
  /** Ends every session of an account. */
  endAll(account: Account): Promise<void>;
  /** Removes what had expired by `now`. */
  tidy(now: number): Promise<void>;
}

/** A session as an engine keeps it: its pending sign-in as the text of its JSON. */
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

/** Reads a kept session. */
export function sessionOf({ host, account, pending, expiresAt }: KeptSession): Session {
  return {
    account: host === null || account === null ? null : accountOf(host, account),
    pending: pending === null ? null : Pending.parse(JSON.parse(pending)),
    expiresAt,
  };
}
