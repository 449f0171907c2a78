import { commentOf, paragraphs } from "./comment.ts";
import { stateOf, type Finding } from "../verdict/finding.ts";
import type { Capabilities, Report } from "../ports/host.ts";
import type { Policy } from "../verdict/policy.ts";
import type { Pull } from "../pull.ts";
import type { ShownNotice } from "../ports/notices.ts";
import { code } from "./markdown.ts";
import { statusLine } from "./status-line.ts";
import { en, type Texts } from "./texts/en.ts";
import { zhCN } from "./texts/zh-CN.ts";
import type { Judgment } from "../verdict/verdict.ts";

export type Language = "en" | "zh-CN";

export const TEXTS: Readonly<Record<Language, Texts>> = { en, "zh-CN": zhCN };

/** What a pull request must show for a finding. */
export function reportOf(
  finding: Finding,
  pull: Pull,
  options: {
    readonly policy: Policy;
    readonly capabilities: Capabilities;
    readonly publicUrl: string;
    readonly notices?: readonly ShownNotice[];
    readonly shared?: boolean;
    /** The SHA-256 digest of each text of the agreement, by its language. */
    readonly digests?: ReadonlyMap<string, string>;
  },
): Report {
  const { policy, capabilities } = options;
  const texts = TEXTS[languageOf(policy, pull, capabilities)];
  const detailsUrl = pullPage(options.publicUrl, pull);
  const agreement = finding.kind === "judged" ? finding.judgment.agreement.id : "";
  const context = {
    texts,
    capabilities,
    detailsUrl,
    signUrl: signPage(options.publicUrl, agreement, pull),
    notices: options.notices ?? [],
    digests: options.digests ?? new Map(),
  };
  const state = stateOf(finding);
  const line = statusLine(finding, texts);
  return {
    state,
    line,
    detailsUrl,
    summary: paragraphs(finding, context).join("\n\n"),
    kind: policy.report,
    context: policy.context,
    labels: policy.labels,
    comment: policy.comment === "never" ? null : commentOf(finding, context),
    commentWanted:
      policy.comment === "always" ||
      commentNeeded(finding, capabilities) ||
      // Anyone can write a comment that asks for a waiver, so it alone brings no answer.
      context.notices.some(({ about }) => about !== "waive-not-maintainer"),
    shared: options.shared === true,
    notes: {
      statusLimit: texts.comment.statusLimit,
      noCheckRun: texts.line.noCheckRun,
      mixedRuns: texts.line.mixedRuns,
      staleCheck: texts.comment.staleCheck,
      redCheck: texts.comment.redCheck,
      missingCheck: texts.comment.missingCheck,
      refusedLabels:
        policy.labels === null
          ? ""
          : texts.comment.refusedLabels(code(policy.labels.signed), code(policy.labels.unsigned)),
    },
  };
}

/**
 * Whether a new comment must be written: somebody must act, somebody is asked to sign without having to, or the host
 * has no statuses, so that the reason has no other place.
 */
function commentNeeded(finding: Finding, { statuses }: Capabilities): boolean {
  switch (finding.kind) {
    case "judged":
      return (
        finding.judgment.verdict === "unsigned" ||
        warns(finding.judgment) ||
        (!statuses && (finding.judgment.verdict === "unknown" || finding.blockedByAnother))
      );
    case "policy-broken":
      return !statuses;
    case "uncovered":
      return false;
  }
}

/** Whether the policy asks for a signature that it does not require; without a comment nobody would know. */
export function warns({ exemption, signers, unlinked }: Judgment): boolean {
  if (exemption !== null) return false;
  return (
    signers.some(({ required, standing }) => !required && standing.kind === "missing") ||
    unlinked.some(({ required, waived }) => !required && !waived)
  );
}

/**
 * The language that a policy names. With `auto` it is Chinese where most letters of the title are Han characters and
 * none is Japanese or Korean; otherwise it is the host's. Kana or Hangul turn a Chinese default to English; no other
 * script does.
 */
export function languageOf(policy: Policy, pull: Pull, { language }: Capabilities): Language {
  if (policy.language !== "auto") return policy.language;
  const count = (letters: RegExp): number => pull.title.match(letters)?.length ?? 0;
  if (/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(pull.title)) return "en";
  const han = count(/\p{Script=Han}/gu);
  return han * 2 > count(/\p{L}/gu) ? "zh-CN" : language;
}

/** The page of a pull request, to which its status links. */
export function pullPage(publicUrl: string, pull: Pick<Pull, "ref" | "path">): string {
  const path = pull.path.split("/").map(encodeURIComponent).join("/");
  return `${publicUrl}/pulls/${pull.ref.host}/${path}/${pull.ref.number}`;
}

/** The page on which an agreement is signed; it leads back to the pull request. */
export function signPage(publicUrl: string, agreement: string, pull: Pick<Pull, "ref" | "path">): string {
  const query = new URLSearchParams({ pull: `${pull.ref.host}:${pull.path}#${pull.ref.number}` });
  return `${publicUrl}/sign/${encodeURIComponent(agreement)}?${query.toString()}`;
}
