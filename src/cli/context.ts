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
  /** Who acts, for the audit. */
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
 * How a command uses the database. A reading command opens it as it is, and a writing command upgrades it first. A
 * trial changes nothing, so a read-only database is enough.
 */
export type Intent = "read" | "write" | "trial";

/** Opens what a command needs, after its arguments were checked. */
export type OpenSignatures = (intent?: Intent) => Promise<SignatureContext & AsyncDisposable>;
