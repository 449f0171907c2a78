import type { SimulatedGitee } from "../gitee/simulated-gitee.ts";
import type { SimulatedPull } from "../gitee/pull.ts";
import type { CommitSpec, Person } from "../gitee/state/commits.ts";
import type { User } from "../gitee/state/records.ts";
import { FORMER_LOGIN, LOGINS, ROLES, UNLINKED, type Role } from "./people.ts";
import { SiteRefusal, type HostFault, type PullCard, type SiteHost, type State } from "./site-host.ts";

const SIGNED = "cla/yes";
const UNSIGNED = "cla/no";
const LIMIT_MS = 15_000;

/** The simulated Gitee as the page uses it: one repository in which labels tell the verdict. */
export function siteGitee(gitee: SimulatedGitee): SiteHost {
  const people = cast(gitee);
  const repository = gitee.repository({ owner: "octo", name: "nihao", files: { "README.md": "# 你好\n" } });
  repository.addCollaborator(people.maintainer, "admin");

  const find = (number: number): SimulatedPull => {
    const pull = repository.pulls.find((each) => each.number === number);
    if (pull === undefined) throw new SiteRefusal(`There is no pull request !${number} on Gitee.`);
    return pull;
  };
  const identity = (role: Role): Person => (role === "unlinked" ? UNLINKED : people[role]);
  const commitBy = (role: Role): CommitSpec => ({ author: identity(role) });

  return {
    name: "gitee",
    title: "Gitee",
    url: gitee.url,
    repository: repository.fullName,
    numberOf: (role) => people[role].id,
    pulls: () => repository.pulls.toReversed().map((pull) => cardOf(gitee, pull)),
    open({ title, opener, author, coauthor, lines }) {
      const text = Array.from({ length: lines }, (_, at) => `line ${at + 1}\n`).join("");
      const commit: CommitSpec = {
        author: identity(author),
        message: title,
        files: { [`src/change-${repository.pulls.length + 1}.txt`]: text },
        ...(coauthor === null ? {} : { coauthors: [identity(coauthor)] }),
      };
      return repository.openPull({ opener: people[opener], title, commits: [commit] }).number;
    },
    push: (number, author) => void openOf(find(number)).push([commitBy(author)]),
    forcePush: (number, author) => void openOf(find(number)).forcePush([commitBy(author)]),
    comment: (number, by, body) => void find(number).comment(people[by], body),
    commits: (number) => find(number).commits.map(({ sha }) => sha),
    setByHand(number) {
      openOf(find(number)).removeLabel(UNSIGNED, people.maintainer).addLabel(SIGNED, people.maintainer);
    },
    close: (number, by) => void openOf(find(number)).close(people[by]),
    reopen: (number, by) => void find(number).reopen(people[by]),
    merge(number) {
      const pull = openOf(find(number));
      if (stateOf(pull) !== "success")
        throw new SiteRefusal(`Gitee refuses the merge of !${number}: the check is not green.`);
      pull.merge(people.maintainer);
    },
    enqueue: null,
    faults: ["bad-gateway", "lost-delivery", "twice", "limit", "lag"],
    fail: (fault) => fail(gitee, fault),
    recover() {
      gitee.loseDeliveries(0);
      gitee.repeatDeliveries(1);
      gitee.limitRequests(null);
      gitee.latency = 0;
    },
  };
}

function cast(gitee: SimulatedGitee): Readonly<Record<Role, User>> {
  const renamed = gitee.user({ login: FORMER_LOGIN });
  renamed.login = LOGINS.renamed;
  const others = ROLES.filter((role) => role !== "renamed").map((role) => [
    role,
    gitee.user({ login: role === "bot" ? "ci-bot" : LOGINS[role] }),
  ]);
  return { ...Object.fromEntries(others), renamed } as Record<Role, User>;
}

function openOf(pull: SimulatedPull): SimulatedPull {
  if (pull.state !== "open") throw new SiteRefusal(`Pull request !${pull.number} is ${pull.state}.`);
  return pull;
}

function stateOf({ labels }: SimulatedPull): State {
  const [yes, no] = [labels.includes(SIGNED), labels.includes(UNSIGNED)];
  if (yes && no) return "error";
  if (yes) return "success";
  return no ? "failure" : "none";
}

function cardOf(gitee: SimulatedGitee, pull: SimulatedPull): PullCard {
  const { record, comments } = pull;
  return {
    host: "gitee",
    number: pull.number,
    title: record.title,
    opener: record.opener.login,
    url: pull.url,
    state: pull.state,
    head: pull.headSha,
    verdict: stateOf(pull),
    line: "",
    details: null,
    labels: pull.labels,
    comments: comments.map(({ user, body, createdAt, updatedAt }) => ({
      by: user.login,
      bot: user.id === gitee.bot.id,
      body,
      edited: updatedAt !== createdAt,
    })),
    queued: false,
  };
}

function fail(gitee: SimulatedGitee, fault: HostFault): void {
  switch (fault) {
    case "bad-gateway":
      gitee.fail({ status: 502, body: "<html><title>502 Bad Gateway</title></html>", times: 3 });
      return;
    case "lost-delivery":
      gitee.loseDeliveries(1);
      return;
    case "twice":
      gitee.repeatDeliveries(2);
      return;
    case "limit":
      gitee.limitRequests(0, 429);
      setTimeout(() => gitee.limitRequests(null), LIMIT_MS).unref();
      return;
    case "lag":
      gitee.latency = 2_000;
      return;
    case "late":
    case "partial":
    case "allow-list":
      throw new SiteRefusal("The simulated Gitee does not know this fault.");
  }
}
