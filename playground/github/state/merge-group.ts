import { WEB_FLOW } from "./addresses.ts";
import { identityOf, trailer } from "./commit-spec.ts";
import { mergeTrees, type Commit, type CommitFields, type Tree } from "./git.ts";
import type { MergeGroup, MergeMethod, Pull, Repository } from "./model.ts";
import { nodeId } from "./node-id.ts";
import type { User } from "./user.ts";

class SimulatedMergeGroup implements MergeGroup {
  readonly repository: Repository;
  readonly pulls: readonly Pull[];
  readonly method: MergeMethod;
  readonly base: string;
  readonly baseCommit: Commit;
  readonly head: Commit;
  readonly branch: string;
  readonly by: User;
  /** The last commit of each pull request. */
  readonly ends: ReadonlyMap<Pull, Commit>;

  constructor(
    fields: Omit<MergeGroup, "nodeId" | "merge" | "destroy" | "endOf"> & { ends: ReadonlyMap<Pull, Commit> },
  ) {
    this.repository = fields.repository;
    this.pulls = fields.pulls;
    this.method = fields.method;
    this.base = fields.base;
    this.baseCommit = fields.baseCommit;
    this.head = fields.head;
    this.branch = fields.branch;
    this.by = fields.by;
    this.ends = fields.ends;
  }

  endOf(pull: Pull): Commit {
    return this.ends.get(pull) ?? this.head;
  }

  get nodeId(): string {
    return nodeId("MQE", this.repository.id, this.head.sha);
  }

  merge(by: User = this.repository.owner): void {
    this.#leave("merged", by);
    for (const pull of this.pulls) pull.merge(by, this.ends.get(pull));
    this.repository.setBranch(this.base, this.head, by);
  }

  destroy(reason: "dequeued" | "invalidated" = "dequeued", by: User = this.repository.owner): void {
    this.#leave(reason, by);
  }

  #leave(reason: string, sender: User): void {
    const queue = this.repository.mergeQueue;
    queue.splice(queue.indexOf(this), 1);
    this.repository.branches.delete(this.branch);
    this.repository.world.announce({ name: "merge_group", action: "destroyed", group: this, sender, reason });
  }
}

interface Step {
  repository: Repository;
  pull: Pull;
  by: User;
  tip: Commit;
}

/** GitHub signs its own commits, no matter who the author is. */
function signatureOf({ world }: Repository): CommitFields["signature"] {
  return world.signsWebCommits ? { wasSignedByGitHub: true, isValid: true } : null;
}

const NOTHING: Tree = new Map();

/** A squash as on GitHub: the opener is the author, everybody else a co-author, and GitHub commits and signs it. */
function squash({ repository, pull, by, tip }: Step): CommitFields {
  const date = repository.world.now();
  const author = identityOf(pull.opener ?? by, date);
  const others = new Map(
    pull.commits
      .flatMap((commit) => [commit.author, ...commit.coauthors])
      .filter(({ email }) => email.toLowerCase() !== author.email.toLowerCase())
      .map((identity) => [identity.email.toLowerCase(), trailer(identity)]),
  );
  const list = pull.commits.map(({ headline }) => `* ${headline}`).join("\n\n");
  const message = [`${pull.title} (#${pull.number})`, list, [...others.values()].join("\n")];
  return {
    parents: [tip],
    tree: mergeTrees(pull.mergeBase?.tree ?? NOTHING, tip.tree, pull.head.tree),
    author,
    committer: identityOf(WEB_FLOW, date),
    message: message.filter(Boolean).join("\n\n"),
    signature: signatureOf(repository),
  };
}

function mergeCommit({ repository, pull, by, tip }: Step): CommitFields {
  const date = repository.world.now();
  return {
    parents: [tip, pull.head],
    tree: mergeTrees(pull.mergeBase?.tree ?? NOTHING, tip.tree, pull.head.tree),
    author: identityOf(by, date),
    committer: identityOf(WEB_FLOW, date),
    message: `Merge pull request #${pull.number} from ${pull.from.owner.login}/${pull.branch}\n\n${pull.title}`,
    signature: signatureOf(repository),
  };
}

/** Creates each commit again: the author stays, the committer is GitHub, and GitHub doesn't sign rebased commits. */
function rebased(commit: Commit, { repository, tip }: Step): CommitFields {
  return {
    parents: [tip],
    tree: mergeTrees(commit.parents[0]?.tree ?? NOTHING, tip.tree, commit.tree),
    author: commit.author,
    committer: identityOf(WEB_FLOW, repository.world.now()),
    message: commit.message,
    signature: null,
  };
}

function onto(step: Step, method: MergeMethod): Commit {
  const { network } = step.repository;
  if (method === "merge") return network.commit(mergeCommit(step));
  if (method === "squash") return network.commit(squash(step));
  return step.pull.commits
    .filter(({ parents }) => parents.length < 2)
    .reduce((tip, commit) => network.commit(rebased(commit, { ...step, tip })), step.tip);
}

export function buildMergeGroup(
  repository: Repository,
  pulls: Pull[],
  method: MergeMethod,
  by: User,
): MergeGroup {
  const last = pulls.at(-1);
  if (!last) throw new Error("a merge group needs a pull request");
  const base = last.base;
  const ahead = repository.mergeQueue.findLast((group) => group.base === base);
  const baseCommit = ahead?.head ?? repository.tip(base);
  const ends = new Map<Pull, Commit>();
  let tip = baseCommit;
  for (const pull of pulls) {
    tip = onto({ repository, pull, by, tip }, method);
    ends.set(pull, tip);
  }
  const branch = `gh-readonly-queue/${base}/pr-${last.number}-${baseCommit.sha}`;
  const group = new SimulatedMergeGroup({
    repository,
    pulls,
    method,
    base,
    baseCommit,
    head: tip,
    branch,
    by,
    ends,
  });
  repository.mergeQueue.push(group);
  repository.setBranch(branch, tip, by);
  repository.world.announce({ name: "merge_group", action: "checks_requested", group, sender: by });
  return group;
}
