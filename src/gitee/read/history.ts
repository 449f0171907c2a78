import type { Client } from "../traffic/client.ts";
import { within, type RepositoryPath } from "./path.ts";
import { Branches, Comparison, FullCommit, type FileOfCommit } from "./schema.ts";

/** Protected branches to read; each costs a call. */
const MOST_BRANCHES = 20;
/** Gitee may truncate a commit with this many files. */
const SHOWN_FILES = 300;

/** The full id of a commit on a protected branch; null: it is on none, or it does not exist. */
export async function protectedCommit(
  client: Client,
  path: RepositoryPath,
  name: string,
): Promise<string | null> {
  if (!/^[0-9a-f]{7,64}$/.test(name)) return null;
  const found = await client.find("a commit", within(path, "commits", name), FullCommit);
  // A branch may have the name that looked like a commit's.
  if (found?.sha.startsWith(name) !== true) return null;
  const { sha } = found;
  for (const tip of await protectedTips(client, path, null)) {
    const range = within(path, "compare", `${tip}...${sha}`);
    const compared = await client.find("a comparison of two commits", range, Comparison);
    // An ancestor is its own merge base with the branch, and has no commits that the branch lacks.
    if (compared?.merge_base_commit?.sha === sha && compared.commits.length === 0) return sha;
  }
  return null;
}

/**
 * The commits at the tips of protected branches. Gitee's versions differ in whether the list has pages.
 * @param except the name of a branch to leave out; null: none
 */
export async function protectedTips(
  client: Client,
  path: RepositoryPath,
  except: string | null,
): Promise<readonly string[]> {
  const tips = new Map<string, string>();
  const seen = new Set<string>();
  for await (const page of client.pages("the repository's branches", within(path, "branches"), Branches)) {
    const before = seen.size;
    for (const { name, commit, protected: isProtected } of page) {
      seen.add(name);
      if (isProtected === true && name !== except) tips.set(name, commit.sha);
    }
    if (seen.size === before) break;
  }
  return [...tips.values()].slice(0, MOST_BRANCHES);
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
