import { printProblem } from "../error.ts";
import type { Finding } from "../verdict/finding.ts";
import type { Texts } from "./texts/en.ts";
import type { Judgment } from "../verdict/verdict.ts";

/** The longest description that GitHub takes for a commit status. */
export const LINE_LIMIT = 140;

/** A finding in one line that names nobody. It stays on the host as the evidence of the verdict. */
export function statusLine(finding: Finding, texts: Texts): string {
  return clip(lineOf(finding, texts));
}

function lineOf(finding: Finding, texts: Texts): string {
  switch (finding.kind) {
    case "uncovered":
      return texts.line.uncovered;
    case "policy-broken": {
      const [problem] = finding.problems;
      if (problem === undefined) return finding.path;
      return printProblem({ ...problem, message: texts.problem(problem.message) });
    }
    case "judged": {
      const { agreement } = finding.judgment;
      const parts = partsOf(finding.judgment, texts);
      // The pull request's own reason is enough.
      if (finding.blockedByAnother && finding.judgment.verdict === "signed") parts.push(texts.line.shared);
      return texts.line.subject(agreement.id, agreement.version) + parts.join(texts.line.between);
    }
  }
}

function partsOf(judgment: Judgment, texts: Texts): string[] {
  const { line, doubt } = texts;
  if (judgment.exemption !== null) return [line[judgment.exemption]];
  const required = judgment.signers.filter((signer) => signer.required);
  const covered = required.filter(({ standing }) => standing.kind === "signed" || standing.kind === "exempt");
  const unanswered = required.filter(({ standing }) => standing.kind === "unknown").length;
  const unlinked = commitsOf(judgment.unlinked.filter((part) => part.required && !part.waived));
  const waived = commitsOf(judgment.unlinked.filter((part) => part.waived));
  const grace = graceUntil(judgment);
  const parts: string[] = [];
  if (judgment.verdict === "unknown" && judgment.doubts[0] !== undefined)
    parts.push(line.undecided(doubt[judgment.doubts[0]]));
  else parts.push(line.accounts(covered.length, required.length));
  if (unlinked > 0) parts.push(line.unlinked(unlinked));
  if (judgment.verdict === "unsigned" && unanswered > 0) parts.push(line.unanswered(unanswered));
  if (waived > 0) parts.push(line.waived(waived));
  if (judgment.verdict === "signed" && grace !== null) parts.push(line.grace(printDate(grace)));
  return parts;
}

/** The first day on which an earlier signature stops counting; null: none does. */
export function graceUntil(judgment: Judgment): number | null {
  const moments = judgment.signers.flatMap(({ standing }) =>
    standing.kind === "signed" && standing.graceUntil !== null ? [standing.graceUntil] : [],
  );
  return moments.length === 0 ? null : Math.min(...moments);
}

/** @param at milliseconds since the epoch */
export function printDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function commitsOf(parts: readonly { readonly commit: string }[]): number {
  return new Set(parts.map(({ commit }) => commit)).size;
}

function clip(line: string): string {
  // Counts UTF-16 units, so that no host counts more. It never splits a surrogate pair.
  return line.length <= LINE_LIMIT
    ? line
    : `${line.slice(0, LINE_LIMIT - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
