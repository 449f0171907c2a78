import { Failure } from "../../../error.ts";
import type { Change, ChangedFile as File } from "../../../pull.ts";
import { isCountedText } from "../../../verdict/counted-text.ts";
import type { Client } from "../../traffic/client.ts";
import { within, type RepositoryPath } from "../path.ts";
import { ChangedFiles, PullRequest, type ChangedFile } from "../schema.ts";

/** Gitee shows at most this many files of a pull request, without pages. */
const SHOWN_FILES = 300;

/**
 * The files that a pull request changes.
 * @param head the commit at which it is checked
 * @throws Failure `list-cut` when Gitee may not show every file; `head-moving` when the files belong to another head
 */
export async function readChange(
  client: Client,
  path: RepositoryPath,
  number: number,
  head: string,
): Promise<Change> {
  const files = await client.get(
    "the pull request's files",
    within(path, "pulls", number, "files"),
    ChangedFiles,
  );
  if (files.length >= SHOWN_FILES)
    throw new Failure("list-cut", "Gitee does not show every changed file of a pull request of this size");
  // A small change that is pushed briefly must not exempt the large change before it.
  const pull = await client.get("the pull request", within(path, "pulls", number), PullRequest);
  if (pull.head.sha !== head) throw new Failure("head-moving");
  return {
    lines: files.reduce((sum, { additions, deletions }) => sum + additions + deletions, 0),
    files: files.flatMap(filesOf),
  };
}

function filesOf(file: ChangedFile): File[] {
  const { patch } = file;
  const counted = patch?.too_large !== true && isCountedText(patch?.diff, file);
  const paths = [file.filename, patch?.old_path ?? "", patch?.new_path ?? ""];
  return [...new Set(paths)].filter((path) => path !== "").map((path) => ({ path, counted }));
}
