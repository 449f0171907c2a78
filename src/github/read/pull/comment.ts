import { z } from "zod";
import { Failure } from "../../../error.ts";
import { accountOf } from "../../../account.ts";
import { plainLines } from "../../../markdown/plain-text.ts";
import { MARKER } from "../../../report/command.ts";
import type { Comment } from "../../../ports/host.ts";
import type { PullRef } from "../../../pull.ts";
import type { Route } from "../../../ports/queue.ts";
import type { GitHubClient } from "../../traffic/client.ts";
import { askPart, inParts, partSize } from "./parts.ts";
import { COMMENTS_QUERY, EDITED_QUERY } from "../query.ts";
import { placeOf, targetOf, type Place } from "../repository.ts";
import * as schema from "../schema.ts";

export interface OwnComment {
  readonly id: number;
  /** GraphQL's id. */
  readonly handle: string;
  readonly body: string;
  readonly hidden: boolean;
}

/** What is known about the bot's comment on a pull request. */
export interface CommentSearch {
  readonly own: OwnComment | null;
  /** The cursor to continue from; null: every comment was read. */
  readonly after: string | null;
  /** Whether GitHub left out a comment that may be the bot's. */
  readonly unseen: boolean;
}

/**
 * Finds the bot's own comment by its known number or else by the hidden line. In both cases the author must be the bot.
 */
export function ownComment({ nodes, pageInfo }: schema.Comments, known: number | null): CommentSearch {
  const shown = schema.told(nodes);
  const own = schema.answered(shown ?? []).filter(({ viewerDidAuthor }) => viewerDidAuthor);
  const marked = own.filter(({ body }) => body.includes(MARKER));
  const numbered = own.flatMap((one) => {
    const id = schema.told(one.fullDatabaseId);
    return id === null ? [] : [{ ...one, id, handle: one.id }];
  });
  const found = numbered.find(({ id }) => id === known) ?? numbered.find(({ body }) => body.includes(MARKER));
  const { id = 0, handle = "", body = "", isMinimized: hidden = false } = found ?? {};
  return {
    own: found === undefined ? null : { id, handle, body, hidden },
    after: found === undefined ? schema.nextPage(pageInfo) : null,
    unseen:
      found === undefined &&
      (shown === null ||
        shown.some((one) => schema.told(one) === null) ||
        marked.some(({ fullDatabaseId }) => schema.told(fullDatabaseId) === null)),
  };
}

/**
 * Searches the comments that the first read did not show.
 * @throws Failure `host-refused` when none is found, but GitHub left out a comment that may be it
 */
export async function findOwnComment(
  client: GitHubClient,
  place: Place,
  number: number,
  search: CommentSearch,
  known: number | null,
): Promise<OwnComment | null> {
  const shape = z.object({ node: z.object({ pullRequest: z.object({ comments: schema.Comments }) }) });
  const size = partSize();
  let { own, after, unseen } = search;
  while (own === null && after !== null) {
    const page: CommentSearch = await inParts(size, async (entries) => {
      const variables = { repository: place.handle, number, after, comments: entries };
      const answer = await askPart(client, place.installation, COMMENTS_QUERY, variables, size);
      return ownComment(schema.readAnswer(shape, answer).node.pullRequest.comments, known);
    });
    ({ own, after } = page);
    unseen ||= page.unseen;
  }
  if (own === null && unseen)
    throw new Failure("host-refused", "GitHub left out a comment that may be the bot's own");
  return own;
}

const IssueComment = z.object({
  id: z.number(),
  user: z.object({ id: z.number().int().positive(), login: z.string().nullish() }).nullable(),
  body: z.string().nullish(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  issue_url: z.string(),
  node_id: z.string(),
});

/** Reads a comment again; null if it or its author is gone, or if it belongs to another pull request. */
export async function readComment(
  client: GitHubClient,
  ref: PullRef,
  comment: number,
  route: Route,
): Promise<Comment | null> {
  const place = await placeOf(client, ref.repository, route);
  const body = await schema.unlessGone(
    client.rest(place.installation, "GET /repos/{owner}/{repo}/issues/comments/{comment_id}", {
      ...(await targetOf(client, place)),
      comment_id: comment,
    }),
  );
  if (body === null) return null;
  const found = schema.readBody(IssueComment, body);
  if (found.user === null || !found.issue_url.endsWith(`/issues/${ref.number}`)) return null;
  return {
    id: found.id,
    author: accountOf("github", found.user.id),
    login: found.user.login ?? null,
    body: found.body ?? "",
    lines: plainLines(found.body ?? ""),
    createdAt: Date.parse(found.created_at),
    edited: found.updated_at !== found.created_at || (await wasEdited(client, place, found.node_id)),
  };
}

/** REST times have whole seconds, and a comment may be written and edited within one. */
async function wasEdited(client: GitHubClient, place: Place, handle: string): Promise<boolean> {
  const shape = z.object({
    node: z.object({ lastEditedAt: z.string().nullable(), includesCreatedEdit: z.boolean() }),
  });
  const answer = await client.graphql(place.installation, EDITED_QUERY, { comment: handle });
  const { lastEditedAt, includesCreatedEdit } = schema.readAnswer(shape, answer).node;
  return lastEditedAt !== null || includesCreatedEdit;
}
