import type { Kill } from "./life.ts";
import type { NetworkFault } from "./network.ts";

/** The bot's interface for a story. */
export interface Actor {
  now(): number;
  /** Moves the clock of the bot and of the hosts. */
  moveClock(milliseconds: number): void | Promise<void>;
  /** Runs a command of the bot's beside it; a file's text stands in for its name. */
  command(args: readonly string[], file?: string): Promise<{ code: number; stderr: string }>;
  /** Starts the bot with the configuration of this version. */
  raise(version: string, effective: number, graceDays: number): Promise<void>;
  /** Ends the bot at any point of its work, and starts it again. */
  restart(): Promise<void>;
  /** Resolves when the bot has recovered what it missed before it was started. */
  caughtUp(): Promise<void>;
  /** Kills the bot at a moment of its work, from now on; null: no longer. */
  arm(kill: Kill | null): void;
  /** The kill that is still to come; null: none. */
  readonly armed: Kill | null;
  /** Whether it was killed since it was started last. */
  readonly isKilled: boolean;
  /** How often it was killed so far. */
  readonly kills: number;
  /** Starts one more bot on the same database. @returns whether it was let in */
  second(): Promise<boolean>;
  /** Whether the database is one for several processes. */
  readonly takesSecond: boolean;
  /** Ends that second one. */
  endSecond(): Promise<void>;
  /** Sweeps every repository, as the bot does every six hours. */
  sweep(): Promise<void>;
  /** Makes requests of the bot fail on their way, after this many successful ones. */
  failNetwork(fault: NetworkFault, times: number, after: number): void;
  /** No further request fails; those that wait for an answer still wait, for their time limit. */
  repairNetwork(): void;
  /** Resolves when nothing is due and nothing is running. */
  idle(): Promise<void>;
  /** Failures of tasks that wait for a retry or are parked, and the bugs in the bot's log. */
  troubles(): Promise<readonly string[]>;
  /** How much there is to do. */
  depth(): Promise<object>;
}
