import type { Report, Shown } from "../host.ts";
import type { Client } from "./client.ts";
import { ensureLabels } from "./labels.ts";
import { ensureComment } from "./own-comment.ts";
import type { RepositoryPath } from "./path.ts";
import type { Self } from "./schema.ts";

/** What stood on the pull request when it was read. */
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
 */
export async function showReport(
  client: Client,
  self: () => Promise<Self>,
  { path, number, labels: there, comment: known }: Standing,
  report: Report,
): Promise<Shown> {
  const { labels, comment: text, detailsUrl, commentWanted: wanted } = report;
  const labelWrites =
    labels === null ? 0 : await ensureLabels(client, path, number, there, labels, report.state);
  if (text === null) return { comment: known, writes: labelWrites };
  // A comment from before the database was lost stands on a pull request that was last unsigned.
  const search = wanted || known !== null || (labels !== null && there.includes(labels.unsigned));
  const { comment, writes } = await ensureComment(client, self, path, number, {
    text,
    wanted,
    known,
    search,
    detailsUrl,
  });
  return { comment, writes: labelWrites + writes };
}
