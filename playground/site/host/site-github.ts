import type { SimulatedGitHub } from "../../github/simulated-github.ts";
import { mergeRefusal } from "../../github/state/branch-rule.ts";
import type { CommitSpec, Person } from "../../github/state/commit-spec.ts";
import { joinQueue, leaveQueue, queueRefusal } from "../../github/state/merge-queue.ts";
import type { Pull, Repository } from "../../github/state/model.ts";
import type { User } from "../../github/state/user.ts";
import { DEPENDABOT, FORMER_LOGIN, LOGINS, ROLES, UNLINKED, type Role } from "../people.ts";
import { EXEMPTS_SMALL, type NewPull, type PullCard, type SiteHost, type State } from "./site-host.ts";
import { sentence, SiteRefusal } from "../sentence.ts";

const CONTEXT = "license/cla";

/**
 * The simulated GitHub as the page uses it: one repository whose default branch requires the check, with this app as its
 * source, and has a merge queue. Two rulesets do that: nobody may bypass the one with the check, and maintainers may
 * bypass the one with the queue, so they merge directly, too.
 */
export function siteGitHub(github: SimulatedGitHub): SiteHost {
  const people = cast(github);
  const repository = github.repository({
    owner: "octo",
    name: "hello",
    files: { "README.md": "# Hello\n" },
  });
  repository.protect(repository.defaultBranch, { checks: [CONTEXT], source: "app", queue: true });
  repository.addCollaborator(people.maintainer, "maintain");

  let exemptsSmall = false;
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
    loginOf: (role) => people[role].login,
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
    reopen: (number, by) => closedOf(find(number)).reopen(people[by]),
    merge(number) {
      const pull = openOf(find(number));
      const refusal = mergeRefusal(pull);
      if (refusal !== null) throw new SiteRefusal(sentence("merge-refused", "GitHub", `#${number}`, refusal));
      leaveQueue(pull, people.maintainer);
      pull.merge(people.maintainer);
    },
    exemptsSmall: () => exemptsSmall,
    exemptSmall(exempt) {
      exemptsSmall = exempt;
      repository.writeFile(".github/cla.yml", exempt ? EXEMPTS_SMALL : null, { by: people.maintainer });
    },
    enqueue(number) {
      const pull = openOf(find(number));
      const refusal = queueRefusal(pull);
      if (refusal !== null) throw new SiteRefusal(sentence("queue-refused", "GitHub", `#${number}`, refusal));
      joinQueue(pull, people.maintainer);
    },
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

function closedOf(pull: Pull): Pull {
  if (pull.state !== "closed")
    throw new SiteRefusal(sentence("pull-not-closed", `#${pull.number}`, pull.state));
  return pull;
}

function stateOf(repository: Repository, sha: string): { state: State; line: string; url: string | null } {
  const status = repository.statusesOf(sha).find(({ context }) => context === CONTEXT);
  if (status === undefined) return { state: "none", line: "", url: null };
  return { state: status.state, line: status.description ?? "", url: status.targetUrl };
}

function cardOf(github: SimulatedGitHub, repository: Repository, pull: Pull): PullCard {
  const { state, line, url } = stateOf(repository, pull.head.sha);
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
    queue: queueOf(repository, pull),
  };
}

function queueOf(repository: Repository, pull: Pull): PullCard["queue"] {
  const place = repository.queuePlaces.get(pull);
  if (place === undefined) return null;
  const { state: verdict, line } = stateOf(repository, place.head);
  return { state: place.state, verdict, line };
}
