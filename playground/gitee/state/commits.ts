import { createHash } from "node:crypto";
import type { Commit, Signature, User } from "./records.ts";

/** A person as configured in git: an account with its first address, or any name and email. */
export type Person = User | { name: string; email: string };

/** A commit to create. `committer: "web"` is Gitee's own committer for web edits and merges. */
export interface CommitSpec {
  author: Person;
  coauthors?: Person[];
  committer?: Person | "web";
  message?: string;
  /** Path to text; null deletes the file. */
  files?: Record<string, string | null>;
  /** Further parents, for a merge commit. */
  merges?: string[];
}

export const WEB_COMMITTER = { name: "Gitee", email: "noreply@gitee.com" };

export interface FileChange {
  readonly path: string;
  readonly status: "added" | "modified" | "removed";
  readonly additions: number;
  readonly deletions: number;
  readonly patch: string;
}

export function identityOf(person: Person): { name: string; email: string } {
  if (!("login" in person)) return { name: person.name, email: person.email };
  return { name: person.name, email: person.emails[0] ?? noreplyAddress(person) };
}

export function noreplyAddress(user: User): string {
  return `${user.id}+${user.login}@user.noreply.gitee.com`;
}

/** All commits of all repositories; forks share them, as in the host's storage. */
export class CommitStore {
  readonly #commits = new Map<string, Commit>();

  get(sha: string): Commit | undefined {
    return this.#commits.get(sha);
  }

  create(parents: readonly string[], spec: CommitSpec, date: string): Commit {
    const author: Signature = { ...identityOf(spec.author), date };
    const committer: Signature = {
      ...(spec.committer === "web" ? WEB_COMMITTER : identityOf(spec.committer ?? spec.author)),
      date,
    };
    const sequence = this.#commits.size + 1;
    const message = messageOf(spec, sequence);
    const tree = this.#tree(parents[0], spec.files ?? {});
    const allParents = [...parents, ...(spec.merges ?? [])];
    const sha = createHash("sha1")
      .update(JSON.stringify([sequence, allParents, author, committer, message]))
      .digest("hex");
    const commit: Commit = { sha, sequence, parents: allParents, author, committer, message, tree };
    this.#commits.set(sha, commit);
    return commit;
  }

  #tree(parent: string | undefined, files: Record<string, string | null>): ReadonlyMap<string, string> {
    const before = (parent !== undefined && this.#commits.get(parent)?.tree) || new Map<string, string>();
    const changes = Object.entries(files);
    if (changes.length === 0) return before;
    const after = new Map(before);
    for (const [path, text] of changes) {
      if (text === null) after.delete(path);
      else after.set(path, text);
    }
    return after;
  }

  /** The commits of `head` that `base` lacks, oldest first. */
  between(base: string, head: string): Commit[] {
    const known = this.#reachable(base);
    return [...this.#reachable(head, known)]
      .flatMap((sha) => this.#commits.get(sha) ?? [])
      .toSorted((a, b) => a.sequence - b.sequence);
  }

  mergeBase(a: string, b: string): string | null {
    const ofA = this.#reachable(a);
    const shared = [...this.#reachable(b)].filter((sha) => ofA.has(sha));
    const newest = shared
      .flatMap((sha) => this.#commits.get(sha) ?? [])
      .toSorted((x, y) => y.sequence - x.sequence)[0];
    return newest?.sha ?? null;
  }

  /** Files that differ between the merge base and `head`, as a pull request shows them. */
  changes(base: string, head: string): FileChange[] {
    const before = this.#commits.get(this.mergeBase(base, head) ?? base)?.tree ?? new Map<string, string>();
    const after = this.#commits.get(head)?.tree ?? new Map<string, string>();
    const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
    return paths.flatMap((path) => fileChange(path, before.get(path), after.get(path)) ?? []);
  }

  #reachable(from: string, without: ReadonlySet<string> = new Set()): Set<string> {
    const seen = new Set<string>();
    const pending = [from];
    for (let sha = pending.pop(); sha !== undefined; sha = pending.pop()) {
      if (seen.has(sha) || without.has(sha)) continue;
      seen.add(sha);
      pending.push(...(this.#commits.get(sha)?.parents ?? []));
    }
    return seen;
  }
}

function messageOf(spec: CommitSpec, sequence: number): string {
  const subject = spec.message ?? `Change ${sequence}`;
  if (spec.coauthors === undefined || spec.coauthors.length === 0) return subject;
  const trailers = spec.coauthors.map((coauthor) => {
    const { name, email } = identityOf(coauthor);
    return `Co-authored-by: ${name} <${email}>`;
  });
  return `${subject}\n\n${trailers.join("\n")}`;
}

/** Counts the lines between the common start and end: close enough to a diff for a simulation. */
function fileChange(path: string, before: string | undefined, after: string | undefined): FileChange | null {
  if (before === after) return null;
  const old = linesOf(before);
  const now = linesOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end))
    end += 1;
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  const status = before === undefined ? "added" : after === undefined ? "removed" : "modified";
  const patch = [
    `@@ -${start + 1},${removed.length} +${start + 1},${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
  ].join("\n");
  return { path, status, additions: added.length, deletions: removed.length, patch };
}

function linesOf(text: string | undefined): string[] {
  if (text === undefined || text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}
