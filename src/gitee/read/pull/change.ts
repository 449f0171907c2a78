import { Failure } from "../../../error.ts";
import type { Change, ChangedFile as File } from "../../../pull.ts";
import { isCountedText } from "../../../verdict/counted-text.ts";
import type { Client } from "../../traffic/client.ts";
import { within, type RepositoryPath } from "../path.ts";
import { ChangedFiles, PullRequest, type ChangedFile } from "../schema.ts";

/** Gitee shows at most this many files of a pull request, and no pages. */
const SHOWN_FILES = 300;

/**
 * What a pull request changes.
 * @param head the commit that it is judged at
 * @throws Failure `list-cut` where Gitee may not show every file; `head-moving` where the files are another's
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
  // A small change that is pushed for a moment must not exempt the large one before it.
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
