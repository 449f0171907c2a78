import type { Stage } from "../../playground/stage.ts";
import type { SimulatedPull } from "../../playground/gitee/pull.ts";
import {
  noreplyAddress,
  type CommitSpec as GiteeCommit,
  type Person as GiteePerson,
} from "../../playground/gitee/state/commits.ts";
import type { Comment, User } from "../../playground/gitee/state/records.ts";
import type { CommitSpec, Person, Stand, StandPull, Typed } from "../ports/host-stand.ts";

/** The simulated Gitee of a stage, with the methods of the host contract. */
export function giteeStand(stage: Stage): Stand {
  const { gitee } = stage;
  const pulls = new Map<StandPull, SimulatedPull>();

  function userOf({ id }: Person): User {
    const user = gitee.world.users.find((each) => each.id === id);
    if (user === undefined) throw new Error("there is no such account");
    return user;
  }
  const who = (person: Person | Typed): GiteePerson => ("id" in person ? userOf(person) : person);
  const commitOf = (spec: CommitSpec): GiteeCommit => ({
    author: who(spec.author),
    ...(spec.committer && { committer: who(spec.committer) }),
    ...(spec.coauthors && { coauthors: spec.coauthors.map(who) }),
    ...(spec.message !== undefined && { message: spec.message }),
    ...(spec.files && { files: { ...spec.files } }),
  });

  function pullOf(pull: SimulatedPull): StandPull {
    const own = (): Comment[] => pull.comments.filter(({ user }) => user === gitee.bot);
    const stand: StandPull = {
      number: pull.number,
      get head() {
        return pull.headSha;
      },
      state() {
        const shown = pull.labels.filter((name) => name === "cla/yes" || name === "cla/no");
        if (shown.length > 1) throw new Error("both labels are set");
        const run = pull.conclusion();
        if (run === null && shown[0] === undefined) return null;
        if ((run === "success") !== (shown[0] === "cla/yes")) throw new Error("label and check run disagree");
        return run === "success" ? "success" : run === "action_required" ? "failure" : "error";
      },
      comments: () => own().map(({ body }) => body),
      labels: () => pull.labels,
      push: (commits) => void pull.push(commits.map(commitOf)),
      forcePush: (commits) => void pull.forcePush(commits.map(commitOf)),
      close: () => void pull.close(),
      reopen: () => void pull.reopen(),
      retarget: (branch) => void pull.retarget(branch),
      comment: (by, body) => void pull.comment(userOf(by), body),
      editComment(by, body) {
        for (const comment of own()) pull.editComment(comment, body, userOf(by));
      },
      deleteComment(by) {
        for (const comment of own()) pull.deleteComment(comment, userOf(by));
      },
      addLabel: (name, by) => void pull.addLabel(name, userOf(by)),
      removeLabel: (name, by) => void pull.removeLabel(name, userOf(by)),
    };
    pulls.set(stand, pull);
    return stand;
  }

  return {
    host: "gitee",
    stage,
    budget: { first: 7, unchanged: 5 },
    person: (login, more = {}) => gitee.user({ login, ...more }),
    coauthor(person) {
      const user = userOf(person);
      return { name: user.name, email: noreplyAddress(user) };
    },
    organization(members) {
      const octo = gitee.world.organizationByLogin("octo") ?? gitee.organization({ login: "octo" });
      for (const member of members) octo.members.set(userOf(member), "member");
      return octo.id;
    },
    repository({ owner = "octo", name = "hello", policy, ...rest } = {}) {
      const files = { "README.md": `# ${name}\n`, ...(policy !== undefined && { ".gitee/cla.yml": policy }) };
      const repository = gitee.repository({ owner, name, files, ...rest });
      return {
        id: repository.id,
        defaultBranch: repository.record.defaultBranch,
        path: () => repository.fullName,
        open: ({ opener, commits, at, ...more }) =>
          pullOf(
            repository.openPull({
              opener: userOf(opener),
              ...(commits && { commits: commits.map(commitOf) }),
              ...(at && { at: at.head }),
              ...more,
            }),
          ),
        pulls: () => repository.pulls.map(pullOf),
        push(branch, commits) {
          if (!repository.record.branches.has(branch)) repository.branch(branch);
          return repository.push(commits.map(commitOf), { branch }).sha;
        },
        protect: (branch) => void repository.protect(branch),
        writePolicy: (text) => void repository.writeFile(".gitee/cla.yml", text),
        admit: (person, role) => void repository.addCollaborator(userOf(person), role),
        rename: (to) => void repository.rename(to),
      };
    },
    deletePerson: (person) => gitee.deleteUser(userOf(person)),

    down: (down) => {
      gitee.down = down;
    },
    fail(how, times) {
      const faults = {
        "bad gateway": { status: 502, body: "<html><title>502 Bad Gateway</title></html>" },
        "not JSON": { status: 200, body: "<html>Please sign in</html>" },
        limit: { status: 403, headers: { "retry-after": "1" } },
      };
      gitee.fail({ ...faults[how], times });
    },
    whileRead(act) {
      const end = gitee.onRequest(({ path }) => {
        if (!path.endsWith("/commits")) return;
        end();
        act();
      });
    },
    calls: () => gitee.calls(),
    resetCalls: () => gitee.resetCalls(),

    delivered: () => gitee.settled(),
    loseDeliveries: (lose) => gitee.loseDeliveries(lose ? Infinity : 0),
    repeatDeliveries: (copies) => gitee.repeatDeliveries(copies),
    async redeliverBackwards() {
      for (const delivery of gitee.deliveries.toReversed()) await gitee.redeliver(delivery);
    },
    lie: (repository, { number }) =>
      gitee.forge("Merge Request Hook", {
        action: "close",
        number,
        repository: { id: repository.id, full_name: "somebody/else" },
        pull_request: { number, state: "closed", user: { id: 1, login: "nobody" } },
      }),
    async forge() {
      const response = await fetch(`${stage.bot.url}/api/gitee/webhooks`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-gitee-event": "Merge Request Hook",
          "x-gitee-timestamp": String(Date.now()),
          "x-gitee-token": "bm90IHRoZSBzZWNyZXQ=",
        },
        body: "{}",
      });
      await response.arrayBuffer();
      return response.status;
    },
  };
}
