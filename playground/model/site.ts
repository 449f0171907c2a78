/** A simulated host for a random story: the actions that both hosts have, and the visible state. */
import type { Written } from "./steps.ts";
import type { Commit, Display } from "./truth.ts";

export interface ShownPull {
  /** Its present name on the host, e.g. `octo/hello#1`. */
  readonly name: string;
  /** Its page on the host. */
  readonly url: string;
  /** A commit on the host, with its author in the story. */
  readonly commits: readonly Commit[];
  push(commit: Written): void;
  forcePush(commit: Written): void;
  comment(by: number | "maintainer", body: string): void;
  close(): void;
  reopen(): void;
  /** Moves it to the other base branch, or back. */
  changeBase(): void;
  /** Somebody else overwrites the bot's answer, or takes it away. */
  paint(shows: "green" | "red" | "nothing"): void;
  /** The bot's answer; null: none. */
  shown(): Display | "both" | "pending" | null;
  /** The number of the bot's comments. */
  botComments(): number;
  /** From now on the host shows its head as it is now, until {@link Site.clear}. */
  lag(): void;
}

export interface ShownGroup {
  readonly id: string;
  shown(): Display | "pending" | null;
}

export interface Site {
  readonly host: "github" | "gitee";
  readonly sharedHeads: boolean;
  /** What a policy asks of co-authors that says nothing about them: docs/policy.md. */
  readonly coauthorsByDefault: "require" | "ignore";
  /** Account numbers of the people, by index. */
  readonly people: readonly number[];
  readonly repositories: readonly { readonly id: number }[];
  open(repository: number, by: number, commit: Written): ShownPull;
  /** A pull request by somebody else with the same head as another one. */
  openTwin(pull: ShownPull, by: number): ShownPull;
  /** Puts pull requests of one repository into the merge queue together; null: there is none. */
  queue(pulls: readonly ShownPull[], method: "merge" | "squash"): ShownGroup | null;
  policy(repository: number, text: string | null): void;
  /** @returns the new name */
  rename(repository: number): string;
  /** Gives an account another login. @returns it */
  renamePerson(person: number): string;
  /** To an owner whom no agreement covers, or back. */
  transfer(repository: number, covered: boolean): void;
  deliveries(how: "usual" | "lost" | "traceless" | "double" | "held"): void;
  release(order: "late" | "reversed"): void;
  /** Sends a forged delivery. */
  forge(pull: ShownPull): Promise<void>;
  /** Makes calls fail, after this many successful ones. @returns how */
  fault(fault: number, times: number, after: number): string;
  slow(milliseconds: number): void;
  /** Ends faults and lags; deliveries that were held are sent. */
  clear(): void;
  /** Calls back before the bot writes green; `commit` is the commit of the status. */
  onGreen(listener: (place: string) => void): void;
  /** Calls back at each of the bot's writes. */
  onWrite(listener: () => void): void;
  settled(): Promise<void>;
  deliveryCount(): number;
  readonly violations: readonly unknown[];
}

export const PEOPLE = 5;
export const POLICIES = {
  require: "require: {coauthors: require}\n",
  ignore: "require: {coauthors: ignore}\n",
  broken: "require: [oops\n",
  none: null,
};

/** The account behind an index that may be of any size. */
export function whom(index: number): number {
  return index % PEOPLE;
}

/** How a story calls that account. */
export function named(person: number): string {
  return `person-${whom(person)}`;
}
