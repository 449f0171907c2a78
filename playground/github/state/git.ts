import { createHash } from "node:crypto";
import { changesBetween, type Content, type FileChange } from "./diff.ts";

/** The author or committer in a commit: free text that anybody can type. */
export interface Identity {
  name: string;
  email: string;
  date: Date;
}

export type Tree = ReadonlyMap<string, Content>;

export interface CommitSignature {
  wasSignedByGitHub: boolean;
  isValid: boolean;
}

export interface CommitFields {
  parents: readonly Commit[];
  tree: Tree;
  author: Identity;
  committer: Identity;
  message: string;
  signature: CommitSignature | null;
}

function sha1(text: string | Uint8Array): string {
  return createHash("sha1").update(text).digest("hex");
}

export function blobSha(content: Content): string {
  const bytes = Buffer.from(content);
  return sha1(Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]));
}

export function treeSha(tree: Tree): string {
  return sha1(
    [...tree]
      .map(([path, content]) => `${blobSha(content)} ${path}`)
      .toSorted()
      .join("\n"),
  );
}

/** `ours` with what changed from `base` to `theirs`; if both changed a file, theirs wins. */
export function mergeTrees(base: Tree, ours: Tree, theirs: Tree): Tree {
  const merged = new Map(ours);
  for (const path of new Set([...base.keys(), ...theirs.keys()])) {
    const content = theirs.get(path);
    if (content === base.get(path)) continue;
    if (content === undefined) merged.delete(path);
    else merged.set(path, content);
  }
  return merged;
}

export class Commit {
  readonly sha: string;
  readonly parents: readonly Commit[];
  readonly tree: Tree;
  readonly author: Identity;
  readonly committer: Identity;
  readonly message: string;
  readonly signature: CommitSignature | null;
  #changes: FileChange[] | undefined;
  #treeSha: string | undefined;

  /** @param salt distinguishes two commits that are otherwise equal. */
  constructor(fields: CommitFields, salt: string) {
    this.parents = fields.parents;
    this.tree = fields.tree;
    this.author = fields.author;
    this.committer = fields.committer;
    this.message = fields.message;
    this.signature = fields.signature;
    const parents = fields.parents.map(({ sha }) => sha);
    this.sha = sha1(JSON.stringify([parents, fields.author, fields.committer, fields.message, salt]));
  }

  get headline(): string {
    return this.message.split("\n", 1)[0] ?? "";
  }

  get treeSha(): string {
    return (this.#treeSha ??= treeSha(this.tree));
  }

  /** The changes of this commit against its first parent. */
  get changes(): FileChange[] {
    return (this.#changes ??= changesBetween(this.parents[0]?.tree ?? new Map(), this.tree));
  }

  /** The people in its `Co-authored-by` lines, in order, each address once. */
  get coauthors(): Identity[] {
    const found = new Map<string, Identity>();
    for (const [, name = "", email = ""] of this.message.matchAll(
      /^co-authored-by:\s*(.*?)\s*<([^<>]*)>\s*$/gim,
    ))
      if (!found.has(email.toLowerCase()))
        found.set(email.toLowerCase(), { name, email, date: this.author.date });
    found.delete(this.author.email.toLowerCase());
    return [...found.values()];
  }
}

function ancestorsOf(start: Commit): Set<Commit> {
  const seen = new Set([start]);
  for (const commit of seen) for (const parent of commit.parents) seen.add(parent);
  return seen;
}

/** The commits that a repository and its forks share. */
export class Network {
  readonly commits = new Map<string, Commit>();
  readonly blobs = new Map<string, Content>();
  readonly trees = new Map<string, Tree>();
  readonly #ranges = new Map<string, readonly Commit[]>();
  #salt = 0;

  commit(fields: CommitFields): Commit {
    const commit = new Commit(fields, String(++this.#salt));
    this.commits.set(commit.sha, commit);
    return commit;
  }

  isAncestor(ancestor: Commit, of: Commit): boolean {
    return ancestorsOf(of).has(ancestor);
  }

  /** The commits of `head` that `base` lacks, parents before children: `git log --reverse base..head`. */
  between(base: Commit, head: Commit): readonly Commit[] {
    const key = `${base.sha}..${head.sha}`;
    const known = this.#ranges.get(key);
    if (known) return known;
    const seen = ancestorsOf(base);
    const ordered: Commit[] = [];
    const stack: { commit: Commit; next: number }[] = seen.has(head) ? [] : [{ commit: head, next: 0 }];
    seen.add(head);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const parent = top.commit.parents[top.next++];
      if (!parent) {
        ordered.push(top.commit);
        stack.pop();
      } else if (!seen.has(parent)) {
        seen.add(parent);
        stack.push({ commit: parent, next: 0 });
      }
    }
    if (this.#ranges.size > 5000) this.#ranges.clear();
    this.#ranges.set(key, ordered);
    return ordered;
  }

  /** The nearest common commit; null for unrelated histories. */
  mergeBase(one: Commit, other: Commit): Commit | null {
    const reachable = ancestorsOf(one);
    const queue = new Set([other]);
    for (const commit of queue) {
      if (reachable.has(commit)) return commit;
      for (const parent of commit.parents) queue.add(parent);
    }
    return null;
  }
}
