/** Reads pull requests and repositories in the forms that people type on a command line. */
import { isHostName, type HostName } from "../../account.ts";
import { Failure } from "../../error.ts";

export interface PullArgument {
  readonly host: HostName;
  /** `owner/repo` */
  readonly path: string;
  readonly number: number;
}

/**
 * Reads a pull request's URL, or `github:owner/repo#7`.
 * @param webUrls the URL of each host's pages, e.g. `https://github.com`
 * @throws Failure `usage`
 */
export function parsePullArgument(text: string, webUrls: ReadonlyMap<HostName, string>): PullArgument {
  const short = /^([a-z]+):([^/\s]+\/[^/#\s]+)#([1-9]\d*)$/.exec(text);
  if (short !== null) {
    const [, host = "", path = "", number = ""] = short;
    if (isHostName(host)) return { host, path, number: Number(number) };
  }
  for (const [host, webUrl] of webUrls) {
    if (!text.startsWith(`${webUrl}/`)) continue;
    const [, path, number] =
      /^([^/]+\/[^/]+)\/pulls?\/([1-9]\d*)(?:[/?#].*)?$/.exec(text.slice(webUrl.length + 1)) ?? [];
    if (path !== undefined && number !== undefined) return { host, path, number: Number(number) };
  }
  throw new Failure(
    "usage",
    "expected a pull request's URL or HOST:OWNER/REPO#NUMBER, e.g. github:octo/hello#7",
  );
}

/** Reads `HOST:OWNER/REPO`. @throws Failure `usage` */
export function parseRepositoryArgument(text: string): { host: HostName; path: string } {
  const [, host = "", path = ""] = /^([a-z]+):([^/\s]+\/[^/#\s]+)$/.exec(text) ?? [];
  if (!isHostName(host)) throw new Failure("usage", "expected HOST:OWNER/REPO, e.g. github:octo/hello");
  return { host, path };
}
