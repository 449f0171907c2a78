import { plainLines } from "../../../markdown/plain-text.ts";
import type { Comment } from "../../../ports/host.ts";
import { badAnswer } from "../../traffic/failure.ts";
import type { Client } from "../../traffic/client.ts";
import { within, type RepositoryPath } from "../path.ts";
import { accountOfUser } from "../person.ts";
import { Comment as Item } from "../schema.ts";

/** Gitee's two times of a new comment may lie this far apart, in milliseconds: they have whole seconds. */
const SAME_MOMENT = 1000;

/**
 * Reads a comment again; null if it is gone, when it has no account, or when it belongs to another pull request than
 * the delivery said.
 * @returns the comment, and its author's login now, to ask Gitee by and never to keep
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
      // Without the second time nobody can tell, and an edited text is not what its author wrote.
      edited: !(updatedAt - createdAt <= SAME_MOMENT),
    },
    login: found.user?.login ?? null,
  };
}

/** The answer links to its pull request; without a link it is as the delivery says. */
function belongsTo({ pull_request_url: url }: Item, number: number): boolean {
  const last = url?.split("/").at(-1);
  return last === undefined || last === String(number);
}
