/** Makes GitHub show a report: compares with what stands there, writes only what differs, the status first. */
import { Failure } from "../../error.ts";
import type { ConfirmWrite, Report, Shown } from "../../ports/host.ts";
import type { GitHubClient } from "../traffic/client.ts";
import type { Place } from "../read/repository.ts";
import { ensureCheckRun } from "./show-check-run.ts";
import { ensureComment } from "./show-comment.ts";
import { ensureLabels } from "./show-labels.ts";
import { ensureStatus } from "./show-status.ts";
import type { HeadWriting, Standing } from "../read/standing.ts";

/** @throws Failure `repository-archived` and what the host refuses; the status is written before anything else */
export async function show(
  client: GitHubClient,
  place: Place,
  standing: Standing,
  report: Report,
  confirm: ConfirmWrite = async () => {},
): Promise<Shown> {
  const writing = {
    client: confirmed(standing.archived ? closed(client) : client, confirm),
    place,
    standing,
    report,
  };
  let writes = await showOnHead(writing);
  if (report.labels !== null) writes += await ensureLabels(writing, report.labels);
  try {
    const comment = await ensureComment(writing);
    return { comment: comment.id, writes: writes + comment.writes };
  } catch (error) {
    // The verdict stands with its details link; the comment follows when the limits allow it.
    if (!(error instanceof Failure) || error.code !== "paced" || error.retryAt === null) throw error;
    return { comment: standing.comments.own?.id ?? null, writes, commentAt: error.retryAt };
  }
}

/** Asks before each write whether it may still be made. */
export function confirmed(client: GitHubClient, confirm: ConfirmWrite): GitHubClient {
  return {
    ...client,
    rest: async (as, route, parameters) => {
      if (!route.startsWith("GET ")) await confirm();
      return client.rest(as, route, parameters);
    },
    graphql: async (as, query, variables) => {
      if (query.trimStart().startsWith("mutation")) await confirm();
      return client.graphql(as, query, variables);
    },
  };
}

/** An archived repository takes no writes; where none is needed, nothing is amiss. */
export function closed(client: GitHubClient): GitHubClient {
  const refuse = () => Promise.reject(new Failure("repository-archived"));
  return { ...client, rest: refuse, graphql: refuse };
}

/**
 * Writes what the policy asks for, a status or a check run. Whatever else the bot wrote on the head under an earlier
 * policy, of the other kind or in another context, must not contradict it, so it is kept true as well.
 */
export async function showOnHead(writing: HeadWriting): Promise<number> {
  const { report, standing } = writing;
  const statuses = (standing.statuses ?? []).filter(({ own }) => own).map(({ context }) => context);
  const checkRuns = (standing.checkRuns ?? []).map(({ name }) => name);
  // `auto` is the commit status here: it needs no permission that an app may lack.
  const kind = report.kind === "check" ? "check" : "status";
  const [wanted, left] = kind === "status" ? [statuses, checkRuns] : [checkRuns, statuses];
  const others = wanted.filter((context) => context !== report.context);
  const ensure = { status: ensureStatus, check: ensureCheckRun };
  const other = kind === "status" ? "check" : "status";
  let writes = await ensure[kind](writing);
  for (const context of others) writes += await ensure[kind]({ ...writing, report: { ...report, context } });
  for (const context of left) writes += await ensure[other]({ ...writing, report: { ...report, context } });
  return writes;
}
