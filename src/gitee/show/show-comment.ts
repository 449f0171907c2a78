import { MARKER } from "../../report/command.ts";
import type { Client } from "../traffic/client.ts";
import { within, type RepositoryPath } from "../read/path.ts";
import { Comment, Comments, type Self } from "../read/schema.ts";

export interface CommentPlan {
  /** The Markdown that the comment must have. */
  readonly text: string;
  /** Other texts that may stay for now; empty: none. */
  readonly accepted: readonly string[];
  /** Whether to write the comment if there is none yet. */
  readonly wanted: boolean;
  /** The comment that the bot remembers. */
  readonly known: number | null;
  /** Whether to search for one that the bot does not remember. */
  readonly search: boolean;
  /** The URL of the pull request's page; it distinguishes the bot's comment from others by the same account. */
  readonly detailsUrl: string;
}

/**
 * Makes the bot's comment contain the text: compares first, edits in place, and writes a new one only if one is wanted
 * and none exists. A comment is the bot's if the bot's account wrote it and it contains the marker.
 * @returns the comment and its text now, both null if there is none
 */
export async function ensureComment(
  client: Client,
  self: () => Promise<Self>,
  path: RepositoryPath,
  number: number,
  plan: CommentPlan,
): Promise<{ comment: number | null; text: string | null; writes: number }> {
  const found = await findOwn(client, self, path, number, plan);
  if (found === null) {
    if (!plan.wanted) return { comment: null, text: null, writes: 0 };
    const body = { body: plan.text };
    const target = within(path, "pulls", number, "comments");
    const written = await client.write("a comment", "POST", target, body, Comment);
    return { comment: written.id, text: plan.text, writes: 1 };
  }
  const texts = [plan.text, ...plan.accepted];
  const standing = texts.find((text) => bare(found.body ?? "") === bare(text));
  if (standing !== undefined) return { comment: found.id, text: standing, writes: 0 };
  return editComment(client, path, found.id, plan.text);
}

/** Gives the bot's comment another text. */
export async function editComment(
  client: Client,
  path: RepositoryPath,
  comment: number,
  text: string,
): Promise<{ comment: number; text: string; writes: number }> {
  const target = within(path, "pulls", "comments", comment);
  await client.write("the bot's comment", "PATCH", target, { body: text }, Comment);
  return { comment, text, writes: 1 };
}

async function findOwn(
  client: Client,
  self: () => Promise<Self>,
  path: RepositoryPath,
  number: number,
  plan: CommentPlan,
): Promise<Comment | null> {
  if (plan.known === null && !plan.search) return null;
  const { id } = await self();
  const isOwn = (comment: Comment): boolean => comment.user?.id === id;
  const isMarkedOwn = (comment: Comment): boolean =>
    isOwn(comment) && comment.comment_type !== "diff_comment" && isMarked(comment.body ?? "", plan);
  if (plan.known !== null) {
    const target = within(path, "pulls", "comments", plan.known);
    const remembered = await client.find("the bot's comment", target, Comment);
    // Somebody may have edited it, and removed what marks it.
    if (remembered !== null && isOwn(remembered)) return remembered;
  }
  const listed = client.pages(
    "the pull request's comments",
    within(path, "pulls", number, "comments"),
    Comments,
    {
      comment_type: "pr_comment",
    },
  );
  for await (const page of listed) {
    const found = page.find(isMarkedOwn);
    if (found !== undefined) return found;
  }
  return null;
}

/**
 * It is not established that Gitee keeps hidden markers, so the heading or the details link also identifies the
 * comment.
 */
function isMarked(body: string, { text, detailsUrl }: CommentPlan): boolean {
  if (body.includes(MARKER) || body.includes(detailsUrl)) return true;
  const heading = headingOf(text);
  return heading !== null && headingOf(body) === heading;
}

function headingOf(text: string): string | null {
  return /^#{1,6} .+$/.exec(bare(text).split("\n", 1)[0] ?? "")?.[0].trim() ?? null;
}

/**
 * Removes differences that a host may introduce in a stored text: the marker, line endings and surrounding white space.
 */
function bare(text: string): string {
  return text.replaceAll(MARKER, "").replaceAll("\r\n", "\n").trim();
}
