import { WEB_FLOW } from "./addresses.ts";
import type { Content } from "./diff.ts";
import type { Commit, CommitFields, Identity, Tree } from "./git.ts";
import { User } from "./user.ts";

/** A user with their own address, or a name and an address as somebody typed them. */
export type Person = User | { name: string; email: string };

export interface CommitSpec {
  author: Person;
  /** Default: the author. */
  committer?: Person;
  /** The people in `Co-authored-by` lines at the end of the message. */
  coauthors?: Person[];
  message?: string;
  /** New contents by path; null removes the file. Default: one line of one file changes. */
  files?: Record<string, Content | null>;
  /** `github`: created on the website, so committed by `web-flow` and signed by GitHub. */
  signed?: "github" | "author";
  /** Merges this commit into the branch: it becomes the second parent. */
  merge?: Commit;
  date?: Date;
}

export function identityOf(person: Person, date: Date): Identity {
  if (person instanceof User) return { name: person.name ?? person.login, email: person.email, date };
  return { name: person.name, email: person.email, date };
}

export function trailer(person: Person): string {
  const { name, email } = identityOf(person, new Date(0));
  return `Co-authored-by: ${name} <${email}>`;
}

export function changedTree(before: Tree, files: Record<string, Content | null>): Tree {
  const tree = new Map(before);
  for (const [path, content] of Object.entries(files)) {
    if (content === null) tree.delete(path);
    else tree.set(path, content);
  }
  return tree;
}

/** The content of the commit that `spec` describes, on top of `parent`. */
export function commitFields(
  spec: CommitSpec,
  parent: Commit | null,
  { now, serial, tree }: { now: Date; serial: number; tree?: Tree },
): CommitFields {
  const date = spec.date ?? now;
  const files = spec.files ?? (spec.merge ? {} : { "src/work.txt": `change ${serial}\n` });
  const trailers = (spec.coauthors ?? []).map(trailer);
  const title = spec.message ?? (spec.merge ? "Merge branch" : `Change ${serial}`);
  const committer = spec.committer ?? (spec.signed === "github" ? WEB_FLOW : spec.author);
  return {
    parents: [parent, spec.merge].filter((commit) => commit !== null && commit !== undefined),
    tree: changedTree(tree ?? parent?.tree ?? new Map(), files),
    author: identityOf(spec.author, date),
    committer: identityOf(committer, date),
    message: trailers.length > 0 ? `${title}\n\n${trailers.join("\n")}` : title,
    signature: spec.signed ? { wasSignedByGitHub: spec.signed === "github", isValid: true } : null,
  };
}

/** `R` is the type of a repository. */
export interface PullSpecOf<R> {
  opener: User;
  /** Default: one commit of the opener's. */
  commits?: CommitSpec[];
  title?: string;
  body?: string | null;
  /** Default: the default branch. */
  base?: string;
  /** The branch it comes from; created from the base if it is missing. Default: `patch-N`. */
  branch?: string;
  /** The repository it comes from. Default: this one if the opener may push here, else the opener's fork. */
  from?: R;
  /** An existing commit as its head, e.g. the head of another pull request. */
  at?: Commit;
  draft?: boolean;
}
