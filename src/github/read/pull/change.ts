import { z } from "zod";
import { Failure } from "../../../error.ts";
import type { Change } from "../../../pull.ts";
import { isCountedText } from "../../../verdict/counted-text.ts";
import type { GitHubClient } from "../../traffic/client.ts";
import type { Place } from "../repository.ts";
import { readBody } from "../schema.ts";

/** GitHub lists at most this many files. https://docs.github.com/rest/pulls/pulls#list-pull-requests-files */
const FILES_LIMIT = 3000;
const PAGE = 100;

const Files = z.array(
  z.object({
    filename: z.string(),
    previous_filename: z.string().nullish(),
    additions: z.number(),
    deletions: z.number(),
    patch: z.string().nullish(),
    status: z.string().nullish(),
    contents_url: z.string().nullish(),
  }),
);

const Head = z.object({ head: z.object({ sha: z.string() }) });

/**
 * @param head the commit at which the pull request is checked
 * @throws Failure `list-cut` when there may be more files than GitHub lists; `head-moving` when the files belong to
 * another head
 */
export async function readChange(
  client: GitHubClient,
  { installation }: Place,
  target: { readonly owner: string; readonly repo: string },
  number: number,
  head: string,
): Promise<Change> {
  const pull = { ...target, pull_number: number };
  const files: z.infer<typeof Files> = [];
  for (let page = 1; ; page += 1) {
    const body = await client.rest(installation, "GET /repos/{owner}/{repo}/pulls/{pull_number}/files", {
      ...pull,
      per_page: PAGE,
      page,
    });
    const found = readBody(Files, body);
    if (found.some((file) => isOfAnother(file, head))) throw new Failure("head-moving");
    files.push(...found);
    if (found.length < PAGE) break;
    if (files.length >= FILES_LIMIT)
      throw new Failure("list-cut", `GitHub lists no more than ${FILES_LIMIT} changed files`);
  }
  // A small change that is pushed briefly must not exempt the large change before it.
  const body = await client.rest(installation, "GET /repos/{owner}/{repo}/pulls/{pull_number}", pull);
  if (readBody(Head, body).head.sha !== head) throw new Failure("head-moving");
  return {
    lines: files.reduce((sum, { additions, deletions }) => sum + additions + deletions, 0),
    files: files.flatMap((file) => {
      // GitHub shows no patch of a binary file, of a text that is too large, and of a renamed file; a renamed and
      // changed binary file looks the same as one that is only renamed.
      const counted = isCountedText(file.patch, file);
      const names = [file.filename, file.previous_filename];
      return names.flatMap((path) => (typeof path === "string" ? [{ path, counted }] : []));
    }),
  };
}

/**
 * Whether a file is shown at another commit than the head: its contents' address ends with that commit, as in the example
 * of https://docs.github.com/rest/pulls/pulls#list-pull-requests-files. A removed file is not at the head.
 */
function isOfAnother({ status, contents_url: url }: z.infer<typeof Files>[number], head: string): boolean {
  const [, shown] = /[?&]ref=([0-9a-f]{40,64})$/.exec(url ?? "") ?? [];
  return status !== "removed" && shown !== undefined && shown !== head;
}
