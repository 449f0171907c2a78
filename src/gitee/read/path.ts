import { Failure } from "../../error.ts";
import type { Path } from "../traffic/client.ts";

/** A repository's `owner/name`, split as the API takes it. */
export interface RepositoryPath {
  readonly owner: string;
  readonly name: string;
}

/** Whether a text is a single path segment that a URL does not interpret as anything else. */
export function isName(text: string): boolean {
  return /^[^\s/?#]+$/.test(text) && text !== "." && text !== "..";
}

/** Whether a text is `owner/name`. */
export function isPath(text: string): boolean {
  const names = text.split("/");
  return names.length === 2 && names.every(isName);
}

/**
 * Reads `owner/name`, or the URL of a repository or of a page in it.
 * @throws Failure `input` for anything else
 */
export function parsePath(text: string): RepositoryPath {
  const isUrl = /^https?:\/\//i.test(text) && URL.canParse(text);
  const names = isUrl ? new URL(text).pathname.slice(1).split("/").slice(0, 2) : text.split("/");
  const [owner = "", last = ""] = names;
  const name = last.replace(/\.git$/, "");
  if (names.length !== 2 || !isPath(`${owner}/${name}`))
    throw new Failure("input", "expected a repository as owner/name, or its URL");
  return { owner, name };
}

/** The API's path for a resource of a repository. */
export function within({ owner, name }: RepositoryPath, ...rest: Path): Path {
  return ["repos", owner, name, ...rest];
}

/** The API's path for a file in a repository. */
export function contentsOf(path: RepositoryPath, file: string): Path {
  return within(path, "contents", ...file.split("/"));
}
