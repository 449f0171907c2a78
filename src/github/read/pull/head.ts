import { z } from "zod";
import { Failure, unlessFailed } from "../../../error.ts";
import type { Reading } from "../../../ports/host.ts";
import type { PullRef } from "../../../pull.ts";
import type { Route } from "../../../ports/queue.ts";
import type { GitHubClient } from "../../traffic/client.ts";
import { headIn } from "../../traffic/told.ts";
import { readGroupHead } from "../group.ts";
import { policyFileOf } from "../policy.ts";
import { HEAD_QUERY } from "../query.ts";
import { isMarked, marksOf } from "./reading.ts";
import { ownerAndName, placeOf, sameRepository } from "../repository.ts";
import * as schema from "../schema.ts";
import { closed, confirmed, showOnHead } from "../../show/show.ts";

const HeadAnswer = z.object({
  viewer: schema.Viewer,
  node: schema.perhaps(
    schema.Repository.extend({
      pullRequest: schema.perhaps(
        schema.PullRequest.pick({
          number: true,
          title: true,
          url: true,
          state: true,
          headRefOid: true,
          baseRefOid: true,
          viewerDidAuthor: true,
        }).extend({ last: z.union([schema.Unanswered, schema.PullRequest.shape.last]) }),
      ),
    }),
  ),
});

/** What is unknown of a pull request of which only the head is read. */
const UNREAD = { opener: null, commits: [], gaps: ["list-cut", "look-up-failed"] } as const;

function noChange(): Promise<never> {
  return Promise.reject(new Failure("list-cut"));
}

/**
 * Reads the head of a pull request with its statuses and check runs, by the smallest possible query. If GitHub does not
 * answer about the pull request, reads the commit that the latest delivery named.
 */
export async function readHead(
  client: GitHubClient,
  ref: PullRef,
  route: Route,
  told: string | null,
): Promise<Reading> {
  try {
    return await readShownHead(client, ref, route);
  } catch (error) {
    const head = headIn(told);
    if (!(error instanceof Failure) || error.code === "not-found" || head === null) throw error;
    return readToldHead(client, ref, route, head);
  }
}

async function readToldHead(
  client: GitHubClient,
  ref: PullRef,
  route: Route,
  head: string,
): Promise<Reading> {
  const { over, path, policyFile, show } = await readGroupHead(
    client,
    { host: "github", id: ref.repository },
    head,
    route,
  );
  return {
    // A page that shows too little does no harm.
    pull: {
      ...UNREAD,
      ref,
      path,
      url: "",
      title: "",
      state: "open",
      private: true,
      own: false,
      head,
      base: "",
    },
    policyFile,
    marked: over,
    change: noChange,
    show,
  };
}

async function readShownHead(client: GitHubClient, ref: PullRef, route: Route): Promise<Reading> {
  const place = await placeOf(client, ref.repository, route);
  const variables = { repository: place.handle, number: ref.number, app: client.appId };
  const answer = await client.graphql(place.installation, HEAD_QUERY, variables);
  const { viewer, node } = schema.readAnswer(HeadAnswer, answer);
  const { pullRequest, ...repository } = sameRepository(node, place);
  const pull = schema.existing(pullRequest, "the pull request");
  const { headRefOid: head, last } = pull;
  const marks = schema.isUnanswered(last)
    ? { statuses: null, checkRuns: null }
    : marksOf({ last, headRefOid: head }, viewer);
  const standing = { ...marks, target: ownerAndName(repository.nameWithOwner), head };
  const comments = { own: null, after: null, unseen: false };
  const writer = repository.isArchived ? closed(client) : client;
  return {
    pull: {
      ...UNREAD,
      ref,
      path: repository.nameWithOwner,
      url: pull.url,
      title: pull.title,
      state: pull.state === "OPEN" ? "open" : "closed",
      private: repository.isPrivate,
      own: pull.viewerDidAuthor,
      head,
      base: pull.baseRefOid,
    },
    // Without the policy the defaults apply: an answer in another context is better than none.
    policyFile: await unlessFailed(policyFileOf(client, place, repository)),
    marked: isMarked({ ...marks, comments }),
    change: noChange,
    show: async (report, confirm = async () => {}) => ({
      comment: null,
      writes: await showOnHead({ client: confirmed(writer, confirm), place, standing, report }),
    }),
  };
}
