/** Commits without a linked account, and how to fix that. */
import type { Unlinked } from "../verdict/verdict.ts";
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
  ways.push(waiveWay(parts, texts));
  return [
    `**${comment.unlinked}**`,
    list(lines, comment.more),
    comment.unlinkedWhy(capabilities.title) + comment.fix.intro,
    list(ways, comment.more),
  ];
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
