import type { Problem } from "../error.ts";
import type { Judgement } from "./verdict.ts";

/** What a check came to: a judgement, or why there could be none. */
export type Finding =
  | {
      readonly kind: "judged";
      readonly judgement: Judgement;
      /** Another open pull request has the same head and is not in order, so the head's status can't be green. */
      readonly blockedByAnother: boolean;
    }
  /** The policy file has mistakes; all of them. */
  | { readonly kind: "policy-broken"; readonly path: string; readonly problems: readonly Problem[] }
  /** No agreement covers the repository, but the bot's earlier word stands there. */
  | { readonly kind: "uncovered" };

/** Which state a finding gives the head: green only when everybody has signed and nothing is in doubt. */
export function stateOf(finding: Finding): "success" | "failure" | "error" {
  if (finding.kind !== "judged") return "error";
  switch (finding.judgement.verdict) {
    case "signed":
      return finding.blockedByAnother ? "failure" : "success";
    case "unsigned":
      return "failure";
    case "unknown":
      return "error";
  }
}
