import type { HeadWriting } from "../read/pull/standing.ts";

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
    current.state.toLowerCase() === report.state &&
    // Two signed pull requests with one head would overwrite each other's text and link forever.
    ((report.shared && report.state === "success") ||
      (current.description === report.line && current.targetUrl === report.detailsUrl))
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
