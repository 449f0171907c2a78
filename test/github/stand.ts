import { createHmac } from "node:crypto";
import type { Stage } from "../../playground/stage.ts";
import type {
  CommitSpec as GitHubCommit,
  Person as GitHubPerson,
} from "../../playground/github/state/commit-spec.ts";
import type { Pull, Repository } from "../../playground/github/state/model.ts";
import type { User } from "../../playground/github/state/user.ts";
import type { CommitSpec, Person, Stand, StandPull, Typed } from "../ports/host-stand.ts";
import { commentsOf, stateOf } from "../whole-way/scene.ts";

const SECRET = "playground-github-secret";

/** The simulated GitHub of a stage, with the methods of the host contract. */
export function gitHubStand(stage: Stage): Stand {
  const { github } = stage;
  const pulls = new Map<StandPull, Pull>();

  function userOf({ id }: Person): User {
    const user = github.world.users.get(id);
    if (user === undefined) throw new Error("there is no such account");
    return user;
  }
  const who = (person: Person | Typed): GitHubPerson => ("id" in person ? userOf(person) : person);
  const commitOf = (spec: CommitSpec): GitHubCommit => ({
    author: who(spec.author),
    ...(spec.committer && { committer: who(spec.committer) }),
    ...(spec.coauthors && { coauthors: spec.coauthors.map(who) }),
    ...(spec.message !== undefined && { message: spec.message }),
    ...(spec.files && { files: spec.files }),
  });

  function pullOf(pull: Pull): StandPull {
    const own = () => pull.comments.find(({ viaApp }) => viaApp);
    const stand: StandPull = {
      number: pull.number,
      get head() {
        return pull.head.sha;
      },
      state: () => {
        const state = stateOf(pull);
        return state === "success" || state === "failure" || state === "error" ? state : null;
      },
      comments: () => commentsOf(pull),
      labels: () => [...pull.labels.values()].map(({ name }) => name),
      push: (commits) => void pull.push(commits.map(commitOf)),
      forcePush: (commits) => void pull.forcePush(commits.map(commitOf)),
      close: () => pull.close(),
      reopen: () => pull.reopen(),
      retarget: (base) => void pull.edit({ base }),
      comment: (by, body) => void pull.comment(userOf(by), body),
      editComment: (by, body) => void own()?.edit(body, userOf(by)),
      deleteComment: (by) => own()?.delete(userOf(by)),
      addLabel: (name, by) => pull.addLabel(name, userOf(by)),
      removeLabel: (name, by) => void pull.removeLabel(name, userOf(by)),
    };
    pulls.set(stand, pull);
    return stand;
  }

  return {
    host: "github",
    stage,
    budget: { first: 4, unchanged: 2 },
    person: (login, more = {}) =>
      github.user({ login, ...more, ...(login.endsWith("[bot]") && { type: "Bot" }) }),
    coauthor: (person) => person,
    organization(members) {
      const octo = github.world.userByLogin("octo") ?? github.organization({ login: "octo" });
      for (const member of members) octo.addMember(userOf(member));
      return octo.id;
    },
    repository({ owner = "octo", name = "hello", policy, ...rest } = {}) {
      const files = {
        "README.md": `# ${name}\n`,
        ...(policy !== undefined && { ".github/cla.yml": policy }),
      };
      const repository: Repository = github.repository({ owner, name, files, ...rest });
      return {
        id: repository.id,
        defaultBranch: repository.defaultBranch,
        path: () => repository.fullName,
        open: ({ opener, commits, at, ...more }) =>
          pullOf(
            repository.openPull({
              opener: userOf(opener),
              ...(commits && { commits: commits.map(commitOf) }),
              ...(at && { at: pulls.get(at)?.head ?? repository.head }),
              ...more,
            }),
          ),
        pulls: () => [...repository.pulls.values()].map(pullOf),
        push: (branch, commits) => repository.push(commits.map(commitOf), { branch }).sha,
        protect: (branch) => void repository.protect(branch),
        writePolicy: (text) => void repository.writeFile(".github/cla.yml", text),
        admit: (person, role) => void repository.addCollaborator(userOf(person), role),
        rename: (to) => repository.rename(to),
      };
    },
    deletePerson: (person) => github.deleteUser(userOf(person)),

    down: (down) => {
      github.faults.down = down;
    },
    fail(how, times) {
      const limit = { kind: "secondary limit", retryAfter: 1 } as const;
      github.fail(how === "limit" ? limit : { kind: how }, { times });
    },
    whileRead(act) {
      const end = github.onRequest(({ kind }) => {
        if (kind !== "graphql") return;
        end();
        act();
      });
    },
    calls: () => github.calls(),
    resetCalls: () => github.resetCalls(),

    delivered: () => github.deliveries.settled(),
    loseDeliveries: (lose) => {
      github.loseDeliveries = lose;
    },
    repeatDeliveries: (copies) => {
      github.deliveries.copies = copies;
    },
    async redeliverBackwards() {
      for (const delivery of github.deliveries.log.toReversed()) await github.deliveries.redeliver(delivery);
    },
    async lie(_, pull) {
      const { number } = pull;
      const bytes = github.deliveries.log
        .filter(({ event }) => event === "pull_request")
        .map(
          ({ request }) => JSON.parse(request.bytes) as { pull_request: { number: number; state: string } },
        )
        .find((payload) => payload.pull_request.number === number);
      if (bytes === undefined) throw new Error("nothing was delivered about it");
      const body = JSON.stringify({
        ...bytes,
        action: "closed",
        pull_request: { ...bytes.pull_request, state: "closed", user: { id: 1, login: "nobody" } },
      });
      const signature = `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`;
      const answer = await github.deliveries.forge("pull_request", body, {
        "x-hub-signature-256": signature,
      });
      return answer.status;
    },
    forge: async () => (await github.deliveries.forge("pull_request", { action: "opened" })).status,
  };
}
