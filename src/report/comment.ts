/** The one comment on a pull request: who still has to sign, what else is missing, and how to fix it. */
import { numberOf } from "../account.ts";
import { textsOf, type Agreement } from "../records/agreement.ts";
import { MARKER } from "./command.ts";
import { printProblem } from "../error.ts";
import type { Finding } from "../verdict/finding.ts";
import { automatedIn, automatedParagraphs, isByAssistant } from "./automated.ts";
import type { CommentContext } from "./comment-context.ts";
import { COMMITS_LIMIT, list, shas } from "./lists.ts";
import { code, mention } from "./markdown.ts";
import { sentenceOf } from "./sentence.ts";
import { unlinkedParagraphs } from "./unlinked.ts";
import { graceUntil, printDate } from "./status-line.ts";
import { noticeLine } from "./notices.ts";
import type { Judgment, Signer } from "../verdict/verdict.ts";

/** The comment's whole Markdown, marker and heading included. */
export function commentOf(finding: Finding, context: CommentContext): string {
  return [MARKER, `### ${context.texts.comment.heading}`, ...paragraphs(finding, context)].join("\n\n");
}

/** The same, without marker and heading, for a check run's page. */
export function paragraphs(finding: Finding, context: CommentContext): string[] {
  const { comment } = context.texts;
  switch (finding.kind) {
    case "uncovered":
      return [comment.uncovered];
    case "policy-broken":
      return [
        comment.policyBroken(finding.path),
        list(
          finding.problems.map((problem) =>
            code(printProblem({ ...problem, message: context.texts.problem(problem.message) })),
          ),
          comment.more,
        ),
      ];
    case "judged": {
      const parts = judged(finding.judgment, context);
      if (finding.blockedByAnother) parts.push(comment.shared);
      if (context.notices.length > 0)
        parts.push(
          list(
            context.notices.map((notice) => noticeLine(notice, context.texts)),
            comment.more,
          ),
        );
      if (finding.judgment.verdict !== "signed") parts.push(comment.again);
      return [...parts, `[${comment.details}](${context.detailsUrl})`];
    }
  }
}

function judged(judgment: Judgment, context: CommentContext): string[] {
  const { comment, doubt } = context.texts;
  const { agreement, exemption } = judgment;
  const parts: string[] = [];
  const open = judgment.signers.filter(({ standing }) => standing.kind === "missing");
  const missing = open.filter(({ automated }) => !automated);
  const automated = automatedIn(judgment);
  const unanswered = judgment.signers.filter(
    ({ standing, required }) => standing.kind === "unknown" && required,
  );
  const unwaived = judgment.unlinked.filter(({ waived }) => !waived);
  const unlinked = unwaived.filter((part) => !isByAssistant(part));
  if (exemption !== null) return [comment.exempt[exemption]];
  if (judgment.verdict === "signed") {
    const everyone = open.length + judgment.unlinked.length === 0;
    parts.push((everyone ? comment.signed : comment.signedRequired)(titleOf(agreement, context)));
  }
  if (judgment.doubts.length > 0)
    parts.push(judgment.doubts.map((one) => comment.undecided(doubt[one])).join("\n"));
  if (missing.length > 0) {
    if (judgment.verdict !== "signed") parts.push(comment.ask(titleOf(agreement, context)));
    parts.push(
      `**${comment.missing}**`,
      list(
        missing.map((signer) => signerLine(signer, context)),
        comment.more,
      ),
    );
    parts.push(...howToSign(agreement, context));
    for (const signer of missing.filter(({ onlyMerges }) => onlyMerges))
      parts.push(comment.merges(named(signer), shas(signer.commits, comment.and)));
  } else if (judgment.verdict === "unsigned" && automated.signers.length + unwaived.length > 0) {
    parts.push(comment.ask(titleOf(agreement, context)));
  }
  if (unanswered.length > 0 && judgment.verdict === "unsigned")
    parts.push(
      `**${comment.unanswered}**`,
      list(
        unanswered.map((signer) => signerLine(signer, context)),
        comment.more,
      ),
    );
  if (unlinked.length > 0) parts.push(...unlinkedParagraphs(unlinked, context));
  parts.push(...automatedParagraphs(automated, context));
  const waived = shas(
    judgment.unlinked.filter((part) => part.waived).map(({ commit }) => commit),
    comment.and,
  );
  if (waived !== "") parts.push(comment.waived(waived));
  const grace = graceUntil(judgment);
  if (grace !== null) parts.push(comment.grace(printDate(grace), agreement.version));
  return parts;
}

function titleOf(agreement: Agreement, { texts, signUrl }: CommentContext): string {
  return texts.comment.document(`[${agreement.title}](${agreement.url ?? signUrl})`, agreement.version);
}

/** Where an agreement has several texts: each with its language and digest, so that it is known what is signed. */
function textsLines(agreement: Agreement, { texts, signUrl, digests }: CommentContext): string[] {
  const { comment } = texts;
  const [binding, ...others] = textsOf(agreement);
  if (others.length === 0) return [];
  const lines = [binding, ...others].map((text) => {
    const language = text.language ?? "";
    const name = new Intl.DisplayNames(language, { type: "language" }).of(language) ?? language;
    const href = text.url ?? `${signUrl}&text=${encodeURIComponent(language)}`;
    const digest = digests?.get(language);
    return comment.text(`[${name}](${href})`, {
      binding: text === binding,
      digest: digest === undefined ? null : code(digest),
    });
  });
  return [`${comment.texts}\n${lines.map((line) => `- ${line}`).join("\n")}`];
}

function howToSign(agreement: Agreement, context: CommentContext): string[] {
  const { texts, signUrl } = context;
  const { comment } = texts;
  const all = textsLines(agreement, context);
  if (agreement.document === null)
    return agreement.url === null ? [] : [`**[${comment.signElsewhere}](${agreement.url})**`, ...all];
  const parts: string[] = [];
  if (agreement.sign.includes("page")) parts.push(`**[${comment.sign}](${signUrl})**`);
  if (agreement.sign.includes("comment"))
    parts.push(
      agreement.sign.includes("page") ? comment.signByComment : comment.signOnlyByComment,
      `> ${sentenceOf(agreement, texts)}`,
    );
  return [...parts, ...all];
}

function signerLine(signer: Signer, { texts }: CommentContext): string {
  const { comment } = texts;
  const roles = [...signer.roles].map((role) => comment.roles[role]).join(comment.and);
  const notes = [roles];
  if (signer.commits.length > 0) {
    const more = Math.max(0, signer.commits.length - COMMITS_LIMIT);
    notes.push(comment.commits(shas(signer.commits.slice(0, COMMITS_LIMIT), comment.and), more));
  }
  if (signer.standing.kind === "missing" && signer.standing.outdated) notes.push(comment.outdated);
  if (!signer.required) notes.push(comment.warning);
  return named(signer) + comment.note(notes.join(comment.between));
}

/** The current login, or the number if the host gave none. A bot is not mentioned: nobody would answer. */
function named({ account, login, name, automated }: Signer): string {
  if (login === null) return code(name ?? `#${numberOf(account)}`);
  return automated ? code(login) : mention(login);
}
