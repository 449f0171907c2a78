import type { SignIns } from "./access/sign-ins.ts";
import type { Tokens } from "./access/tokens.ts";
import type { App } from "./present/app.ts";
import type { Site } from "./present/site.ts";
import type { SimulatedWorld } from "./state/world.ts";
import type { Faults } from "./traffic/faults.ts";
import type { Call, Ledger } from "./traffic/ledger.ts";
import type { Limits } from "./traffic/limits.ts";
import type { Deliveries } from "./webhooks/deliveries.ts";

/** A request that GitHub would not have understood, or that the simulation does not know. */
export interface Violation {
  route: string;
  problem: string;
}

/** What a listener learns of a call before it is answered. */
export type RequestListener = (call: Call) => void | Promise<void>;

/** The parts of the simulated GitHub, as its routes see them. */
export interface Core {
  readonly world: SimulatedWorld;
  readonly app: App;
  /** Where it is reached; known once it listens. */
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
