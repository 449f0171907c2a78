import { Failure } from "../error.ts";
import type { Path } from "./client.ts";

/** A repository's `owner/name`, parted as the API takes it. */
export interface RepositoryPath {
  readonly owner: string;
  readonly name: string;
}

/**
 * Reads `owner/name`, or the URL of a repository or of something in it.
 * @throws Failure `input` for anything else
 */
export function parsePath(text: string): RepositoryPath {
  const path = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text).pathname.slice(1) : text;
  const match = /^\/?([^/\s]+)\/([^/\s]+?)(?:\.git)?(?:\/.*)?$/.exec(path);
  const [, owner = "", name = ""] = match ?? [];
  if (match === null || (path === text && path.split("/").length !== 2))
    throw new Failure("input", "expected a repository as owner/name, or its URL");
  return { owner, name };
}

/** The API's path of something in a repository. */
export function within({ owner, name }: RepositoryPath, ...rest: Path): Path {
  return ["repos", owner, name, ...rest];
}

/** The API's path of a file in a repository. */
export function contentsOf(path: RepositoryPath, file: string): Path {
  return within(path, "contents", ...file.split("/"));
}
