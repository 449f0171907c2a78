/** Writes a report to GitHub: compares it with the current state and writes only the differences, the status first. */
import { Failure } from "../../error.ts";
import { tellUnanswered, type ConfirmWrite, type Report, type Shown } from "../../ports/host.ts";
import type { GitHubClient } from "../traffic/client.ts";
import type { Place } from "../read/repository.ts";
import { ensureCheckRun } from "./show-check-run.ts";
import { ensureComment } from "./show-comment.ts";
import { ensureLabels } from "./show-labels.ts";
import { ensureStatus } from "./show-status.ts";
import type { HeadWriting, Standing, Writing } from "../read/pull/standing.ts";

/**
 * Writes the status before anything else.
 * @throws Failure `repository-archived`, `status-limit` and what the host refuses
 */
export async function show(
  client: GitHubClient,
  place: Place,
  standing: Standing,
  report: Report,
  confirm: ConfirmWrite = async () => {},
): Promise<Shown> {
  const about = aboutPull(place, standing.pull);
  const writing: Writing = {
    client: confirmed(
      standing.archived ? closed(client) : client,
      Object.assign(async () => confirm(), confirm, { about }),
    ),
    place,
    standing,
    report,
  };
  let limit: Failure | null = null;
  let writes = 0;
  try {
    writes = await showOnHead(writing);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "status-limit") throw error;
    limit = error;
  }
  if (report.labels !== null) writes += await ensureLabels(writing, report.labels);
  try {
    const comment = await ensureComment(limit === null ? writing : { ...writing, report: withNote(report) });
    client.giveTurnBack(place.installation, about);
    if (limit !== null) throw limit;
    return { comment: comment.id, writes: writes + comment.writes };
  } catch (error) {
    // The status and its details link are written; the comment follows when the limits allow it.
    if (!isLimited(error)) throw error;
    const { comments, comment } = standing;
    return { comment: comments.own?.id ?? comment, writes, commentAt: error.retryAt };
  }
}

function isLimited(error: unknown): error is Failure & { readonly retryAt: number } {
  if (!(error instanceof Failure) || error.retryAt === null) return false;
  return error.code === "paced" || error.code === "host-limit";
}

/** How a pull request's comment keeps its turn. */
export function aboutPull({ repository }: Place, { number }: { readonly number: number }): string {
  return `${repository} ${number}`;
}

/** Sends each write only if it is still allowed. */
export function confirmed(client: GitHubClient, confirm: ConfirmWrite): GitHubClient {
  return {
    ...client,
    rest: async (as, route, parameters) => {
      if (route.startsWith("GET ")) return client.rest(as, route, parameters);
      return tellUnanswered(confirm, () => client.rest(as, route, parameters, confirm));
    },
    graphql: (as, query, variables) =>
      query.trimStart().startsWith("mutation")
        ? tellUnanswered(confirm, () => client.graphql(as, query, variables, confirm))
        : client.graphql(as, query, variables),
  };
}

/** GitHub accepts no more statuses, so the comment explains what the status can't. */
function withNote(report: Report): Report {
  const comment = report.comment === null ? null : `${report.comment}\n\n${report.notes.statusLimit}`;
  return { ...report, comment, commentWanted: true };
}

/** An archived repository accepts no writes; that is an error only if a write is needed. */
export function closed(client: GitHubClient): GitHubClient {
  const refuse = () => Promise.reject(new Failure("repository-archived"));
  return { ...client, rest: refuse, graphql: refuse };
}

/**
 * Writes a status or a check run, as the policy asks. Results that the bot wrote on the head under an earlier policy,
 * of the other kind or in another context, must not contradict it, so they are updated, too.
 * @throws Failure `host-refused` when GitHub did not say whether the bot wrote an existing result; the rest is written
 */
export async function showOnHead(writing: HeadWriting): Promise<number> {
  const { report, standing } = writing;
  const statuses = (standing.statuses ?? []).filter(({ own }) => own === true).map(({ context }) => context);
  const checkRuns = (standing.checkRuns ?? []).map(({ name }) => name);
  // `auto` means the commit status here: it needs no permission that an app may lack.
  const kind = report.kind === "check" ? "check" : "status";
  const [wanted, left] = kind === "status" ? [statuses, checkRuns] : [checkRuns, statuses];
  const others = wanted.filter((context) => context !== report.context);
  const ensure = { status: ensureStatus, check: ensureCheckRun };
  const other = kind === "status" ? "check" : "status";
  let writes = kind === "check" ? await checkOrStatus(writing) : await ensureStatus(writing);
  for (const context of others) writes += await ensure[kind]({ ...writing, report: { ...report, context } });
  for (const context of left) writes += await ensure[other]({ ...writing, report: { ...report, context } });
  const unknown = (standing.statuses ?? []).some(
    ({ own, context }) => own === null && context !== report.context,
  );
  if (unknown) throw new Failure("host-refused", "GitHub did not say who wrote a status on the head");
  return writes;
}

/** Writes the check run; if the app may not, a status says so. */
async function checkOrStatus(writing: HeadWriting): Promise<number> {
  try {
    return await ensureCheckRun(writing);
  } catch (error) {
    if (error instanceof Failure && error.code === "permission-missing")
      await ensureStatus({
        ...writing,
        report: { ...writing.report, kind: "status", state: "error", line: writing.report.notes.noCheckRun },
      });
    throw error;
  }
}
