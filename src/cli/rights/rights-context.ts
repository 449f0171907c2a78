import type { HostName } from "../../account.ts";
import type { Engine } from "../../ports/engine.ts";
import type { Host } from "../../ports/host.ts";
import type { Intent, SignatureContext } from "../context.ts";

/** What the commands about agreements, employers and people's rights use. */
export interface RightsContext extends SignatureContext {
  readonly engine: Engine;
  /** The configured hosts, for looking logins up and showing them. */
  readonly hosts: ReadonlyMap<HostName, Pick<Host, "accountsOf" | "registered" | "loginOf">>;
}

/** Opens what a command needs, after its arguments are checked. */
export type OpenRights = (intent?: Intent) => Promise<RightsContext & AsyncDisposable>;
