import { mayStay } from "./shared-head.ts";
import * as schema from "../read/schema.ts";
import type { HeadWriting } from "../read/pull/standing.ts";

const STATES = ["success", "failure", "error", "pending"] as const;

/**
 * Writes the commit status in the report's context. It must come from the bot: branch protection can require that.
 * https://docs.github.com/rest/commits/statuses#create-a-commit-status
 * @returns the number of writes
 */
export async function ensureStatus({ client, place, standing, report }: HeadWriting): Promise<number> {
  const current = standing.statuses?.find(({ context }) => context === report.context);
  // GitHub did not say whose it is: writing it again at each check would reach GitHub's limit of statuses.
  if (
    current !== undefined &&
    current.own !== false &&
    (isSame(current, report) ||
      mayStay(report, {
        state: STATES.find((state) => state === current.state.toLowerCase()) ?? null,
        line: schema.told(current.description),
        detailsUrl: schema.told(current.targetUrl),
      }))
  )
    return 0;
  await client.rest(place.installation, "POST /repos/{owner}/{repo}/statuses/{sha}", {
    ...standing.target,
    sha: standing.head,
    state: report.state,
    context: report.context,
    description: report.line,
    target_url: report.detailsUrl,
  });
  return 1;
}

type Status = NonNullable<HeadWriting["standing"]["statuses"]>[number];

function isSame({ state, description, targetUrl }: Status, report: HeadWriting["report"]): boolean {
  return (
    state.toLowerCase() === report.state && description === report.line && targetUrl === report.detailsUrl
  );
}
