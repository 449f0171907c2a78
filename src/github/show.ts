/** Makes GitHub show a report: compares with what stands there, writes only what differs, the status first. */
import { Failure } from "../error.ts";
import type { Report, Shown } from "../host.ts";
import type { GitHubClient } from "./client.ts";
import type { Place } from "./repository.ts";
import { ensureCheckRun } from "./show-check-run.ts";
import { ensureComment } from "./show-comment.ts";
import { ensureLabels } from "./show-labels.ts";
import { ensureStatus } from "./show-status.ts";
import type { HeadWriting, Standing } from "./standing.ts";

/** @throws Failure `repository-archived` and what the host refuses; the status is written before anything else */
export async function show(
  client: GitHubClient,
  place: Place,
  standing: Standing,
  report: Report,
): Promise<Shown> {
  const writing = { client: standing.archived ? closed(client) : client, place, standing, report };
  let writes = await showOnHead(writing);
  if (report.labels !== null) writes += await ensureLabels(writing, report.labels);
  const comment = await ensureComment(writing);
  return { comment: comment.id, writes: writes + comment.writes };
}

/** An archived repository takes no writes; where none is needed, nothing is amiss. */
export function closed(client: GitHubClient): GitHubClient {
  const refuse = () => Promise.reject(new Failure("repository-archived"));
  return { ...client, rest: refuse, graphql: refuse };
}

/**
 * Writes what the policy asks for, a status or a check run. One of the other kind that the bot wrote under an
 * earlier policy must not contradict it, so it is kept true as well.
 */
export async function showOnHead(writing: HeadWriting): Promise<number> {
  const { report, standing } = writing;
  const status = standing.statuses?.some(({ context, own }) => own && context === report.context) === true;
  const checkRun = standing.checkRuns?.some(({ name }) => name === report.context) === true;
  let writes = 0;
  if (report.kind === "status" || status) writes += await ensureStatus(writing);
  if (report.kind === "check" || checkRun) writes += await ensureCheckRun(writing);
  return writes;
}
