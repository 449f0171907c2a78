import type { Report } from "../host.ts";
import type { Client } from "./client.ts";
import { ensureLabels } from "./labels.ts";
import { ensureComment } from "./own-comment.ts";
import type { RepositoryPath } from "./path.ts";
import type { Self } from "./schema.ts";

/** What stands on a pull request. */
export interface Standing {
  readonly path: RepositoryPath;
  readonly number: number;
  readonly labels: readonly string[];
  /** The comment that the bot remembers; null: none. */
  readonly comment: number | null;
}

/**
 * Makes Gitee show a report: the labels first, since a merge may hang on them, then the comment. There is no
 * commit status. Where nothing has to be said and nothing hints at a comment of the bot, none is looked for.
 * @returns how many writes were needed, and what stands there now
 */
export async function showReport(
  client: Client,
  self: () => Promise<Self>,
  standing: Standing,
  report: Report,
): Promise<{ standing: Standing; writes: number }> {
  const { path, number, labels: there, comment: known } = standing;
  const { labels, comment: text, detailsUrl, commentWanted: wanted } = report;
  const labelled =
    labels === null
      ? { writes: 0, labels: there }
      : await ensureLabels(client, path, number, there, labels, report.state);
  if (text === null) return { standing: { ...standing, labels: labelled.labels }, writes: labelled.writes };
  // A comment from before the database was lost stands on a pull request that was last unsigned.
  const search = wanted || known !== null || (labels !== null && there.includes(labels.unsigned));
  const plan = { text, wanted, known, search, detailsUrl };
  const { comment, writes } = await ensureComment(client, self, path, number, plan);
  return { standing: { ...standing, labels: labelled.labels, comment }, writes: labelled.writes + writes };
}
