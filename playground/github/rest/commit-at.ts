import type { Commit } from "../state/git.ts";
import type { Repository } from "../state/model.ts";

/** The commit that a branch, `heads/BRANCH`, `HEAD`, or (part of) a SHA names. */
export function commitAt(repository: Repository, name: string | undefined): Commit | null {
  if (!name) return null;
  if (name === "HEAD") return repository.branches.get(repository.defaultBranch) ?? null;
  const branch = repository.branches.get(name.replace(/^(refs\/)?heads\//, ""));
  if (branch) return branch;
  const exact = repository.network.commits.get(name);
  if (exact || !/^[0-9a-f]{7,39}$/.test(name)) return exact ?? null;
  return repository.network.commits.values().find(({ sha }) => sha.startsWith(name)) ?? null;
}
