import type { Readable, Writable } from "node:stream";
import type { HostName } from "../account.ts";
import type { Agreement } from "../records/agreement.ts";
import type { Actor } from "../records/audit.ts";
import type { Engine } from "../ports/engine.ts";
import type { Host } from "../ports/host.ts";

/** What the commands that import, export and revoke signatures use. */
export interface SignatureContext {
  readonly engine: Pick<Engine, "signatures">;
  /** Lists the configured agreements. */
  readonly agreements: readonly Agreement[];
  /** The configured hosts, for looking logins up. */
  readonly hosts: ReadonlyMap<HostName, Pick<Host, "accountsOf" | "registered">>;
  /** Who acts, for the audit. */
  readonly by: Actor;
  readonly input: Readable;
  /** Results. */
  readonly output: Writable;
  /** Problems and progress. */
  readonly errors: Writable;
  /** Whether `input` and `errors` are a terminal: only then the command asks questions or draws a progress bar. */
  readonly isTerminal: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * How a command uses the database. A reading command opens it unchanged; a writing command upgrades it first. A trial
 * changes nothing, so a read-only database is enough.
 */
export type Intent = "read" | "write" | "trial";

/** Opens what a command needs, after its arguments are checked. */
export type OpenSignatures = (intent?: Intent) => Promise<SignatureContext & AsyncDisposable>;
