import type { CommitSpec, Person } from "./state/commits.ts";
import { moveBranch, pushCommits } from "./state/branch-actions.ts";
import { latestRuns, rerequestCheckRun, runsOf } from "./state/check-actions.ts";
import type { CheckRun } from "./state/records.ts";
import { announcePull } from "./webhooks/announce.ts";
import {
  addComment,
  closePull,
  deleteComment,
  editComment,
  mergePull,
  reopenPull,
  retargetPull,
  setLabels,
} from "./state/pull-actions.ts";
import { fullName, type Comment, type Commit, type LogEntry, type Pull, type User } from "./state/records.ts";
import { creatingLabels, type World } from "./state/world.ts";

/**
 * A pull request for tests and the playground. Every method changes it at once and notifies the webhooks in the
 * background; `by` is the actor, by default the opener.
 */
export class SimulatedPull {
  readonly record: Pull;
  readonly #world: World;

  constructor(world: World, record: Pull) {
    this.#world = world;
    this.record = record;
  }

  get number(): number {
    return this.record.number;
  }

  get id(): number {
    return this.record.id;
  }

  get url(): string {
    return `${this.#world.url}/${fullName(this.record.repository)}/pulls/${this.record.number}`;
  }

  get state(): Pull["state"] {
    return this.record.state;
  }

  get headSha(): string {
    return this.record.headSha;
  }

  get baseSha(): string {
    return this.#world.baseSha(this.record);
  }

  get labels(): readonly string[] {
    return this.record.labels;
  }

  get comments(): readonly Comment[] {
    return this.record.comments;
  }

  /** The check runs of this pull request on its head, oldest first. */
  get checkRuns(): readonly CheckRun[] {
    return runsOf(this.record);
  }

  /** The conclusion of the newest check run with a name on the head; null: none, or not done. */
  conclusion(name = "license/cla"): CheckRun["conclusion"] {
    return latestRuns(runsOf(this.record)).find((run) => run.name === name)?.conclusion ?? null;
  }

  /** Presses "Re-run" at a check run. */
  rerequest(run: CheckRun, by: User = this.record.opener): this {
    rerequestCheckRun(this.#world, this.record.repository, run, by);
    return this;
  }

  /** The log of added and removed labels, oldest first. */
  get log(): readonly LogEntry[] {
    return this.record.log;
  }

  /** All of them, oldest first, however many the API shows. */
  get commits(): readonly Commit[] {
    return this.#world.commits.between(this.baseSha, this.headSha);
  }

  push(commits: CommitSpec[], by: User = this.record.opener): this {
    const { headRepository, headBranch } = this.record;
    pushCommits(this.#world, headRepository, headBranch, commits, by);
    return this;
  }

  /** Replaces all commits: the branch starts again from the merge base. */
  forcePush(commits: CommitSpec[], by: User = this.record.opener): this {
    const { headRepository, headBranch } = this.record;
    const from = this.#world.commits.mergeBase(this.baseSha, this.headSha) ?? this.baseSha;
    pushCommits(this.#world, headRepository, headBranch, commits, by, from);
    return this;
  }

  /** Points the branch at an existing commit, such as an earlier head. */
  resetTo(sha: string, by: User = this.record.opener): this {
    moveBranch(this.#world, this.record.headRepository, this.record.headBranch, sha, by);
    return this;
  }

  /** Merges the base branch into the pull request's. */
  updateBranch(author: Person = this.record.opener, by: User = this.record.opener): this {
    const { commits } = this.#world;
    const files = Object.fromEntries(
      commits
        .changes(this.headSha, this.baseSha)
        .map(({ path }) => [path, commits.get(this.baseSha)?.tree.get(path) ?? null]),
    );
    return this.push([{ author, message: "Merge branch", files, merges: [this.baseSha] }], by);
  }

  close(by: User = this.record.opener): this {
    closePull(this.#world, this.record, by);
    return this;
  }

  reopen(by: User = this.record.opener): this {
    reopenPull(this.#world, this.record, by);
    return this;
  }

  /** Merges as the web page does. Returns the merge commit's sha. */
  merge(by: User = this.record.opener): string {
    return mergePull(this.#world, this.record, by);
  }

  /** From now on the API shows its commits, base and state as they are now. @returns ends this */
  lag(): () => void {
    const { title, body, headSha, draft, baseBranch, state, mergeCommitSha } = this.record;
    const { updatedAt, closedAt, mergedAt } = this.record;
    const texts = { title, body, draft, state, updatedAt, closedAt, mergedAt };
    this.record.stale = { ...texts, headSha, mergeCommitSha, baseBranch, frozenBaseSha: this.baseSha };
    return () => {
      this.record.stale = null;
    };
  }

  /** Changes the base to another branch of the repository. */
  retarget(branch: string, by: User = this.record.opener): this {
    retargetPull(this.#world, this.record, branch, by);
    return this;
  }

  /** A review, which is irrelevant for a CLA bot; webhooks still report it. */
  approve(by: User): this {
    announcePull(this.#world, this.record, "approved", "open", by);
    return this;
  }

  comment(user: User, body: string): Comment {
    return addComment(this.#world, this.record, user, body);
  }

  /** A comment on a line of code; the list of comments contains it among the others. */
  codeComment(user: User, body: string, path: string): Comment {
    return addComment(this.#world, this.record, user, body, path);
  }

  editComment(comment: Comment, body: string, by: User = comment.user): void {
    editComment(this.#world, this.record, comment, body, by);
  }

  deleteComment(comment: Comment, by: User = comment.user): void {
    deleteComment(this.#world, this.record, comment, by);
  }

  /** Adds a label by hand, and creates it in the repository if it is missing. */
  addLabel(name: string, by: User = this.record.opener): this {
    creatingLabels(this.#world, () => setLabels(this.#world, this.record, [...this.record.labels, name], by));
    return this;
  }

  removeLabel(name: string, by: User = this.record.opener): this {
    const left = this.record.labels.filter((each) => each !== name);
    setLabels(this.#world, this.record, left, by);
    return this;
  }
}
