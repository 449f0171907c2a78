import type { Reading } from "../../../ports/host.ts";
import type { Gap, Pull, PullRef } from "../../../pull.ts";
import { readChange } from "./change.ts";
import type { GitHubClient } from "../../traffic/client.ts";
import { ownComment } from "./comment.ts";
import { commitsOf, type WholeCommit } from "./commits.ts";
import { openerOf } from "./people.ts";
import { ownerAndName, type Place } from "../repository.ts";
import * as schema from "../schema.ts";
import { aboutPull, show } from "../../show/show.ts";
import { toldOfPull } from "../../traffic/told.ts";
import type { Standing } from "./standing.ts";

/** The data of a pull request and its repository. */
export interface Read {
  readonly client: GitHubClient;
  readonly place: Place;
  /** The bot itself. */
  readonly viewer: schema.Viewer;
  readonly repository: schema.Repository;
  readonly policyFile: Reading["policyFile"];
  readonly pull: schema.PullRequest;
  readonly commits: readonly (WholeCommit | null)[];
  /** Whether reading all of it takes more queries than one reading may make. */
  readonly isTooLarge?: boolean;
  /** The last known state of the bot's comment. */
  readonly comment: number | null;
}

export function readingOf(read: Read): Reading {
  const { client, place, pull } = read;
  const standing = standingOf(read);
  if (pull.state !== "OPEN") client.giveTurnBack(place.installation, aboutPull(place, pull));
  return {
    pull: pullOf(read),
    policyFile: read.policyFile,
    marked: isMarked(standing),
    told: toldOfPull({ head: pull.headRefOid, open: pull.state === "OPEN", base: pull.baseRefName }),
    toldAt: inWholeSeconds(pull.updatedAt),
    change: async () => readChange(client, place, standing.target, pull.number, pull.headRefOid),
    show: async (report, confirm, comment) =>
      show(client, place, { ...standing, comment: comment ?? standing.comment }, report, confirm),
  };
}

/** Deliveries have no smaller unit, so the two can be compared. */
function inWholeSeconds(time: string): number {
  return Math.floor(Date.parse(time) / 1000) * 1000;
}

/** Whether an earlier answer of the bot exists; null: GitHub did not say. */
export function isMarked({
  statuses,
  checkRuns,
  comments,
}: Pick<Standing, "statuses" | "checkRuns" | "comments">): boolean | null {
  const found =
    statuses?.some(({ own }) => own === true) === true ||
    (checkRuns?.length ?? 0) > 0 ||
    comments.own !== null;
  if (found) return true;
  const unknown = statuses === null || checkRuns === null || statuses.some(({ own }) => own === null);
  return unknown || comments.unseen ? null : false;
}

function pullOf({ client, place, repository, pull, commits, isTooLarge = false }: Read): Pull {
  const { opener, unanswered } = openerOf(pull.author);
  const known = commitsOf(commits, pull.commits.totalCount, client.server, opener);
  const gaps: readonly Gap[] = isTooLarge ? ["too-large"] : known.gaps;
  const ref: PullRef = { host: "github", repository: place.repository, number: pull.number };
  return {
    ref,
    path: repository.nameWithOwner,
    url: pull.url,
    title: pull.title,
    state: pull.state === "OPEN" ? "open" : "closed",
    private: repository.isPrivate,
    opener,
    own: pull.viewerDidAuthor,
    head: pull.headRefOid,
    base: pull.baseRefOid,
    commits: known.commits,
    gaps: unanswered ? [...gaps, "look-up-failed"] : gaps,
    ...(client.server.ownNumbers && { ownNumbers: true }),
  };
}

function standingOf({ viewer, repository, pull, comment }: Read): Standing {
  return {
    ...marksOf(pull, viewer),
    target: ownerAndName(repository.nameWithOwner),
    archived: repository.isArchived,
    head: pull.headRefOid,
    pull: {
      number: pull.number,
      locked: pull.locked,
      labels: labelsOf(pull),
    },
    comments: ownComment(pull.comments, comment),
    comment,
  };
}

/** The names of the labels; null if not all are known. */
function labelsOf({ labels }: schema.PullRequest): readonly string[] | null {
  if (labels === null) return [];
  const nodes = schema.isUnanswered(labels) ? null : schema.told(labels.nodes);
  if (nodes === null || nodes.some((one) => schema.told(one) === null)) return null;
  return schema.answered(nodes).map(({ name }) => name);
}

/** The statuses and check runs of the head; null if they are unknown. */
export function marksOf(
  { last, headRefOid }: Pick<schema.PullRequest, "last" | "headRefOid">,
  viewer: schema.Viewer,
): HeadMarks {
  const [node] = schema.answered(schema.told(last.nodes) ?? []);
  return node === undefined || schema.isUnanswered(node.commit) || node.commit.oid !== headRefOid
    ? { statuses: null, checkRuns: null }
    : headMarks(node.commit, viewer);
}

export type HeadMarks = Pick<Standing, "statuses" | "checkRuns">;

/** The statuses and the app's check runs of a commit. */
export function headMarks({ status, checkSuites }: schema.Marks, viewer: schema.Viewer): HeadMarks {
  return {
    statuses: schema.isUnanswered(status)
      ? null
      : (status?.contexts ?? []).map((one) => ({ ...one, own: isOwn(one, viewer) })),
    checkRuns: schema.isUnanswered(checkSuites) ? null : checkRunsOf(checkSuites),
  };
}

/** Whether the bot wrote a status, by its number and type: a person may have any login. Null: unknown. */
function isOwn({ creator }: schema.Status, viewer: schema.Viewer): boolean | null {
  if (schema.isUnanswered(creator)) return null;
  // The author's account is gone.
  if (creator === null || creator.type !== "Bot") return false;
  const [author, self] = [schema.told(creator.databaseId), schema.told(viewer.databaseId)];
  return author === null || self === null ? null : author === self;
}

/** The app's check runs; null if one of them may be missing. */
function checkRunsOf(suites: schema.CheckSuites | null): HeadMarks["checkRuns"] {
  const found: (schema.CheckRun & { awaited: boolean })[] = [];
  if (suites === null) return found;
  for (const suite of schema.told(suites.nodes) ?? [null]) {
    const runs = schema.told(schema.told(schema.told(suite)?.checkRuns)?.nodes);
    if (runs === null || runs.some((run) => schema.told(run) === null)) return null;
    const awaited = schema.told(suite)?.status !== "COMPLETED";
    found.push(...schema.answered(runs).map((run) => ({ ...run, awaited })));
  }
  return found;
}
