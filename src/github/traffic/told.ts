/** What a delivery says of the state of its subject, to compare with what the API shows. */
import { hash } from "node:crypto";

/** A pull request's head, state and base branch, from a delivery or from the API. */
interface PullState {
  readonly head: string;
  readonly open: boolean;
  /** The name of the base branch. */
  readonly base: string;
}

/** The part of a queue entry about a pull request. It has a digest of the branch. */
export function toldOfPull({ head, open, base }: PullState): string {
  return `${head} ${open ? "open" : "closed"} ${digestOf(base)}`;
}

/** The head that an entry of {@link toldOfPull} names; null if it says that the pull request is closed. */
export function headIn(told: string | null): string | null {
  return /^([0-9a-f]{40,64})( open .*)?$/.exec(told ?? "")?.[1] ?? null;
}

/** The part of a queue entry about a new default branch, of which it has a digest. */
export function toldOfDefault(handle: string, branch: string): string {
  return `${handle} default ${digestOf(branch)}`;
}

/** The digest of the new default branch in an entry of {@link toldOfDefault}; null for another entry. */
export function defaultIn(told: string): string | null {
  return / default (\S+)$/.exec(told)?.[1] ?? null;
}

/** A branch's name may contain a login. */
export function digestOf(branch: string): string {
  return hash("sha256", branch, "base64url").slice(0, 12);
}

/** The part of a queue entry about a policy change: the repository with the push, and the commit. */
export function toldOfPush(handle: string, commit: string): string {
  return `${handle} ${commit}`;
}
