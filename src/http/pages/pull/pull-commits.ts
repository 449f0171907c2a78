import { html } from "hono/html";
import type { Commit, Person, Pull } from "../../../pull.ts";
import type { Role, Signer } from "../../../verdict/verdict.ts";
import { foreign } from "../layout/foreign.ts";
import type { Html } from "../layout/layout.ts";
import type { PullContext } from "./pull-context.ts";

/** The commits in which an account has a role that counts, as rows of a list. */
export function commitRows(context: PullContext, signer: Signer, shas: readonly string[]): Html[] {
  return shas.flatMap((sha) => {
    const commit = context.commits.get(sha);
    return commit === undefined ? [] : [commitRow(context, signer, commit)];
  });
}

function commitRow({ pull, judgment, visitor }: PullContext, signer: Signer, commit: Commit): Html {
  const { texts, words } = visitor;
  const roles = rolesIn(commit, signer).map((role) => words.comment.roles[role]);
  if (judgment.backports.includes(commit.sha)) roles.push(texts.pull.backport);
  return html`<li>
    <a href="${commitUrl(pull, commit.sha)}" rel="noopener"><code>${commit.sha.slice(0, 7)}</code></a>
    ${foreign(subjectOf(commit), texts.pull.noMessage)}
    <span class="muted small">${roles.join(" · ")}</span>
  </li>`;
}

/** A commit's first line, of bounded length. */
export function subjectOf({ message }: Commit): string {
  const [subject = ""] = message.split("\n", 1);
  return subject.length <= 200 ? subject : `${subject.slice(0, 199)}…`;
}

function rolesIn({ author, coauthors, committer }: Commit, { account, roles }: Signer): Role[] {
  const parts: [Role, readonly (Person | null)[]][] = [
    ["author", [author]],
    ["coauthor", coauthors],
    ["committer", [committer]],
  ];
  return parts.flatMap(([role, people]) =>
    roles.has(role) && people.some((person) => person?.account === account) ? [role] : [],
  );
}

/** GitHub and Gitee both show a commit below the repository's address. */
export function commitUrl(pull: Pull, sha: string): string {
  return new URL(`/${pull.path}/commit/${sha}`, pull.url).href;
}
