/** Commits by bots and coding assistants in a person's pull request, and the ways out. Nobody is mentioned. */
import { numberOf } from "../account.ts";
import type { Judgment, Signer, Unlinked } from "../verdict/verdict.ts";
import type { CommentContext } from "./comment-context.ts";
import { COMMITS_LIMIT, list, shas, short } from "./lists.ts";
import { code } from "./markdown.ts";
import type { Texts } from "./texts/en.ts";
import { waiveWay } from "./unlinked.ts";

/** What bots and assistants wrote that needs something. */
export interface Automated {
  readonly signers: readonly Signer[];
  readonly unlinked: readonly Unlinked[];
}

export function automatedIn({ signers, unlinked }: Judgment): Automated {
  return {
    signers: signers.filter(({ automated, standing }) => automated && standing.kind === "missing"),
    unlinked: unlinked.filter((part) => !part.waived && isByAssistant(part)),
  };
}

/** Whether an unlinked author is a coding assistant. */
export function isByAssistant({ automated, role }: Unlinked): boolean {
  return automated && role === "author";
}

/** The ways out for what bots wrote, without the waiver. */
export function automatedWays({ signers, unlinked }: Automated, { comment }: Texts): string[] {
  const commit = signers.find(({ commits }) => commits.length > 0)?.commits[0] ?? unlinked[0]?.commit ?? "";
  const ways = [comment.automatedFix.author(short(commit))];
  if (signers.length > 0)
    ways.push(comment.automatedFix.policy(signers.map(({ account }) => code(account)).join(comment.and)));
  return ways;
}

/** Bots and assistants as authors in a person's pull request: what they are, and the ways out. Nobody is mentioned. */
export function automatedParagraphs({ signers, unlinked }: Automated, { texts }: CommentContext): string[] {
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
  const ways = automatedWays({ signers, unlinked }, texts);
  if (unlinked.length > 0) ways.push(waiveWay(unlinked, texts));
  return [
    `**${comment.automated}**`,
    list(lines, comment.more),
    comment.automatedWhy,
    list(ways, comment.more),
  ];
}
