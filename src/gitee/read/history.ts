import type { Client } from "../traffic/client.ts";
import { within, type RepositoryPath } from "./path.ts";
import { openHeads, type BranchMemory } from "./branches.ts";
import { FullCommit, Repository, type FileOfCommit } from "./schema.ts";

/** Protected branches to compare; each costs a call. */
const MOST_BRANCHES = 20;
/** Gitee may truncate a commit with this many files. */
const SHOWN_FILES = 300;

/**
 * The full id of a commit on a protected branch; null: it is on none, or it does not exist. The branch of an open pull
 * request counts only if it is the default branch.
 */
export async function protectedCommit(
  client: Client,
  branches: BranchMemory,
  { path, repository }: { readonly path: RepositoryPath; readonly repository: number },
  name: string,
): Promise<string | null> {
  if (!/^[0-9a-f]{7,64}$/.test(name)) return null;
  const found = await client.find("a commit", within(path, "commits", name), FullCommit);
  // A branch may have the name that looked like a commit's.
  if (found?.sha.startsWith(name) !== true) return null;
  const { sha } = found;
  const holding: string[] = [];
  const tips = (await branches.branches(path, repository)).filter((tip) => tip.protected);
  for (const tip of tips.slice(0, MOST_BRANCHES)) {
    // An ancestor has no commits that the branch lacks.
    if ((await branches.fresh(path, tip.sha, sha))?.size === 0) holding.push(tip.name);
  }
  if (holding.length === 0) return null;
  const { default_branch: main } = await client.get("the repository", within(path), Repository);
  if (holding.some((branch) => branch === main)) return sha;
  const isOpen = await openHeads(client, path, repository);
  return holding.every(isOpen) ? null : sha;
}

/**
 * A commit's change in git's unified form, assembled from the files that Gitee shows; null if it does not show
 * everything: a merge, a renaming, a binary file, counts that do not match the text.
 */
export async function diffOf(client: Client, path: RepositoryPath, sha: string): Promise<string | null> {
  const commit = await client.find("a commit", within(path, "commits", sha), FullCommit);
  if (commit?.sha !== sha) return null;
  const { files, stats, parents } = commit;
  if (!Array.isArray(parents) || parents.length !== 1) return null;
  if (!files || !stats || files.length === 0 || files.length >= SHOWN_FILES) return null;
  const sum = (key: "additions" | "deletions"): number => files.reduce((all, file) => all + file[key], 0);
  if (sum("additions") !== stats.additions || sum("deletions") !== stats.deletions) return null;
  const parts = files.map(diffOfFile);
  return parts.every((part) => part !== null) ? parts.join("") : null;
}

/** Gitee shows no file modes, so every file counts as a regular one. */
function diffOfFile({ filename, status, additions, deletions, patch }: FileOfCommit): string | null {
  const text = typeof patch === "string" ? patch : (patch?.diff ?? "");
  const start = text.search(/^@@ /m);
  if (start < 0 || /[\n"]/.test(filename)) return null;
  let end = text.length;
  while (text[end - 1] === "\n") end -= 1;
  const hunks = `${text.slice(start, end)}\n`;
  const count = (sign: string): number => hunks.split("\n").filter((line) => line.startsWith(sign)).length;
  if (count("+") !== additions || count("-") !== deletions) return null;
  const [from, to] = [`a/${filename}`, `b/${filename}`];
  const head = `diff --git ${from} ${to}\n`;
  switch (status) {
    case "added":
      return `${head}new file mode 100644\n--- /dev/null\n+++ ${to}\n${hunks}`;
    case "removed":
      return `${head}deleted file mode 100644\n--- ${from}\n+++ /dev/null\n${hunks}`;
    case "modified":
      return `${head}--- ${from}\n+++ ${to}\n${hunks}`;
    default:
      return null;
  }
}
