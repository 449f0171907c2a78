import type { Problem } from "../error.ts";
import type { Judgment } from "./verdict.ts";

/** The result of a check: a judgment, or the reason why there is none. */
export type Finding =
  | {
      readonly kind: "judged";
      readonly judgment: Judgment;
      /** Another open pull request has the same head and has not passed, so the head's status can't be green. */
      readonly blockedByAnother: boolean;
    }
  /** The policy file has mistakes; all of them. */
  | { readonly kind: "policy-broken"; readonly path: string; readonly problems: readonly Problem[] }
  /** No agreement covers the repository, but the bot's earlier answer is still there. */
  | { readonly kind: "uncovered" };

/** Whether everybody has signed, whatever other pull requests with the same head say. */
export function isSigned(finding: Finding): finding is Extract<Finding, { kind: "judged" }> {
  return finding.kind === "judged" && finding.judgment.verdict === "signed";
}

/** The state that a finding gives the head: green only if everyone has signed and nothing is uncertain. */
export function stateOf(finding: Finding): "success" | "failure" | "error" {
  if (finding.kind !== "judged") return "error";
  switch (finding.judgment.verdict) {
    case "signed":
      return finding.blockedByAnother ? "failure" : "success";
    case "unsigned":
      return "failure";
    case "unknown":
      return "error";
  }
}
