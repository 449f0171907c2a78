import { plainLines } from "../../../markdown/plain-text.ts";
import type { Comment } from "../../../ports/host.ts";
import { badAnswer } from "../../traffic/failure.ts";
import type { Client } from "../../traffic/client.ts";
import { within, type RepositoryPath } from "../path.ts";
import { accountOfUser } from "../person.ts";
import { Comment as Item } from "../schema.ts";

/** The two times of a new comment may differ by this much, in milliseconds: Gitee's times have whole seconds. */
const SAME_MOMENT = 1000;

/**
 * Reads a comment again; null if it is gone, when it has no account, or when it belongs to another pull request than
 * the delivery says.
 * @returns the comment, and its author's current login, only for requests to Gitee and never stored
 */
export async function readComment(
  client: Client,
  path: RepositoryPath,
  number: number,
  id: number,
): Promise<{ comment: Comment; login: string | null } | null> {
  const asked = "a comment";
  const found = await client.find(asked, within(path, "pulls", "comments", id), Item);
  const author = accountOfUser(found?.user);
  if (found === null || author === null || !belongsTo(found, number)) return null;
  const createdAt = Date.parse(found.created_at ?? "");
  const updatedAt = Date.parse(found.updated_at ?? "");
  if (Number.isNaN(createdAt)) throw badAnswer(asked, "created_at: expected a time");
  return {
    comment: {
      id: found.id,
      author,
      login: found.user?.login ?? null,
      body: found.body ?? "",
      lines: plainLines(found.body ?? ""),
      createdAt,
      // Without the second time an edit can't be excluded, and an edited text may not be the author's.
      edited: !(updatedAt - createdAt <= SAME_MOMENT),
    },
    login: found.user?.login ?? null,
  };
}

/** The answer links to its pull request; without a link the delivery's claim counts. */
function belongsTo({ pull_request_url: url }: Item, number: number): boolean {
  const last = url?.split("/").at(-1);
  return last === undefined || last === String(number);
}
