import type { SimulatedGitee } from "../../gitee/simulated-gitee.ts";
import type { SimulatedPull } from "../../gitee/pull.ts";
import type { SimulatedRepository } from "../../gitee/repository.ts";
import { ApiError } from "../../gitee/state/api-error.ts";
import type { CommitSpec, Person } from "../../gitee/state/commits.ts";
import type { CheckRun, User } from "../../gitee/state/records.ts";
import { FORMER_LOGIN, LOGINS, ROLES, UNLINKED, type Role } from "../people.ts";
import { EXEMPTS_SMALL, type PullCard, type SiteHost, type State } from "./site-host.ts";
import { sentence, SiteRefusal } from "../sentence.ts";

const CONTEXT = "license/cla";
const POLICY_FILE = ".gitee/cla.yml";
const POLICY = "report: check\n";
const SIGNED = "cla/yes";
const UNSIGNED = "cla/no";

/** The simulated Gitee as the page uses it: one repository whose protected default branch requires the check run. */
export function siteGitee(gitee: SimulatedGitee): SiteHost {
  const people = cast(gitee);
  const repository = gitee.repository({
    owner: "octo",
    name: "nihao",
    files: { "README.md": "# 你好\n", [POLICY_FILE]: POLICY },
  });
  repository.protect();
  repository.addCollaborator(people.maintainer, "admin");
  // An administrator may merge past a required check, so a person who is not one merges.
  const merger = gitee.user({ login: "merge-robot" });
  repository.addCollaborator(merger, "write");

  let created = 0;
  let exemptsSmall = false;
  const find = (number: number): SimulatedPull => {
    const pull = repository.pulls.find((each) => each.number === number);
    if (pull === undefined) throw new SiteRefusal(sentence("no-pull", "Gitee", `!${number}`));
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
    loginOf: (role) => people[role].login,
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
    pullOfCall(call) {
      // The body names the commit, and the list of calls has no bodies: check runs are created one after the other.
      const run =
        call.endsWith("/check-runs") && call.startsWith("POST ") ? repository.checkRuns[created++] : null;
      const [, runId] = /\/check-runs\/(\d+)/.exec(call) ?? [];
      const [, commentId] = /\/comments\/(\d+)/.exec(call) ?? [];
      const [sha] = /[0-9a-f]{40}/.exec(call) ?? [];
      const { pullId } = run ??
        repository.checkRuns.find(({ id }) => id === Number(runId)) ?? { pullId: null };
      const pull = repository.pulls.find(
        ({ record, headSha, comments }) =>
          record.id === pullId || headSha === sha || comments.some(({ id }) => id === Number(commentId)),
      );
      return pull?.number ?? null;
    },
    commits: (number) => find(number).commits.map(({ sha }) => sha),
    setByHand(number) {
      openOf(find(number)).removeLabel(UNSIGNED, people.maintainer).addLabel(SIGNED, people.maintainer);
    },
    close: (number, by) => void openOf(find(number)).close(people[by]),
    reopen: (number, by) => void closedOf(find(number)).reopen(people[by]),
    merge(number) {
      const pull = openOf(find(number));
      try {
        requireCheck(repository);
        pull.merge(merger);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        throw new SiteRefusal(sentence("merge-refused", "Gitee", `!${number}`, `${error.message}.`));
      }
    },
    exemptsSmall: () => exemptsSmall,
    exemptSmall(exempt) {
      exemptsSmall = exempt;
      const text = exempt ? `${POLICY}${EXEMPTS_SMALL}` : POLICY;
      repository.writeFile(POLICY_FILE, text, { by: people.maintainer });
    },
    enqueue: null,
  };
}

function cast(gitee: SimulatedGitee): Readonly<Record<Role, User>> {
  const renamed = gitee.user({ login: FORMER_LOGIN });
  renamed.login = LOGINS.renamed;
  const others = ROLES.filter((role) => role !== "renamed").map((role) => [
    role,
    gitee.user({
      login: role === "bot" ? "ci-bot" : LOGINS[role],
      // The renamed person keeps their address; the person who took the login has another.
      ...(role === "impostor" ? { emails: ["rio@elsewhere.example"] } : {}),
    }),
  ]);
  return { ...Object.fromEntries(others), renamed } as Record<Role, User>;
}

function openOf(pull: SimulatedPull): SimulatedPull {
  if (pull.state !== "open") throw new SiteRefusal(sentence("pull-not-open", `!${pull.number}`, pull.state));
  return pull;
}

function closedOf(pull: SimulatedPull): SimulatedPull {
  if (pull.state !== "closed")
    throw new SiteRefusal(sentence("pull-not-closed", `!${pull.number}`, pull.state));
  return pull;
}

/** Selects the check for the branch, as the maintainer does by hand after the bot has written it for the first time. */
function requireCheck(repository: SimulatedRepository): void {
  const { requiredChecks, defaultBranch } = repository.record;
  if (!requiredChecks.has(defaultBranch)) repository.requireChecks([CONTEXT]);
}

/** The result of the newest check run on the head. */
function checkOf(pull: SimulatedPull): { state: State; line: string; url: string | null } {
  const run = pull.checkRuns.findLast(({ name }) => name === CONTEXT);
  if (run === undefined) return { state: "none", line: "", url: null };
  return { state: stateOf(run), line: run.output?.title ?? "", url: run.detailsUrl };
}

function stateOf({ conclusion }: CheckRun): State {
  switch (conclusion) {
    case null:
      return "none";
    case "success":
      return "success";
    case "action_required":
      return "failure";
    default:
      return "error";
  }
}

function cardOf(gitee: SimulatedGitee, pull: SimulatedPull): PullCard {
  const { record, comments } = pull;
  const check = checkOf(pull);
  return {
    host: "gitee",
    number: pull.number,
    title: record.title,
    opener: record.opener.login,
    url: pull.url,
    state: pull.state,
    head: pull.headSha,
    verdict: check.state,
    line: check.line,
    details: check.url,
    labels: pull.labels,
    comments: comments.map(({ user, body, createdAt, updatedAt }) => ({
      by: user.login,
      bot: user.id === gitee.bot.id,
      body,
      edited: updatedAt !== createdAt,
    })),
    queue: null,
  };
}
