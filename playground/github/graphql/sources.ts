import type { Commit, Identity } from "../state/git.ts";
import type { CommitStatus } from "../state/commit-status.ts";
import type { Content } from "../state/diff.ts";
import type { Label } from "../state/label.ts";
import type { CheckRun, Repository } from "../state/model.ts";

// The values behind GraphQL objects without a class in the state.

/** A commit as one repository of its network shows it. */
export class CommitSource {
  readonly repository: Repository;
  readonly commit: Commit;

  constructor(repository: Repository, commit: Commit) {
    this.repository = repository;
    this.commit = commit;
  }
}

export class BlobSource {
  readonly repository: Repository;
  readonly content: Content;

  constructor(repository: Repository, content: Content) {
    this.repository = repository;
    this.content = content;
  }
}

export class TreeSource {
  readonly repository: Repository;
  readonly commit: Commit;
  /** Ends with a slash; empty for the whole tree. */
  readonly path: string;

  constructor(repository: Repository, commit: Commit, path: string) {
    this.repository = repository;
    this.commit = commit;
    this.path = path;
  }
}

export class StatusSource {
  readonly repository: Repository;
  readonly status: CommitStatus;

  constructor(repository: Repository, status: CommitStatus) {
    this.repository = repository;
    this.status = status;
  }
}

export interface ActorSource {
  repository: Repository;
  identity: Identity;
}

export interface RefSource {
  repository: Repository;
  branch: string;
}

export interface LabelSource {
  repository: Repository;
  label: Label;
}

export interface SuiteSource {
  repository: Repository;
  commit: Commit;
  runs: CheckRun[];
}
