/**
 * Commits that repeat a commit of a protected branch, for `require.backports: verify`. The message only says where
 * to look. The bot verifies that the named commit is on a protected branch and that the patches are equal.
 */
import { inverseOf, samePatch, type Patch } from "./patch.ts";

/** A commit that a message names as its origin. */
export interface Origin {
  readonly kind: "pick" | "revert";
  /** Seven or more hexadecimal digits: `git revert --reference` abbreviates. */
  readonly commit: string;
}

/** Each origin costs lookups at the host, and a message can name any number. */
export const MAX_ORIGINS = 5;

/**
 * The commits that git's own lines in a message name: `(cherry picked from commit SHA)` and `This reverts commit
 * SHA`. The last line comes first: a commit that is picked along several branches gets one line for each.
 */
export function originsOf(message: string): readonly Origin[] {
  const found = new Map<string, Origin>();
  for (const line of message.split(/\r?\n/).toReversed()) {
    const [, picked] = /^\(cherry picked from commit ([0-9a-f]{7,64})\)\s*$/i.exec(line) ?? [];
    const [, reverted] = /^This reverts commit ([0-9a-f]{7,64})(?![0-9a-z])/i.exec(line) ?? [];
    const commit = (picked ?? reverted)?.toLowerCase();
    if (commit === undefined) continue;
    const kind = picked === undefined ? "revert" : "pick";
    found.set(`${kind} ${commit}`, { kind, commit });
    if (found.size === MAX_ORIGINS) break;
  }
  return [...found.values()];
}

/**
 * Whether a commit is what its message says: the same change as its origin or, for a revert, the inverse change.
 * @param patch the commit's
 * @param original the origin's; either is null if it could not be read completely
 */
export function repeats(kind: Origin["kind"], patch: Patch | null, original: Patch | null): boolean {
  if (patch === null || original === null) return false;
  switch (kind) {
    case "pick":
      return samePatch(patch, original);
    case "revert":
      return samePatch(patch, inverseOf(original));
  }
}
