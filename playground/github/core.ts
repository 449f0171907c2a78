import type { SignIns } from "./access/sign-ins.ts";
import type { Tokens } from "./access/tokens.ts";
import type { App } from "./present/app.ts";
import type { Site } from "./present/site.ts";
import type { SimulatedWorld } from "./state/world.ts";
import type { Faults } from "./traffic/faults.ts";
import type { Call, Ledger } from "./traffic/ledger.ts";
import type { Limits } from "./traffic/limits.ts";
import type { Deliveries } from "./webhooks/deliveries.ts";

/** A request that GitHub would reject as invalid, or that the simulation does not support. */
export interface Violation {
  route: string;
  problem: string;
}

/** What a listener learns about a call before it is answered. */
export type RequestListener = (call: Call) => void | Promise<void>;

/** The parts of the simulated GitHub that its routes use. */
export interface Core {
  readonly world: SimulatedWorld;
  readonly app: App;
  /** Its URLs; known once it listens. */
  site(): Site;
  readonly tokens: Tokens;
  readonly signIns: SignIns;
  readonly deliveries: Deliveries;
  readonly ledger: Ledger;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly violations: Violation[];
  readonly listeners: Set<RequestListener>;
}
