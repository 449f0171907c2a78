/** Commits without a linked account, and how to fix that. */
import type { Unlinked } from "../verdict/verdict.ts";
import type { Capabilities } from "../ports/host.ts";
import type { CommentContext } from "./comment-context.ts";
import { list, LIST_LIMIT, short } from "./lists.ts";
import { code } from "./markdown.ts";
import type { Texts } from "./texts/en.ts";

export function unlinkedParagraphs(
  parts: readonly Unlinked[],
  { texts, capabilities }: CommentContext,
): string[] {
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
  const author = parts.find(({ role }) => role === "author");
  const ways: string[] = [];
  // On a host that does not resolve co-authors, adding an address to an account changes nothing for a co-author.
  if (capabilities.resolvesCoauthors || parts.some(({ role }) => role !== "coauthor"))
    ways.push(comment.fix.link(capabilities.emailsUrl));
  if (author !== undefined) ways.push(comment.fix.author(short(author.commit)));
  if (parts.some(({ role }) => role === "coauthor"))
    ways.push(...waysOfCoauthor(parts, comment.fix, capabilities));
  ways.push(waiveWay(parts, texts));
  return [
    `**${comment.unlinked}**`,
    list(lines, comment.more),
    whyUnlinked(parts, comment, capabilities) +
      (parts.some(({ required }) => required) ? comment.fix.intro : comment.fix.introOptional),
    list(ways, comment.more),
  ];
}

/** Why nobody is known. On a host that does not resolve co-authors, their address is not the reason. */
export function whyUnlinked(
  parts: readonly Pick<Unlinked, "role">[],
  { unlinkedWhy, unlinkedCoauthorWhy }: Texts["comment"],
  { resolvesCoauthors, title }: Pick<Capabilities, "resolvesCoauthors" | "title">,
): string {
  const isCoauthors = !resolvesCoauthors && parts.every(({ role }) => role === "coauthor");
  return (isCoauthors ? unlinkedCoauthorWhy : unlinkedWhy)(title);
}

/** What can be done about a co-author without an account. A signature alone helps only if the line leads to an account. */
export function waysOfCoauthor(
  parts: readonly Pick<Unlinked, "role" | "commit">[],
  fix: Texts["comment"]["fix"],
  { resolvesCoauthors, title, ownDomain }: Pick<Capabilities, "resolvesCoauthors" | "title" | "ownDomain">,
): readonly string[] {
  if (resolvesCoauthors) return [fix.coauthor];
  const commit = parts.find(({ role }) => role === "coauthor")?.commit ?? "";
  return [fix.coauthorOwnPull(title), fix.coauthorAddress(ownDomain), fix.coauthorRemove(short(commit))];
}

/** The full command for each commit, to copy. */
export function waiveWay(parts: readonly Unlinked[], { comment }: Texts): string {
  const commits = commitsToOffer(parts);
  const [first = "", ...others] = commits;
  if (others.length === 0) return comment.fix.waive(first);
  const commands = commits.slice(0, LIST_LIMIT).map((sha) => `  /cla waive ${sha} ${comment.reason}`);
  return [comment.fix.waiveEach, "", "  ```", ...commands, "  ```"].join("\n");
}

/** The commits for which a waiver is offered: all that block, or else all. */
export function commitsToOffer(parts: readonly Unlinked[]): readonly string[] {
  const required = parts.filter((part) => part.required);
  return [...new Set((required.length > 0 ? required : parts).map(({ commit }) => commit))];
}
