/**
 * The cost of the same work with other bots, counted in their public code: the calls to the host for a pull request
 * with one commit whose author has not signed, and for another check when nothing changed.
 */
export interface DocumentedCost {
  readonly bot: string;
  readonly unsigned: string;
  readonly unchanged: string;
  readonly source: string;
}

export const DOCUMENTED_COSTS: readonly DocumentedCost[] = [
  {
    bot: "CLA Assistant Lite",
    unsigned: "4, and one Actions job",
    unchanged: "5 (one of them a write), and one Actions job",
    source:
      "contributor-assistant/github-action: src/graphql.ts, src/setupClaCheck.ts, src/pullrequest/pullRequestComment.ts",
  },
  {
    bot: "robot-gitee-cla",
    unsigned: "4, and one call to its signing server for each address",
    unchanged: "4 (two of them writes: the comment is deleted and posted again)",
    source: "opensourceways/robot-gitee-cla: robot.go",
  },
];
