import { SimulatedPull } from "./pull.ts";
import { createBranch, pushCommits, resolveRef } from "./state/branch-actions.ts";
import { requireChecks } from "./state/check-actions.ts";
import type { CheckRun } from "./state/records.ts";
import type { CommitSpec } from "./state/commits.ts";
import { openPull } from "./state/pull-actions.ts";
import { fullName, type Commit, type Hook, type Permission } from "./state/records.ts";
import type { Organization, Repository, User } from "./state/records.ts";
import { addHook, addLabel, forkRepository, type HookSpec } from "./state/repository-actions.ts";
import type { World } from "./state/world.ts";

export interface PullSpec {
  opener: User;
  /** Default: one commit of the opener's. */
  commits?: CommitSpec[];
  title?: string;
  body?: string;
  /** Default: the default branch. */
  base?: string;
  /** The branch it comes from; created from the base if it is missing. Default: `patch-N`. */
  branch?: string;
  /** The repository it comes from. Default: this repository if the opener may push here, else the opener's fork. */
  from?: SimulatedRepository;
  /** An existing commit as its head, such as the head of another pull request. */
  at?: string;
  draft?: boolean;
}

/** A repository for tests and the playground; see {@link SimulatedPull}. */
export class SimulatedRepository {
  readonly record: Repository;
  readonly #world: World;

  constructor(world: World, record: Repository) {
    this.#world = world;
    this.record = record;
  }

  get id(): number {
    return this.record.id;
  }

  get fullName(): string {
    return fullName(this.record);
  }

  get hooks(): Hook[] {
    return this.record.hooks;
  }

  get pulls(): SimulatedPull[] {
    return this.record.pulls.map((pull) => new SimulatedPull(this.#world, pull));
  }

  /** The commit at the tip of a branch, by default the default branch. */
  tip(branch = this.record.defaultBranch): Commit {
    return resolveRef(this.#world, this.record, branch);
  }

  /** Opens a pull request as a contributor would: fork, branch, commits, pull request. */
  openPull(spec: PullSpec): SimulatedPull {
    const { opener } = spec;
    const from = spec.from?.record ?? this.#sourceFor(opener);
    const base = spec.base ?? this.record.defaultBranch;
    const branch = spec.branch ?? `patch-${this.record.pulls.length + 1}`;
    if (!from.branches.has(branch)) {
      createBranch(this.#world, from, branch, spec.at ?? this.tip(base).sha);
      const fresh = spec.at === undefined ? [{ author: opener }] : [];
      pushCommits(this.#world, from, branch, spec.commits ?? fresh, opener);
    } else if (spec.commits !== undefined) {
      pushCommits(this.#world, from, branch, spec.commits, opener);
    }
    const head = resolveRef(this.#world, from, branch);
    const pull = openPull(this.#world, this.record, opener, {
      title: spec.title ?? head.message.split("\n")[0] ?? "",
      body: spec.body ?? "",
      headRepository: from,
      headBranch: branch,
      baseBranch: base,
      draft: spec.draft ?? false,
    });
    return new SimulatedPull(this.#world, pull);
  }

  #sourceFor(opener: User): Repository {
    const permission = this.#world.permissionOf(opener, this.record);
    if (permission === "admin" || permission === "write") return this.record;
    return this.fork(opener).record;
  }

  /** The user's fork, created if there is none. */
  fork(user: User): SimulatedRepository {
    const existing = this.#world.repositories.find(
      (each) => !each.deleted && each.fork === this.record && each.owner === user,
    );
    return new SimulatedRepository(this.#world, existing ?? forkRepository(this.#world, this.record, user));
  }

  branch(name: string, from = this.record.defaultBranch): this {
    createBranch(this.#world, this.record, name, from);
    return this;
  }

  protect(branch = this.record.defaultBranch): this {
    this.record.protectedBranches.add(branch);
    return this;
  }

  /**
   * Selects the checks that a protected branch requires before a merge; only those of the last week can be selected.
   */
  requireChecks(names: readonly string[], branch = this.record.defaultBranch): this {
    requireChecks(this.record, branch, names);
    return this;
  }

  /** Every check run of the repository, oldest first. */
  get checkRuns(): readonly CheckRun[] {
    return this.record.checkRuns;
  }

  /** Pushes to a branch, by default as the owner or its organization's first administrator. */
  push(commits: CommitSpec[], { branch, by }: { branch?: string; by?: User } = {}): Commit {
    return pushCommits(
      this.#world,
      this.record,
      branch ?? this.record.defaultBranch,
      commits,
      by ?? this.#keeper(),
    );
  }

  /** Writes one file, or deletes it for null. */
  writeFile(path: string, text: string | null, options: { branch?: string; by?: User } = {}): Commit {
    const author = options.by ?? this.#keeper();
    return this.push([{ author, message: `Update ${path}`, files: { [path]: text } }], options);
  }

  label(name: string, color?: string): this {
    addLabel(this.#world, this.record, name, color);
    return this;
  }

  addCollaborator(user: User, permission: Permission = "write"): this {
    this.record.collaborators.set(user, permission);
    return this;
  }

  removeCollaborator(user: User): this {
    this.record.collaborators.delete(user);
    return this;
  }

  addHook(spec: HookSpec): Hook {
    return addHook(this.#world, this.record, spec);
  }

  /** The old path answers 404 from then on. */
  rename(name: string): this {
    this.record.path = name;
    return this;
  }

  /** To another owner; its webhooks and the bot's role stay. The old path answers 404 from then on. */
  transfer(owner: User | Organization): this {
    this.record.owner = owner;
    return this;
  }

  /** Pull requests from a deleted fork stay, their `head.repo` null. */
  delete(): void {
    this.record.deleted = true;
  }

  #keeper(): User {
    const owner: User | Organization = this.record.owner;
    if ("emails" in owner) return owner;
    const admin = [...owner.members].find(([, role]) => role === "admin")?.[0] ?? this.#world.users[0];
    if (admin === undefined) throw new Error(`${owner.login} has nobody who could push`);
    return admin;
  }
}
