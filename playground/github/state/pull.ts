import { SimulatedComment } from "./comment.ts";
import type { CommitSpec } from "./commit-spec.ts";
import { changesBetween, type FileChange } from "./diff.ts";
import type { Commit } from "./git.ts";
import type { Label } from "./label.ts";
import { leaveQueue } from "./merge-queue.ts";
import type { Comment, Pull, PullAction, Repository } from "./model.ts";
import { nodeId } from "./node-id.ts";
import type { User } from "./user.ts";

export interface PullFields {
  id: number;
  number: number;
  opener: User;
  title: string;
  body: string | null;
  base: string;
  from: Repository;
  branch: string;
  head: Commit;
  draft: boolean;
}

/** The parts of a pull request that the API may show as they were. */
type ShownState = Pick<
  Pull,
  | "title"
  | "base"
  | "baseCommit"
  | "head"
  | "commits"
  | "changes"
  | "state"
  | "draft"
  | "locked"
  | "labels"
  | "comments"
  | "updatedAt"
>;

export class SimulatedPull implements Pull {
  readonly repository: Repository;
  readonly id: number;
  readonly number: number;
  readonly openedBy: User;
  title: string;
  body: string | null;
  base: string;
  readonly from: Repository;
  readonly branch: string;
  head: Commit;
  state: "open" | "closed" | "merged" = "open";
  draft: boolean;
  locked = false;
  readonly labels = new Map<string, Label>();
  readonly comments: Comment[] = [];
  readonly createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null = null;
  mergeCommit: Commit | null = null;
  mergedBy: User | null = null;
  /** The base's commit at the time when the pull request was closed or merged. */
  #finalBase: Commit | null = null;
  /** What the API still shows. */
  #stale: ShownState | null = null;
  #changes: { key: string; changes: FileChange[] } | undefined;

  constructor(repository: Repository, fields: PullFields) {
    this.repository = repository;
    this.id = fields.id;
    this.number = fields.number;
    this.openedBy = fields.opener;
    this.title = fields.title;
    this.body = fields.body;
    this.base = fields.base;
    this.from = fields.from;
    this.branch = fields.branch;
    this.head = fields.head;
    this.draft = fields.draft;
    this.createdAt = this.updatedAt = repository.world.now();
  }

  get nodeId(): string {
    return nodeId("PR", this.id);
  }

  get opener(): User | null {
    return this.openedBy.deleted ? null : this.openedBy;
  }

  get headRepository(): Repository | null {
    return this.from.deleted ? null : this.from;
  }

  get baseCommit(): Commit {
    return this.#finalBase ?? this.repository.tip(this.base);
  }

  get mergeBase(): Commit | null {
    return this.repository.network.mergeBase(this.baseCommit, this.head);
  }

  get commits(): readonly Commit[] {
    return this.repository.network.between(this.baseCommit, this.head);
  }

