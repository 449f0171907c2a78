/** Settings for behavior in which the real Gitee varies or is not established. */
export interface Settings {
  /** `X-Gitee-Event` as documented (`Merge Request Hook`) or as later captured (`merge_request_hooks`). */
  eventNames: "spaced" | "underscored";
  /** Older bodies have `project` and `iid`, newer ones `repository` and `number`; captured ones have both. */
  bodyNames: "both" | "old" | "new";
  /** `full_name` in a delivery: the path in every capture, display text in the help page's list of types. */
  hookFullName: "path" | "display";
  /** Whether a pull request's delivery contains `action`: the sample on the help page has none. */
  hookAction: boolean;
  /** The signature as captured, or URL-encoded as the help page's last step has it. */
  signature: "raw" | "url-encoded";
  /** The answer of `contents` for a missing file: clients were written for a 200 without content. */
  missingFile: "empty-list" | "no-download-url" | "404";
  /** A label that the repository does not have: refused, or created. */
  unknownLabels: "refuse" | "create";
  /** The rule for label names, in addition to 2 to 20 characters and no comma. */
  labelName: RegExp;
  /** Whether `GET pulls/N` contains the `commits` count, as webhooks do; a captured answer does not. */
  commitCount: boolean;
  /** Whether webhook users contain `id`, which the documentation calls optional. */
  userIds: boolean;
  /** Whether this edition has check runs: they came with swagger 5.4.x. */
  checkRuns: boolean;
  /** The answer of the check-run calls to an account that does not administer the repository: not documented. */
  withoutAdmin: 403 | 404;
  /** A list of check runs in an object with a count, as clients read it, or a bare array. */
  checkList: "object" | "array";
  /** Whether the list of check runs knows `pull_request_id` and `filter`: the help page of a licensed copy has neither. */
  checkPulls: "known" | "ignored";
  /** The answer to a new check run; a client accepts both. */
  checkCreated: 200 | 201;
  /** A different conclusion for a run that has one: refused, or ignored with a 200. */
  otherConclusion: "refuse" | "ignore";
  /** Whether pressing "Re-run" queues the run again or leaves it as it is. */
  rerequestedRun: "same" | "queued";
  /** `X-Gitee-Event` of check events, which no source documents; null: the header is missing. */
  checkEvent: string | null;
}

export const DEFAULT_SETTINGS: Settings = {
  eventNames: "spaced",
  bodyNames: "both",
  hookFullName: "path",
  hookAction: true,
  signature: "raw",
  missingFile: "empty-list",
  unknownLabels: "refuse",
  labelName: /^[\p{L}\p{N}_\-/. ]+$/u,
  commitCount: false,
  userIds: true,
  checkRuns: true,
  withoutAdmin: 403,
  checkList: "object",
  checkPulls: "known",
  checkCreated: 201,
  otherConclusion: "refuse",
  rerequestedRun: "same",
  checkEvent: "Check Run Hook",
};

/** `pulls/N/commits` shows at most this many, without pages. */
export const SHOWN_COMMITS = 250;
export const MAX_PER_PAGE = 100;
