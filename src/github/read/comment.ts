import { z } from "zod";
import { accountOf } from "../../account.ts";
import { plainLines } from "../../markdown/plain-text.ts";
import { MARKER } from "../../report/command.ts";
import type { Comment } from "../../ports/host.ts";
import type { PullRef } from "../../pull.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { COMMENTS_QUERY, EDITED_QUERY } from "./query.ts";
import { placeOf, targetOf, type Place } from "./repository.ts";
import * as schema from "./schema.ts";

export interface OwnComment {
  readonly id: number;
  /** GraphQL's id. */
  readonly handle: string;
  readonly body: string;
  readonly hidden: boolean;
}

/** What is known of the bot's comment on a pull request. */
export interface CommentSearch {
  readonly own: OwnComment | null;
  /** From where to look on; null: every comment was looked at. */
  readonly after: string | null;
}

/** Finds the bot's own comment: by the number known, else by the hidden line, and in both cases only its own. */
export function ownComment({ nodes, pageInfo }: schema.Comments, known: number | null): CommentSearch {
  const own = schema.answered(nodes).filter(({ viewerDidAuthor }) => viewerDidAuthor);
  const found =
    own.find(({ fullDatabaseId }) => fullDatabaseId === known) ??
    own.find(({ body }) => body.includes(MARKER));
  return {
    own:
      found === undefined
        ? null
        : { id: found.fullDatabaseId, handle: found.id, body: found.body, hidden: found.isMinimized },
    after: found === undefined && pageInfo.hasNextPage ? pageInfo.endCursor : null,
  };
}

/** Looks through the comments that the first read did not show. */
export async function findOwnComment(
  client: GitHubClient,
  place: Place,
  number: number,
  search: CommentSearch,
): Promise<OwnComment | null> {
  const shape = z.object({ node: z.object({ pullRequest: z.object({ comments: schema.Comments }) }) });
  let { own, after } = search;
  while (own === null && after !== null) {
    const variables = { repository: place.handle, number, after };
    const answer = await client.graphql(place.installation, COMMENTS_QUERY, variables);
    ({ own, after } = ownComment(schema.readAnswer(shape, answer).node.pullRequest.comments, null));
  }
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

/** Reads a comment afresh; null when it is gone, or its author is, or it stands on another pull request. */
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

/** REST tells times by the second, in which a comment may be written and changed. */
async function wasEdited(client: GitHubClient, place: Place, handle: string): Promise<boolean> {
  const shape = z.object({ node: z.object({ lastEditedAt: z.string().nullable() }) });
  const answer = await client.graphql(place.installation, EDITED_QUERY, { comment: handle });
  return schema.readAnswer(shape, answer).node.lastEditedAt !== null;
}
