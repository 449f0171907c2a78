/** The one comment on a pull request: who still has to sign, what else is missing, and how to fix it. */
import { numberOf } from "../account.ts";
import { textsOf, type Agreement } from "../records/agreement.ts";
import { MARKER } from "./command.ts";
import { printProblem } from "../error.ts";
import type { Finding } from "../verdict/finding.ts";
import type { Capabilities } from "../ports/host.ts";
import { code, mention } from "./markdown.ts";
import { graceUntil, printDate } from "./status-line.ts";
import { noticeLine, type ShownNotice } from "./notices.ts";
import type { Texts } from "./texts/en.ts";
import type { Judgement, Signer, Unlinked } from "../verdict/verdict.ts";

/** How many people or commits a list names before it counts the rest. */
const LIST_LIMIT = 20;
const COMMITS_LIMIT = 5;

export interface CommentContext {
  readonly texts: Texts;
  readonly capabilities: Pick<Capabilities, "title" | "emailsUrl" | "resolvesCoauthors">;
  /** The pull request's page. */
  readonly detailsUrl: string;
  /** Where the agreement is read and signed. */
  readonly signUrl: string;
  /** Comments that did not do what their authors may have meant. */
  readonly notices: readonly ShownNotice[];
  /** The SHA-256 digest of each text of the agreement, by its language. */
  readonly digests?: ReadonlyMap<string, string>;
}

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
      const parts = judged(finding.judgement, context);
      if (finding.blockedByAnother) parts.push(comment.shared);
      if (context.notices.length > 0)
        parts.push(
          list(
            context.notices.map((notice) => noticeLine(notice, context.texts)),
            comment.more,
          ),
        );
      if (finding.judgement.verdict !== "signed") parts.push(comment.again);
      return [...parts, `[${comment.details}](${context.detailsUrl})`];
    }
  }
}

function judged(judgement: Judgement, context: CommentContext): string[] {
  const { comment, doubt } = context.texts;
  const { agreement, exemption } = judgement;
  const parts: string[] = [];
  const open = judgement.signers.filter(({ standing }) => standing.kind === "missing");
  const missing = open.filter(({ automated }) => !automated);
  const automated = open.filter(({ automated }) => automated);
  const unanswered = judgement.signers.filter(
    ({ standing, required }) => standing.kind === "unknown" && required,
  );
  const unwaived = judgement.unlinked.filter(({ waived }) => !waived);
  const isAgents = ({ automated, role }: Unlinked): boolean => automated && role === "author";
  const unlinked = unwaived.filter((part) => !isAgents(part));
  if (exemption !== null) return [comment.exempt[exemption]];
  if (judgement.verdict === "signed") parts.push(comment.signed(titleOf(agreement, context)));
  if (judgement.doubts.length > 0)
    parts.push(judgement.doubts.map((one) => comment.undecided(doubt[one])).join("\n"));
  if (missing.length > 0) {
    if (judgement.verdict !== "signed") parts.push(comment.ask(titleOf(agreement, context)));
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
  } else if (judgement.verdict === "unsigned" && automated.length + unwaived.length > 0) {
    parts.push(comment.ask(titleOf(agreement, context)));
  }
  if (unanswered.length > 0 && judgement.verdict === "unsigned")
    parts.push(
      `**${comment.unanswered}**`,
      list(
        unanswered.map((signer) => signerLine(signer, context)),
        comment.more,
      ),
    );
  if (unlinked.length > 0) parts.push(...unlinkedParagraphs(unlinked, context));
  parts.push(...automatedParagraphs(automated, unwaived.filter(isAgents), context));
  const waived = shas(
    judgement.unlinked.filter((part) => part.waived).map(({ commit }) => commit),
    comment.and,
  );
  if (waived !== "") parts.push(comment.waived(waived));
  const grace = graceUntil(judgement);
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
      comment.signByComment,
      `> ${comment.sentence(agreement.title, agreement.id, agreement.version)}`,
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

/** The current login, or the number if the host told none. */
function named({ account, login, name }: Signer): string {
  return login === null ? code(name ?? `#${numberOf(account)}`) : mention(login);
}

function unlinkedParagraphs(parts: readonly Unlinked[], { texts, capabilities }: CommentContext): string[] {
  const { comment } = texts;
  const who = (part: Unlinked): string => {
    if (part.role === "author") return comment.unlinkedAuthor;
    if (part.role === "committer") return comment.unlinkedCommitter;
    return comment.unlinkedCoauthor(code(part.name ?? "?"));
  };
  const lines = parts.map(
    (part) =>
      code(short(part.commit)) +
      comment.after +
      who(part) +
      (part.required ? "" : comment.note(comment.warning)),
  );
  const whole = parts.find(({ required }) => required)?.commit ?? parts[0]?.commit ?? "";
  const example = short(whole);
  const ways: string[] = [];
  // On a host that does not resolve co-authors, adding an address to an account changes nothing for a co-author.
  if (capabilities.resolvesCoauthors || parts.some(({ role }) => role !== "coauthor"))
    ways.push(comment.fix.link(capabilities.emailsUrl));
  if (parts.some(({ role }) => role === "author")) ways.push(comment.fix.author(example));
  if (parts.some(({ role }) => role === "coauthor"))
    ways.push(
      capabilities.resolvesCoauthors
        ? comment.fix.coauthor
        : comment.fix.coauthorUnresolved(capabilities.title),
    );
  ways.push(comment.fix.waive(whole));
  return [
    `**${comment.unlinked}**`,
    list(lines, comment.more),
    comment.unlinkedWhy(capabilities.title) + comment.fix.intro,
    list(ways, comment.more),
  ];
}

/** Bots and assistants as authors in a person's pull request: what they are, and the ways out. Nobody is mentioned. */
function automatedParagraphs(
  signers: readonly Signer[],
  unlinked: readonly Unlinked[],
  { texts }: CommentContext,
): string[] {
  const { comment } = texts;
  if (signers.length + unlinked.length === 0) return [];
  const lines = [
    ...signers.map(({ account, login, commits, required }) => {
      const notes = [comment.commits(shas(commits.slice(0, COMMITS_LIMIT), comment.and), 0)];
      if (!required) notes.push(comment.warning);
      return (
        code(login ?? `#${numberOf(account)}`) +
        (commits.length === 0 ? "" : comment.note(notes.join(comment.between)))
      );
    }),
    ...unlinked.map(
      ({ commit, name }) => code(name ?? "?") + comment.note(comment.commits(code(short(commit)), 0)),
    ),
  ];
  const commit = signers.find(({ commits }) => commits.length > 0)?.commits[0] ?? unlinked[0]?.commit ?? "";
  const ways = [comment.automatedFix.author(short(commit))];
  if (signers.length > 0)
    ways.push(comment.automatedFix.policy(signers.map(({ account }) => code(account)).join(comment.and)));
  if (unlinked[0] !== undefined) ways.push(comment.automatedFix.waive(unlinked[0].commit));
  return [
    `**${comment.automated}**`,
    list(lines, comment.more),
    comment.automatedWhy,
    list(ways, comment.more),
  ];
}

/** How a commit is named to people. */
export function short(sha: string): string {
  return sha.slice(0, 7);
}

function shas(commits: readonly string[], and: string): string {
  return [...new Set(commits)].map((sha) => code(short(sha))).join(and);
}

function list(lines: readonly string[], more: (count: number) => string): string {
  const shown = lines.slice(0, LIST_LIMIT).map((line) => `- ${line}`);
  if (lines.length > LIST_LIMIT) shown.push(`- ${more(lines.length - LIST_LIMIT)}`);
  return shown.join("\n");
}
