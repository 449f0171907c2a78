import type { HeadWriting } from "../read/pull/standing.ts";

/**
 * The commit status of the report's context. It must be the bot's own: branch protection can ask for that.
 * https://docs.github.com/rest/commits/statuses#create-a-commit-status
 * @returns how many writes it took
 */
export async function ensureStatus({ client, place, standing, report }: HeadWriting): Promise<number> {
  const current = standing.statuses?.find(({ context }) => context === report.context);
  if (
    current?.own === true &&
    current.state.toLowerCase() === report.state &&
    // Two signed pull requests with one head would rewrite each other's words and links for ever.
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