  get changes(): FileChange[] {
    const key = `${this.baseCommit.sha}...${this.head.sha}`;
    if (this.#changes?.key === key) return this.#changes.changes;
    const changes = changesBetween(this.mergeBase?.tree ?? new Map(), this.head.tree);
    this.#changes = { key, changes };
    return changes;
  }

  get shown(): Pull {
    const stale = this.#stale;
    if (stale === null) return this;
    return new Proxy<Pull>(this, {
      get: (pull, key) => Reflect.get(key in stale ? stale : pull, key, pull) as unknown,
    });
  }

  lag(): () => void {
    const { title, base, baseCommit, head, commits, changes, state, draft, locked, updatedAt } = this;
    const [labels, comments] = [new Map(this.labels), [...this.comments]];
    const text = { title, draft, locked, labels, comments, updatedAt };
    this.#stale = { ...text, base, baseCommit, head, commits, changes, state };
    return () => {
      this.#stale = null;
    };
  }

  touch(): void {
    this.updatedAt = this.repository.world.now();
  }

  headMoved(after: Commit | null, by: User): void {
    if (!after) return this.close(by);
    const before = this.head.sha;
    leaveQueue(this, by);
    this.head = after;
    this.#announce("synchronize", by, { before });
  }

  push(commits: CommitSpec[], by: User = this.openedBy): this {
    let tip = this.head;
    for (const spec of commits) tip = this.from.commit(spec, tip);
    this.from.setBranch(this.branch, tip, by);
    return this;
  }

  forcePush(commits: CommitSpec[], by: User = this.openedBy): this {
    let tip = this.repository.tip(this.base);
    for (const spec of commits) tip = this.from.commit(spec, tip);
    this.from.setBranch(this.branch, tip, by);
    return this;
  }

  updateBranch(by: User = this.openedBy): this {
    const message = `Merge branch '${this.base}' into ${this.branch}`;
    const merge = this.repository.tip(this.base);
    return this.push([{ author: by, message, merge, signed: "github" }], by);
  }

  edit(
    { title, body, base }: { title?: string; body?: string; base?: string },
    by: User = this.openedBy,
  ): this {
    const changes = {
      ...(title === undefined ? {} : { title: { from: this.title } }),
      ...(body === undefined ? {} : { body: { from: this.body } }),
      ...(base === undefined
        ? {}
        : { base: { ref: { from: this.base }, sha: { from: this.repository.tip(this.base).sha } } }),
    };
    this.title = title ?? this.title;
    this.body = body ?? this.body;
    this.base = base ?? this.base;
    this.#announce("edited", by, { changes });
    return this;
  }

  setDraft(draft: boolean, by: User = this.openedBy): this {
    this.draft = draft;
    this.#announce(draft ? "converted_to_draft" : "ready_for_review", by);
    return this;
  }

  close(by: User = this.openedBy): void {
    leaveQueue(this, by);
    this.#finalBase = this.repository.tip(this.base);
    this.state = "closed";
    this.closedAt = this.repository.world.now();
    this.repository.world.pullClosed(this);
    this.#announce("closed", by);
  }

  reopen(by: User = this.openedBy): void {
    this.#finalBase = null;
    this.state = "open";
    this.closedAt = null;
    this.head = this.headRepository?.branches.get(this.branch) ?? this.head;
    this.repository.world.pullOpened(this);
    this.#announce("reopened", by);
  }

  merge(by: User = this.repository.owner, at?: Commit): void {
    const tip = this.repository.tip(this.base);
    this.#finalBase = tip;
    const message = `Merge pull request #${this.number} from ${this.from.owner.login}/${this.branch}\n\n${this.title}`;
    this.mergeCommit =
      at ?? this.repository.commit({ author: by, message, merge: this.head, signed: "github" }, tip);
    this.state = "merged";
    this.mergedBy = by;
    this.closedAt = this.repository.world.now();
    this.repository.world.pullClosed(this);
    if (!at) this.repository.setBranch(this.base, this.mergeCommit, by);
    this.#announce("closed", by);
  }

  comment(author: User, body: string, { viaApp = false } = {}): Comment {
    const { world } = this.repository;
    const comment = new SimulatedComment(world.takeId("comment"), this, author, body, viaApp);
    this.comments.push(comment);
    world.comments.set(comment.id, comment);
    this.touch();
    world.announce({ name: "issue_comment", action: "created", comment, sender: author });
    return comment;
  }

  addLabel(name: string, by: User = this.repository.owner): void {
    const label = this.repository.label(name);
    if (this.labels.has(name.toLowerCase())) return;
    this.labels.set(name.toLowerCase(), label);
    this.#announce("labeled", by, { label });
  }

  removeLabel(name: string, by: User = this.repository.owner): boolean {
    const label = this.labels.get(name.toLowerCase());
    if (!label) return false;
    this.labels.delete(name.toLowerCase());
    this.#announce("unlabeled", by, { label });
    return true;
  }

  lock(by: User = this.repository.owner): void {
    this.locked = true;
    this.#announce("locked", by);
  }

  unlock(by: User = this.repository.owner): void {
    this.locked = false;
    this.#announce("unlocked", by);
  }

  #announce(
    action: PullAction,
    sender: User,
    more: { before?: string; label?: Label; changes?: Record<string, unknown> } = {},
  ): void {
    this.touch();
    this.repository.world.announce({ name: "pull_request", action, pull: this, sender, ...more });
  }
}
