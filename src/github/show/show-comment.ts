import { z } from "zod";
import { Failure } from "../../error.ts";
import { findOwnComment } from "../read/pull/comment.ts";
import { UNHIDE_MUTATION } from "../read/query.ts";
import { readBody, unlessGone } from "../read/schema.ts";
import type { Writing } from "../read/pull/standing.ts";

/**
 * Edits the bot's comment if its text differs, or writes it if it is wanted and missing. A locked conversation that
 * refuses it is not an error: the status is already written.
 * @returns the comment's number, null if there is none, and the number of writes
 */
export async function ensureComment(writing: Writing): Promise<{ id: number | null; writes: number }> {
  const { client, place, standing, report } = writing;
  const { comments, comment: known, pull, target } = standing;
  if (report.comment === null) return { id: comments.own?.id ?? known, writes: 0 };
  const own = comments.own ?? (await findOwnComment(client, place, pull.number, comments, known));
  if (own === null) {
    const edited =
      known === null ? null : await unlessLocked(async () => edit(writing, known, report.comment));
    if (edited !== null) return { id: known, writes: 1 };
    if (!report.commentWanted || pull.locked) return { id: null, writes: 0 };
    const created = await unlessLocked(async () =>
      client.rest(place.installation, "POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
        ...target,
        issue_number: pull.number,
        body: report.comment,
      }),
    );
    return created === null
      ? { id: null, writes: 0 }
      : { id: readBody(z.object({ id: z.number() }), created).id, writes: 1 };
  }
  let writes = 0;
  if (plain(own.body) !== plain(report.comment)) {
    if ((await unlessLocked(async () => edit(writing, own.id, report.comment))) !== null) writes += 1;
  }
  if (own.hidden && report.state !== "success") writes += await unhide(writing, own.handle);
  return { id: own.id, writes };
}

/**
 * Edits a comment by its number. GitHub may not list one that was written a moment ago, but a write reaches it.
 * @returns null if GitHub says that there is none
 */
async function edit({ client, place, standing }: Writing, id: number, body: string | null): Promise<unknown> {
  const path = "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}";
  const parameters = { ...standing.target, comment_id: id, body };
  return unlessGone(client.rest(place.installation, path, parameters));
}

/** A comment that a maintainer hid and the bot may not show again is not a failure. */
async function unhide({ client, place }: Writing, comment: string): Promise<number> {
  try {
    await client.graphql(place.installation, UNHIDE_MUTATION, { comment });
    return 1;
  } catch (error) {
    if (error instanceof Failure) return 0;
    throw error;
  }
}

/** GitHub may change line endings and remove trailing white space. */
function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}

async function unlessLocked(request: () => Promise<unknown>): Promise<unknown> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof Failure && error.code === "conversation-locked") return null;
    throw error;
  }
}
