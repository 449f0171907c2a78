/** A finding for the terminal or a script: every account by number and every commit; nothing of it is stored. */
import { printProblem } from "../../error.ts";
import { short } from "../../report/lists.ts";
import type { Finding } from "../../verdict/finding.ts";
import type { Pull } from "../../pull.ts";
import { printDate, statusLine } from "../../report/status-line.ts";
import { en } from "../../report/texts/en.ts";
import type { AccountStanding, Judgment, Signer } from "../../verdict/verdict.ts";

export function explain(finding: Finding, pull: Pull, asJson: boolean): string {
  if (asJson) return `${JSON.stringify(toJson(finding, pull), null, 2)}\n`;
  const lines = [
    `${pull.ref.host}:${pull.path}#${pull.ref.number} at ${short(pull.head)}`,
    statusLine(finding, en),
    "",
  ];
  if (finding.kind === "policy-broken") lines.push(...finding.problems.map(printProblem));
  if (finding.kind === "judged")
    lines.push(...accountLines(finding.judgment), "", ...commitLines(finding.judgment, pull));
  return `${lines.join("\n").trimEnd()}\n`;
}

function accountLines(judgment: Judgment): string[] {
  return judgment.signers.map((signer) => {
    const roles = [...signer.roles].join(", ");
    return `${tick(signer)} ${signer.account}${signer.login === null ? "" : ` (now ${signer.login})`}, ${roles}: ${standingText(signer.standing)}${signer.required ? "" : "; not required"}`;
  });
}

function commitLines(judgment: Judgment, pull: Pull): string[] {
  return pull.commits.map((commit) => {
    const notes = [
      ...judgment.signers
        .filter(({ commits }) => commits.includes(commit.sha))
        .map((signer) => `${signer.account} ${signer.standing.kind}`),
      ...judgment.unlinked
        .filter((part) => part.commit === commit.sha)
        .map((part) => `${part.role} without an account${part.waived ? ", waived by a maintainer" : ""}`),
    ];
    if (judgment.backports.includes(commit.sha))
      notes.push("repeats or reverts a commit of a protected branch");
    return `  ${short(commit.sha)} ${notes.join("; ")}`;
  });
}

function tick(signer: Signer): string {
  switch (signer.standing.kind) {
    case "signed":
    case "exempt":
      return "✓";
    case "missing":
      return signer.required ? "✗" : "–";
    case "unknown":
      return "?";
  }
}

function standingText(standing: AccountStanding): string {
  switch (standing.kind) {
    case "signed": {
      const ways = standing.through.map((entity) => (entity === null ? "in person" : `through ${entity}`));
      const grace =
        standing.graceUntil === null
          ? ""
          : `; must sign the new version before ${printDate(standing.graceUntil)}`;
      return `signed ${ways.join(" and ")}${grace}`;
    }
    case "exempt":
      return `exempt as ${standing.by === "account" ? "the policy's account" : standing.by}`;
    case "missing":
      return standing.outdated ? "signed an earlier version, which no longer counts" : "has not signed";
    case "unknown":
      return "not known: the host or the database did not answer";
  }
}

function toJson(finding: Finding, pull: Pull): unknown {
  const { ref, head } = pull;
  const base = {
    pull: `${ref.host}:${pull.path}#${ref.number}`,
    repository: ref.repository,
    head,
    line: statusLine(finding, en),
  };
  if (finding.kind === "uncovered") return { ...base, verdict: null };
  if (finding.kind === "policy-broken") return { ...base, verdict: "unknown", problems: finding.problems };
  const { judgment } = finding;
  return {
    ...base,
    verdict: judgment.verdict,
    agreement: { id: judgment.agreement.id, version: judgment.agreement.version },
    accounts: judgment.signers.map(({ account, roles, commits, required, standing }) => ({
      account,
      roles: [...roles],
      commits,
      required,
      ...standing,
    })),
    unlinked: judgment.unlinked.map(({ commit, role, required, waived }) => ({
      commit,
      role,
      required,
      waived,
    })),
    backports: judgment.backports,
    doubts: judgment.doubts,
    exemption: judgment.exemption,
  };
}
