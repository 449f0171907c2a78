import type { Reading } from "../../ports/host.ts";
import type { Pull, PullRef } from "../../pull.ts";
import { readChange } from "./change.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { ownComment } from "./comment.ts";
import { commitsOf, type WholeCommit } from "./commits.ts";
import { openerOf } from "./people.ts";
import { ownerAndName, policyFileOf, type Place } from "./repository.ts";
import * as schema from "./schema.ts";
import { show } from "../show/show.ts";
import type { Standing } from "./standing.ts";

/** What was read of a pull request and of its repository. */
export interface Read {
  readonly client: GitHubClient;
  readonly place: Place;
  /** The bot itself. */
  readonly viewer: { readonly login: string };
  readonly repository: schema.Repository;
  readonly pull: schema.PullRequest;
  readonly commits: readonly (WholeCommit | null)[];
  /** The bot's comment as it was last known. */
  readonly comment: number | null;
}

export function readingOf(read: Read): Reading {
  const { client, place, repository, pull } = read;
  const standing = standingOf(read);
  return {
    pull: pullOf(read),
    policyFile: policyFileOf(repository),
    marked:
      standing.statuses?.some(({ own }) => own) === true ||
      (standing.checkRuns?.length ?? 0) > 0 ||
      standing.comments.own !== null,
    change: async () => readChange(client, place, standing.target, pull.number, pull.headRefOid),
    show: async (report, confirm) => show(client, place, standing, report, confirm),
  };
}

function pullOf({ client, place, repository, pull, commits }: Read): Pull {
  const ref: PullRef = { host: "github", repository: place.repository, number: pull.number };
  return {
    ref,
    path: repository.nameWithOwner,
    url: pull.url,
    title: pull.title,
    state: pull.state === "OPEN" ? "open" : "closed",
    private: repository.isPrivate,
    opener: openerOf(pull.author),
    own: pull.viewerDidAuthor,
    head: pull.headRefOid,
    base: pull.baseRefOid,
    ...commitsOf(commits, pull.commits.totalCount, client.server),
  };
}

function standingOf({ viewer, repository, pull, comment }: Read): Standing {
  return {
    ...marksOf(pull, viewer.login),
    target: ownerAndName(repository.nameWithOwner),
    archived: repository.isArchived,
    head: pull.headRefOid,
    pull: {
      number: pull.number,
      locked: pull.locked,
      labels: schema.isUnanswered(pull.labels)
        ? null
        : schema.answered(pull.labels?.nodes ?? []).map(({ name }) => name),
    },
    comments: ownComment(pull.comments, comment),
  };
}

/** The statuses and check runs of the head; null where they are not known. */
function marksOf({ last, headRefOid }: schema.PullRequest, login: string): HeadMarks {
  const [node] = schema.answered(last.nodes);
  return node === undefined || schema.isUnanswered(node.commit) || node.commit.oid !== headRefOid
    ? { statuses: null, checkRuns: null }
    : headMarks(node.commit, login);
}

type HeadMarks = Pick<Standing, "statuses" | "checkRuns">;

/** What stands on a commit by statuses and by the app's check runs. */
export function headMarks({ status, checkSuites }: schema.Marks, login: string): HeadMarks {
  return {
    statuses: schema.isUnanswered(status)
      ? null
      : (status?.contexts ?? []).map((one) => ({
          ...one,
          own: schema.answered([one.creator]).some((creator) => sameBot(creator.login, login)),
        })),
    checkRuns: schema.isUnanswered(checkSuites)
      ? null
      : schema.answered(checkSuites?.nodes ?? []).flatMap(({ status, checkRuns }) =>
          schema
            .answered([checkRuns])
            .flatMap(({ nodes }) => schema.answered(nodes))
            .map((run) => ({ ...run, awaited: status !== "COMPLETED" })),
        ),
  };
}

/** GitHub writes a bot's login with `[bot]` in some places and without in others. */
function sameBot(one: string, other: string): boolean {
  const plain = (login: string): string => login.replace(/\[bot\]$/, "").toLowerCase();
  return plain(one) === plain(other);
}
