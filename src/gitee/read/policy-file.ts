import { badAnswer } from "../traffic/failure.ts";
import type { Client } from "../traffic/client.ts";
import { contentsOf, type RepositoryPath } from "./path.ts";
import { Contents } from "./schema.ts";

export const POLICY_PATH = ".gitee/cla.yml";
/** The policy file under a wrong name, which the bot reports instead of ignoring it. */
export const MISNAMED_POLICY_PATH = ".gitee/cla.yaml";

/** A file on a branch, with the digest that an update must send. */
export interface StoredFile {
  readonly path: string;
  readonly text: string;
  readonly sha: string | null;
}

/**
 * Reads a file; null if there is none. Gitee reports that in three ways: 404, an empty list, or an object without
 * content. A folder with that name also counts as none.
 * @param branch null: the default branch
 * @throws Failure `host-answer` for a file whose content can't be read
 */
export async function readFile(
  client: Client,
  repository: RepositoryPath,
  path: string,
  branch: string | null,
): Promise<StoredFile | null> {
  const asked = "the policy file";
  const query = branch === null ? undefined : { ref: branch };
  const found = await client.find(asked, contentsOf(repository, path), Contents, query);
  if (found === null || Array.isArray(found)) return null;
  const { content, encoding, download_url: download, sha } = found;
  if (content === null || content === undefined) {
    if (download === null || download === undefined) return null;
    throw badAnswer(asked, "content: expected the file's text");
  }
  if (encoding !== "base64") throw badAnswer(asked, "encoding: expected base64");
  return { path, text: decode(Buffer.from(content, "base64")), sha: sha ?? null };
}

/** Text in UTF-8, or in UTF-16 with a byte order mark. */
function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return bytes.toString("utf8");
}
