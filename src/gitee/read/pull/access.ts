import type { Agreement } from "../../../records/agreement.ts";
import type { Host } from "../../../ports/host.ts";
import type { ShortMemory } from "../../../ports/short-memory.ts";
import type { Change } from "../../../pull.ts";
import type { Calls } from "../../traffic/calls.ts";
import type { Client } from "../../traffic/client.ts";
import type { BranchMemory } from "../branches.ts";
import type { Directory } from "../directory.ts";
import type { RepositoryPath } from "../path.ts";
import type { BranchesRead } from "../merged.ts";
import type { Self } from "../schema.ts";
import type { Answer } from "./answer.ts";
import type { CheckPlace } from "./check-runs.ts";
import type { CoauthorMemory } from "./coauthors.ts";
import type { CutLists } from "./commits.ts";
import type { Chain, CheckLookups } from "./lookups.ts";

/** What a reading needs in addition to the pull request's location. */
export interface Access {
  readonly client: Client;
  readonly directory: Directory;
  /** The bot's own account, which the client asks for once. */
  readonly self: (client?: Client) => Promise<Self>;
  readonly agreements: readonly Agreement[];
  /** The bot's own address, to which its check runs link. */
  readonly publicUrl: string;
  /** When this process started, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Repositories whose policy file had the wrong name in the last sweep. A lookup at each check costs too much. */
  readonly misnamed: Set<number>;
  /** The repositories in which Gitee lately listed no check runs at all. */
  readonly without: ShortMemory<true>;
  readonly refusals: CheckPlace["refusals"];
  readonly branches: BranchMemory;
  readonly read: BranchesRead;
  readonly cutLists: CutLists;
  readonly coauthors: CoauthorMemory;
  /** What pull requests change, by their commits and the time of their last change. */
  readonly changes: ShortMemory<Change>;
  /** The labels that repositories lately had. */
  readonly labels: ShortMemory<true>;
  /** The lookups of checks that continue at once. */
  readonly chains: ShortMemory<Chain>;
  /** The host's lookups by another client. */
  readonly lookups: (
    client: Client,
    repository: number,
    path: RepositoryPath,
  ) => Pick<Host, "members" | "history">;
  /** The last answer to each open pull request, for the lifetime of this process. */
  readonly answers: Map<string, Answer>;
  /** The pull requests whose answer was begun: another check may have stopped it when a label was already removed. */
  readonly begun: Set<string>;
}

/** The access of one check, with a client that counts its calls. */
export interface CheckAccess extends Access {
  readonly calls: Calls;
}

/** The access of one check of a pull request that was read. */
export interface LookupAccess extends CheckAccess {
  readonly check: CheckLookups;
  /** The client for lookups, within the limits of the check. */
  readonly looker: Client;
}
