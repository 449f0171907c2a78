/** What a protected branch requires before a pull request is merged. */
import type { BranchRule, Pull, Repository } from "./model.ts";

/** A required check on a commit; `foreign`: somebody else than the expected app reported it last. */
export type CheckState = "expected" | "pending" | "success" | "failing" | "foreign";

export function checkState(
  repository: Repository,
  sha: string,
  name: string,
  source: BranchRule["source"],
): CheckState {
  const status = repository.statusesOf(sha).find(({ context }) => context === name);
  if (status !== undefined) {
    if (source === "app" && status.creator !== repository.world.bot) return "foreign";
    return stateOf(status.state);
  }
  // Only apps report check runs, and the bot is the only app here.
  const run = repository.checkRunsOf(sha).findLast(({ fields }) => fields.name === name);
  return run === undefined ? "expected" : stateOf(run.fields.conclusion ?? "pending");
}

function stateOf(reported: string): CheckState {
  return reported === "success" || reported === "pending" ? reported : "failing";
}

/**
 * Why the website and the API refuse to merge a pull request; null: they merge it. A missing check is "expected":
 * docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks
 * The words for a check of another source: https://github.com/kubernetes-sigs/prow/issues/915
 */
export function mergeRefusal({ repository, base, head }: Pull): string | null {
  const rule = repository.protectedBranches.get(base);
  for (const check of rule?.checks ?? []) {
    const state = checkState(repository, head.sha, check, rule?.source);
    if (state === "foreign")
      return `Required status check "${check}" was not set by the expected GitHub app.`;
    if (state !== "success") return `Required status check "${check}" is ${state}.`;
  }
  return null;
}
