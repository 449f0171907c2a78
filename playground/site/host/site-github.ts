import type { SimulatedGitHub } from "../../github/simulated-github.ts";
import type { CommitSpec, Person } from "../../github/state/commit-spec.ts";
import type { Pull, Repository } from "../../github/state/model.ts";
import type { User } from "../../github/state/user.ts";
import { DEPENDABOT, FORMER_LOGIN, LOGINS, ROLES, UNLINKED, type Role } from "../people.ts";
import { type NewPull, type PullCard, type SiteHost, type State } from "./site-host.ts";
import { sentence, SiteRefusal } from "../sentence.ts";

const CONTEXT = "license/cla";

/** The simulated GitHub as the page uses it: one repository whose default branch requires the check. */
export function siteGitHub(github: SimulatedGitHub): SiteHost {
  const people = cast(github);
  const repository = github.repository({
    owner: "octo",
    name: "hello",
    files: { "README.md": "# Hello\n" },
  });
  repository.protect(repository.defaultBranch, { checks: [CONTEXT] });
  repository.addCollaborator(people.maintainer, "maintain");

  const find = (number: number): Pull => {
    const pull = repository.pulls.get(number);
    if (pull === undefined) throw new SiteRefusal(sentence("no-pull", "GitHub", `#${number}`));
    return pull;
  };
  const identity = (role: Role): Person => (role === "unlinked" ? UNLINKED : people[role]);
  const commitBy = (role: Role): CommitSpec => ({ author: identity(role) });

  return {
    name: "github",
    title: "GitHub",
    url: github.url,
    repository: repository.fullName,
    numberOf: (role) => people[role].id,
    pulls: () => [...repository.pulls.values()].toReversed().map((pull) => cardOf(github, repository, pull)),
    open: (pull) => open(repository, people, identity, pull),
    push: (number, author) => void openOf(find(number)).push([commitBy(author)]),
    forcePush: (number, author) => void openOf(find(number)).forcePush([commitBy(author)]),
    comment: (number, by, body) => void find(number).comment(people[by], body),
    pullOfCall(call) {
      const [sha] = /[0-9a-f]{40}/.exec(call) ?? [];
      return [...repository.pulls.values()].find(({ head }) => head.sha === sha)?.number ?? null;
    },
    commits: (number) => find(number).commits.map(({ sha }) => sha),
    setByHand(number) {
      const { head } = openOf(find(number));
      const description = "set by hand";
      // GitHub reports a status to an app only if it subscribes to that event; the bot does not.
      const status = { sha: head.sha, context: CONTEXT, state: "success", description } as const;
      repository.addStatus({ ...status, targetUrl: null, creator: people.maintainer });
    },
    close: (number, by) => openOf(find(number)).close(people[by]),
    reopen: (number, by) => find(number).reopen(people[by]),
    merge(number) {
      const pull = openOf(find(number));
      if (pull.mergeRefusal !== null)
        throw new SiteRefusal(sentence("merge-refused", "GitHub", `#${number}`, pull.mergeRefusal));
      pull.merge(people.maintainer);
    },
    enqueue: (number) => void repository.enqueue([openOf(find(number))], "merge", people.maintainer),
  };
}

function cast(github: SimulatedGitHub): Readonly<Record<Role, User>> {
  const renamed = github.user({ login: FORMER_LOGIN });
  github.renameUser(renamed, LOGINS.renamed);
  const others = ROLES.filter((role) => role !== "renamed").map((role) => [
    role,
    github.user({
      login: LOGINS[role],
      ...(role === "bot" ? { id: DEPENDABOT, type: "Bot" as const } : {}),
    }),
  ]);
  return { ...Object.fromEntries(others), renamed } as Record<Role, User>;
}

function open(
  repository: Repository,
  people: Readonly<Record<Role, User>>,
  identity: (role: Role) => Person,
  { title, opener, author, coauthor, lines }: NewPull,
): number {
  const text = Array.from({ length: lines }, (_, at) => `line ${at + 1}\n`).join("");
  const pull = repository.openPull({
    opener: people[opener],
    title,
    commits: [
      {
        author: identity(author),
        message: title,
        files: { [`src/change-${repository.pulls.size + 1}.txt`]: text },
        ...(coauthor === null ? {} : { coauthors: [identity(coauthor)] }),
      },
    ],
  });
  return pull.number;
}

function openOf(pull: Pull): Pull {
  if (pull.state !== "open") throw new SiteRefusal(sentence("pull-not-open", `#${pull.number}`, pull.state));
  return pull;
}

function stateOf(repository: Repository, pull: Pull): { state: State; line: string; url: string | null } {
  const status = repository.statusesOf(pull.head.sha).find(({ context }) => context === CONTEXT);
  if (status === undefined) return { state: "none", line: "", url: null };
  return { state: status.state, line: status.description ?? "", url: status.targetUrl };
}

function cardOf(github: SimulatedGitHub, repository: Repository, pull: Pull): PullCard {
  const { state, line, url } = stateOf(repository, pull);
  return {
    host: "github",
    number: pull.number,
    title: pull.title,
    opener: pull.opener?.login ?? "ghost",
    url: `${github.url}/${repository.fullName}/pull/${pull.number}`,
    state: pull.state,
    head: pull.head.sha,
    verdict: state,
    line,
    details: url,
    labels: [...pull.labels.values()].map(({ name }) => name),
    comments: pull.comments.map(({ author, body, viaApp, lastEditedAt }) => ({
      by: author.login,
      bot: viaApp,
      body,
      edited: lastEditedAt !== null,
    })),
    queued: repository.mergeQueue.some(({ pulls }) => pulls.includes(pull)),
  };
}
