import type { Readable, Writable } from "node:stream";
import type { HostName } from "../account.ts";
import type { Agreement } from "../records/agreement.ts";
import type { Actor } from "../records/audit.ts";
import type { Engine } from "../ports/engine.ts";
import type { Host } from "../ports/host.ts";

/** What the commands that load, write out and revoke signatures work with. */
export interface SignatureContext {
  readonly engine: Pick<Engine, "signatures">;
  /** Lists the configured agreements. */
  readonly agreements: readonly Agreement[];
  /** The hosts that are configured, for looking logins up. */
  readonly hosts: ReadonlyMap<HostName, Pick<Host, "accountsOf" | "registered">>;
  /** Who acts, as the audit keeps it. */
  readonly by: Actor;
  readonly input: Readable;
  /** Results. */
  readonly output: Writable;
  /** Problems and progress. */
  readonly errors: Writable;
  /** Whether a person sits at `input` and `errors`: only then is anything asked, or a progress bar drawn. */
  readonly isTerminal: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * What a command does to the database. One that only reads opens it as it is, and one that writes upgrades it first. In
 * a trial nothing is to change, so that a database that can't be written is good enough.
 */
export type Intent = "read" | "write" | "trial";

/** Opens what a command works with, once its arguments are known to be right. */
export type OpenSignatures = (intent?: Intent) => Promise<SignatureContext & AsyncDisposable>;
