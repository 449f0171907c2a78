/** Bots and coding assistants that block a pull request, and the ways out. Nobody is mentioned. */
import { numberOf, type Account } from "../account.ts";
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

/** Whether an unlinked author is a coding assistant or a bot. */
export function isByAssistant({ automated, role }: Unlinked): boolean {
  return automated && role === "author";
}

/**
 * The ways out for what bots wrote, without the waiver. Only `exempt.accounts` helps a bot that opened the pull request,
 * and only a changed message or `exempt.authors` one that is only named in it.
 */
export function automatedWays({ signers, unlinked }: Automated, { comment }: Texts): string[] {
  const openers = signers.filter(({ roles }) => roles.has("opener"));
  const others = signers.filter(({ roles }) => !roles.has("opener"));
  const written = [
    ...others.filter(({ roles }) => roles.has("author") || roles.has("committer")),
    ...unlinked.map(({ commit }) => ({ commits: [commit] })),
  ].flatMap(({ commits }) => commits);
  const [authored] = written;
  const [named] = others.filter(({ roles }) => roles.has("coauthor")).flatMap(({ commits }) => commits);
  const typed = unlinked.flatMap((part) => part.typed ?? []);
  const accounts = (of: readonly Account[]): string =>
    [...new Set(of)].map((account) => code(account)).join(comment.and);
  const ways: string[] = [];
  if (openers.length > 0)
    ways.push(comment.automatedFix.opener(accounts(openers.map(({ account }) => account))));
  if (authored !== undefined) ways.push(comment.automatedFix.author(short(authored)));
  if (named !== undefined) ways.push(comment.automatedFix.coauthor(short(named)));
  const listed = [...others.map(({ account }) => account), ...typed];
  if (listed.length > 0) ways.push(comment.automatedFix.policy(accounts(listed)));
  return ways;
}

/** Bots and assistants that block: what they are, and the ways out. Nobody is mentioned. */
export function automatedParagraphs({ signers, unlinked }: Automated, { texts }: CommentContext): string[] {
  const { comment } = texts;
  if (signers.length + unlinked.length === 0) return [];
  const lines = [
    ...signers.map(({ account, login, name, roles, commits, required }) => {
      const notes = [[...roles].map((role) => comment.roles[role]).join(comment.and)];
      if (commits.length > 0)
        notes.push(comment.commits(shas(commits.slice(0, COMMITS_LIMIT), comment.and), 0));
      if (!required) notes.push(comment.warning);
      return code(login ?? name ?? `#${numberOf(account)}`) + comment.note(notes.join(comment.between));
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
