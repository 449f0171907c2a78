/**
 * The calls to a host for the same work: a pull request with one commit whose author has not signed, and another check
 * when nothing changed.
 */
import type { HostName } from "../../src/account.ts";

export interface Calls {
  readonly reads: number;
  readonly writes: number;
}

/**
 * This bot's, as the journal counts them on the page's repositories; the page's test compares them. The first pull
 * request on Gitee also creates the labels.
 */
export const OWN_COSTS: readonly {
  readonly host: HostName;
  readonly unsigned: Calls;
  readonly unchanged: Calls;
}[] = [
  { host: "github", unsigned: { reads: 1, writes: 2 }, unchanged: { reads: 1, writes: 0 } },
  { host: "gitee", unsigned: { reads: 4, writes: 3 }, unchanged: { reads: 5, writes: 0 } },
];

export interface DocumentedCost {
  readonly bot: string;
  readonly unsigned: Calls;
  readonly unchanged: Calls;
  /** What each check needs besides: a job of GitHub Actions, or calls to another server. */
  readonly more: "job" | "server";
  /** The code that they were counted in, with its address at the commit that was read. */
  readonly sources: readonly (readonly [name: string, url: string])[];
}

/** Release 2.6.1. */
const LITE =
  "https://github.com/contributor-assistant/github-action/blob/ca4a40a7d1004f18d9960b404b97e5f30a505a08/src";
const ROBOT =
  "https://github.com/opensourceways/robot-gitee-cla/blob/2f53cc6a44535e04774552cb3b4b433f1e073fa0";

/** Other bots', counted in their public code. */
export const DOCUMENTED_COSTS: readonly DocumentedCost[] = [
  {
    // The commits, the file of signatures and the comments; to update its comment, it lists the comments again.
    bot: "CLA Assistant Lite",
    unsigned: { reads: 3, writes: 1 },
    unchanged: { reads: 4, writes: 1 },
    more: "job",
    sources: [
      ["setupClaCheck.ts", `${LITE}/setupClaCheck.ts`],
      ["graphql.ts", `${LITE}/graphql.ts`],
      ["pullRequestComment.ts", `${LITE}/pullrequest/pullRequestComment.ts`],
    ],
  },
  {
    // The commits and the comments; a label and a comment, which the next check deletes and writes again.
    bot: "robot-gitee-cla",
    unsigned: { reads: 2, writes: 2 },
    unchanged: { reads: 2, writes: 2 },
    more: "server",
    sources: [["robot.go", `${ROBOT}/robot.go`]],
  },
];
