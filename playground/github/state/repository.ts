import { commitFields, type CommitSpec } from "./commit-spec.ts";
import type { CommitStatus } from "./commit-status.ts";
import type { Content } from "./diff.ts";
import { mergeTrees, Network, type Commit } from "./git.ts";
import type { Label } from "./label.ts";
import { buildMergeGroup } from "./merge-group.ts";
import { advanceQueues } from "./merge-queue.ts";
import type {
  BranchRule,
  CheckRun,
  MergeGroup,
  MergeMethod,
  Pull,
  PullSpec,
  QueuePlace,
  Repository,
  RepositorySpec,
  Role,
  World,
} from "./model.ts";
import { nodeId } from "./node-id.ts";
import { openPull } from "./open-pull.ts";
import type { User } from "./user.ts";

const RANK: readonly Role[] = ["none", "read", "triage", "write", "maintain", "admin"];

export class SimulatedRepository implements Repository {
  readonly world: World;
  readonly id: number;
  owner: User;
  name: string;
  private: boolean;
  archived = false;
  deleted = false;
  defaultBranch: string;
  readonly parent: Repository | null;
  readonly network: Network;
  readonly createdAt: Date;
  readonly branches = new Map<string, Commit>();
  readonly protectedBranches = new Map<string, BranchRule>();
  readonly collaborators = new Map<User, Role>();
  readonly pulls = new Map<number, Pull>();
  readonly labels = new Map<string, Label>();
  readonly statuses = new Map<string, CommitStatus[]>();
  readonly checkRuns: CheckRun[] = [];
  readonly mergeQueue: MergeGroup[] = [];
  readonly queuePlaces = new Map<Pull, QueuePlace>();
  readonly waitingInQueue: Pull[] = [];
  blocked = false;
  /** The default branch and its tip that the API still shows. */
  #stale: {
    readonly branch: string;
    readonly head: Commit;
    readonly labels: ReadonlyMap<string, Label>;
  } | null = null;
  #lastNumber = 0;

  constructor(
    world: World,
    id: number,
    spec: RepositorySpec & { owner: User },
    parent: Repository | null = null,
  ) {
    this.world = world;
    this.id = id;
    this.owner = spec.owner;
    this.name = spec.name;
    this.private = spec.private ?? parent?.private ?? false;
    this.defaultBranch = spec.defaultBranch ?? parent?.defaultBranch ?? "main";
    this.parent = parent;
    this.network = parent?.network ?? new Network();
    this.createdAt = world.now();
    if (parent) for (const [name, commit] of parent.branches) this.branches.set(name, commit);
  }

  get nodeId(): string {
    return nodeId("R", this.id);
  }

  get fullName(): string {
    return `${this.owner.login}/${this.name}`;
  }

  get shownHead(): Commit {
    return this.#stale?.head ?? this.head;
  }

  get shownDefault(): string {
    return this.#stale?.branch ?? this.defaultBranch;
  }

  get shownLabels(): ReadonlyMap<string, Label> {
    return this.#stale?.labels ?? this.labels;
  }

  lag(): () => void {
    this.#stale = { branch: this.defaultBranch, head: this.head, labels: new Map(this.labels) };
    return () => {
      this.#stale = null;
    };
  }

  get head(): Commit {
    return this.tip(this.defaultBranch);
  }

  tip(branch: string): Commit {
    const commit = this.branches.get(branch);
    if (!commit) throw new Error(`${this.fullName} has no branch ${branch}`);
    return commit;
  }

  takeNumber(): number {
    return ++this.#lastNumber;
  }

  roleOf(user: User): Role {
    const roles: Role[] = [this.private ? "none" : "read", this.collaborators.get(user) ?? "none"];
    if (user === this.owner) roles.push("admin");
    const membership = this.owner.members.get(user);
    if (membership) roles.push(membership === "admin" ? "admin" : "read");
    return roles.reduce((best, role) => (RANK.indexOf(role) > RANK.indexOf(best) ? role : best));
  }

  mayPush(user: User): boolean {
    return RANK.indexOf(this.roleOf(user)) >= RANK.indexOf("write");
  }

  commit(spec: CommitSpec, parent: Commit | null): Commit {
    const context = { now: this.world.now(), serial: this.world.serial() };
    if (!spec.merge || !parent) return this.network.commit(commitFields(spec, parent, context));
    const base = this.network.mergeBase(parent, spec.merge)?.tree ?? new Map();
    const tree = mergeTrees(base, parent.tree, spec.merge.tree);
    return this.network.commit(commitFields(spec, parent, { ...context, tree }));
  }

  setBranch(name: string, after: Commit | null, by: User): void {
    const before = this.branches.get(name) ?? null;
    if (before === after) return;
    if (after) this.branches.set(name, after);
    else this.branches.delete(name);
    const forced = before !== null && after !== null && !this.network.isAncestor(before, after);
    const ref = `refs/heads/${name}`;
    this.world.announce({ name: "push", repository: this, ref, before, after, forced, sender: by });
    for (const pull of this.world.openPullsFrom(this, name)) pull.headMoved(after, by);
  }

  push(
    commits: CommitSpec[],
    { branch = this.defaultBranch, by }: { branch?: string; by?: User } = {},
  ): Commit {
    let tip = this.branches.get(branch) ?? this.branches.get(this.defaultBranch) ?? null;
    for (const spec of commits) tip = this.commit(spec, tip);
    if (!tip) throw new Error("a push needs a commit");
    this.setBranch(branch, tip, by ?? this.owner);
    return tip;
  }

  writeFile(
    path: string,
    content: Content | null,
    { by = this.owner, branch }: { by?: User; branch?: string } = {},
  ): Commit {
    const message = content === null ? `Delete ${path}` : `Write ${path}`;
    return this.push([{ author: by, message, files: { [path]: content } }], {
      by,
      ...(branch ? { branch } : {}),
    });
  }

  protect(branch = this.defaultBranch, rule: BranchRule = {}): this {
    this.protectedBranches.set(branch, rule);
    return this;
  }

  addCollaborator(user: User, role: Role = "write"): this {
    this.collaborators.set(user, role);
    return this;
  }

  label(name: string, color = "ededed", description: string | null = null): Label {
    const known = this.labels.get(name.toLowerCase());
    if (known) return known;
    const label = { id: this.world.takeId("label"), name, color, description };
    this.labels.set(name.toLowerCase(), label);
    return label;
  }

  fork(owner: User): Repository {
    return this.world.fork(this, owner);
  }

  openPull(spec: PullSpec): Pull {
    return openPull(this, spec);
  }

  enqueue(pulls: Pull[], method: MergeMethod = "merge", by: User = this.owner): MergeGroup {
    return buildMergeGroup(this, pulls, method, by);
  }

  statusesOf(sha: string): readonly CommitStatus[] {
    return this.statuses.get(sha) ?? [];
  }

  checkRunsOf(sha: string): CheckRun[] {
    return this.checkRuns.filter(({ fields }) => fields.headSha === sha);
  }

  addStatus(status: Omit<CommitStatus, "id" | "createdAt">): CommitStatus {
    const whole = { ...status, id: this.world.takeId("status"), createdAt: this.world.now() };
    this.statuses.set(status.sha, [whole, ...this.statusesOf(status.sha)]);
    this.reported();
    return whole;
  }

  reported(): void {
    advanceQueues(this);
  }

  makeDefault(branch: string, by: User = this.owner): void {
    const from = this.defaultBranch;
    this.defaultBranch = branch;
    this.world.announce({
      name: "repository",
      action: "edited",
      repository: this,
      sender: by,
      changes: { default_branch: { from } },
    });
  }

  rename(name: string, by: User = this.owner): void {
    const from = this.name;
    this.name = name;
    this.world.moved(this);
    this.world.announce({
      name: "repository",
      action: "renamed",
      repository: this,
      sender: by,
      changes: { repository: { name: { from } } },
    });
  }

  transfer(owner: User, by: User = this.owner): void {
    const from = this.owner;
    this.owner = owner;
    this.world.moved(this);
    this.world.announce({ name: "repository", action: "transferred", repository: this, from, sender: by });
  }

  archive(by: User = this.owner): void {
    this.archived = true;
    this.world.announce({ name: "repository", action: "archived", repository: this, sender: by });
  }

  unarchive(by: User = this.owner): void {
    this.archived = false;
    this.world.announce({ name: "repository", action: "unarchived", repository: this, sender: by });
  }

  delete(by: User = this.owner): void {
    this.world.announce({ name: "repository", action: "deleted", repository: this, sender: by });
    this.deleted = true;
    this.world.removed(this);
  }
}
