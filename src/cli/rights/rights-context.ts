import type { HostName } from "../../account.ts";
import type { Engine } from "../../ports/engine.ts";
import type { Host } from "../../ports/host.ts";
import type { Intent, SignatureContext } from "../context.ts";

/** What the commands about agreements, employers and people's rights work with. */
export interface RightsContext extends SignatureContext {
  readonly engine: Engine;
  /** The hosts that are configured, for looking logins up and showing them. */
  readonly hosts: ReadonlyMap<HostName, Pick<Host, "accountsOf" | "registered" | "loginOf">>;
}

/** Opens what a command needs, after its arguments were checked. */
export type OpenRights = (intent?: Intent) => Promise<RightsContext & AsyncDisposable>;
