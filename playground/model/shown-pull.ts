/** The part of a story's pull request that is the same on both hosts. */
import { whom, type ShownPull } from "./site.ts";
import type { Written } from "./steps.ts";
import type { Commit } from "./truth.ts";

/** A simulated pull request of either host. */
interface Simulated<Spec, User> {
  readonly commits: readonly { readonly sha: string }[];
  push(commits: Spec[]): unknown;
  forcePush(commits: Spec[]): unknown;
  comment(by: User, body: string): unknown;
  close(): unknown;
  reopen(): unknown;
}

type Shared = "commits" | "push" | "forcePush" | "comment" | "close" | "reopen";

/**
 * @param first the commits with which it was opened
 * @param rest what differs between the hosts
 */
export function shownPull<Spec, User>(
  pull: Simulated<Spec, User>,
  first: readonly Omit<Commit, "id">[],
  specOf: (commit: Written) => Spec,
  person: (by: number | "maintainer") => User,
  rest: Omit<ShownPull, Shared>,
): ShownPull {
  let written = first;
  return {
    ...rest,
    // A spread would keep the name of now.
    get name() {
      return rest.name;
    },
    get url() {
      return rest.url;
    },
    get commits() {
      return pull.commits
        .slice(-written.length)
        .map(({ sha }, at) => ({ ...(written[at] as Commit), id: sha }));
    },
    push(commit) {
      written = [...written, namesOf(commit)];
      pull.push([specOf(commit)]);
    },
    forcePush(commit) {
      written = [namesOf(commit)];
      pull.forcePush([specOf(commit)]);
    },
    comment: (by, body) => void pull.comment(person(by), body),
    close: () => void pull.close(),
    reopen: () => void pull.reopen(),
  };
}

export function namesOf({ author, coauthor }: Written): Omit<Commit, "id"> {
  return {
    author: author === null ? null : whom(author),
    coauthor:
      coauthor === null || (author !== null && whom(coauthor) === whom(author)) ? null : whom(coauthor),
  };
}
