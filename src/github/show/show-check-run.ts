import * as schema from "../read/schema.ts";
import { mayStay } from "./shared-head.ts";
import type { HeadWriting } from "../read/pull/standing.ts";

/** GitHub lets a neutral run pass a required check, so an uncertain result is a failure. */
const CONCLUSIONS = {
  success: "success",
  failure: "action_required",
  error: "failure",
  pending: null,
} as const;

const STATES = ["success", "failure", "error"] as const;

/** The maximum length of a summary on GitHub. https://docs.github.com/rest/checks/runs#create-a-check-run */
const SUMMARY_LIMIT = 65_535;

/**
 * The app's check run of the report's context.
 * @returns the number of writes
 */
export async function ensureCheckRun({ client, place, standing, report }: HeadWriting): Promise<number> {
  const conclusion = CONCLUSIONS[report.state];
  const summary = report.summary.slice(0, SUMMARY_LIMIT);
  const current = standing.checkRuns?.find(({ name }) => name === report.context);
  const stood = schema.told(current?.conclusion)?.toLowerCase() ?? null;
  if (
    current?.awaited === false &&
    ((stood === conclusion &&
      current.title === report.line &&
      current.summary === summary &&
      current.detailsUrl === report.detailsUrl) ||
      mayStay(report, {
        state: STATES.find((state) => CONCLUSIONS[state] === stood && stood !== null) ?? null,
        line: schema.told(current.title),
        detailsUrl: schema.told(current.detailsUrl),
      }))
  )
    return 0;
  const run = {
    ...standing.target,
    name: report.context,
    details_url: report.detailsUrl,
    ...(conclusion === null ? { status: "in_progress" } : { status: "completed", conclusion }),
    output: { title: report.line, summary },
  };
  // A new run of the same name replaces one whose number is unknown.
  const number = schema.told(current?.databaseId);
  if (number === null)
    await client.rest(place.installation, "POST /repos/{owner}/{repo}/check-runs", {
      ...run,
      head_sha: standing.head,
    });
  else
    await client.rest(place.installation, "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", {
      ...run,
      check_run_id: number,
    });
  return 1;
}
