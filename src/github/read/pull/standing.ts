import type { Report } from "../../../ports/host.ts";
import type { GitHubClient } from "../../traffic/client.ts";
import type { CommentSearch } from "./comment.ts";
import type { Place } from "../repository.ts";
import type { CheckRun, Status } from "../schema.ts";

/** The current statuses, check runs, labels and comment of a head, as far as they were read. */
export interface OnHead {
  /** The `{owner}` and `{repo}` of REST paths. */
  readonly target: { readonly owner: string; readonly repo: string };
  readonly head: string;
  /** The statuses of the head, and whether the bot wrote them; null: unknown. */
  readonly statuses: readonly (Status & { readonly own: boolean | null })[] | null;
  /**
   * The app's own check runs on the head; null: unknown. A run is awaited after somebody pressed "Re-run": GitHub then
   * shows its suite as queued until the run is written again, even if unchanged.
   */
  readonly checkRuns: readonly (CheckRun & { readonly awaited: boolean })[] | null;
}

/** The current report on a head and its pull request. */
export interface Standing extends OnHead {
  readonly archived: boolean;
  readonly pull: {
    readonly number: number;
    readonly locked: boolean;
    /** Null: not known. */
    readonly labels: readonly string[] | null;
  };
  readonly comments: CommentSearch;
  /** The last known number of the bot's comment; null: unknown. */
  readonly comment: number | null;
}

/** What a write on the head needs. */
export interface HeadWriting {
  readonly client: GitHubClient;
  readonly place: Place;
  readonly standing: OnHead;
  readonly report: Report;
}

/** What a write on the pull request needs. */
export interface Writing extends HeadWriting {
  readonly standing: Standing;
}
