import type { ConfirmWrite, Report } from "../../ports/host.ts";
import type { Client } from "../traffic/client.ts";
import { ensureLabels } from "./show-labels.ts";
import { DEFAULT_LABELS, type Labels } from "../../verdict/policy.ts";
import { ownLabels } from "../read/pull/own-labels.ts";
import { ensureComment } from "./show-comment.ts";
import type { RepositoryPath } from "../read/path.ts";
import type { Self } from "../read/schema.ts";

/** The current labels and comment of a pull request. */
export interface Standing {
  readonly path: RepositoryPath;
  readonly number: number;
  readonly labels: readonly string[];
  /** The labels of the last answer, as far as known. */
  readonly last: Labels | null;
  /** The comment that the bot remembers; null: none. */
  readonly comment: number | null;
}

/**
 * Writes the labels, on which a merge may depend, then the comment. If no comment is needed and nothing suggests that
 * the bot wrote one, none is searched.
 * @returns the number of writes, and the current labels and comment
 */
export async function showOnPull(
  client: Client,
  self: () => Promise<Self>,
  standing: Standing,
  report: Report,
): Promise<{ standing: Standing; writes: number }> {
  const { path, number, labels: there, comment: known } = standing;
  const { labels, comment: text, detailsUrl, commentWanted: wanted } = report;
  const former = await ownLabels(client, self, path, number, formerly(standing, report));
  const labelled = await ensureLabels(client, path, number, there, former, labels, report.state);
  const now: Standing = { ...standing, labels: labelled.labels, last: labels };
  if (text === null) return { standing: now, writes: labelled.writes };
  // After the loss of the database, an old comment is only on a pull request that was last unsigned.
  const search =
    (wanted && !isFresh(standing, report)) ||
    known !== null ||
    (labels !== null && there.includes(labels.unsigned));
  const plan = { text, wanted, known, search, detailsUrl };
  const { comment, writes } = await ensureComment(client, self, path, number, plan);
  return { standing: { ...now, comment }, writes: labelled.writes + writes };
}

/** Checks before each write that it is still allowed. */
export function confirmed(client: Client, confirm: ConfirmWrite): Client {
  return {
    ...client,
    write: async (...asked) => {
      await confirm();
      return client.write(...asked);
    },
    send: async (...asked) => {
      await confirm();
      return client.send(...asked);
    },
    remove: async (...asked) => {
      await confirm();
      return client.remove(...asked);
    },
  };
}

/**
 * Labels that may be the bot's under names that the policy no longer has: those of the last answer, the usual ones, and
 * all others if a broken policy may hide its names.
 */
function formerly({ labels: there, last }: Standing, { labels, state }: Report): readonly string[] {
  const present = labels === null ? [] : [labels.signed, labels.unsigned];
  const suspects = [...Object.values(DEFAULT_LABELS), ...(last === null ? [] : [last.signed, last.unsigned])];
  return there.filter((name) => !present.includes(name) && (state === "error" || suspects.includes(name)));
}

/**
 * Whether nothing suggests that the bot ever answered the pull request, so that its comment need not be searched: if
 * the policy wants a label, the bot adds it before the comment.
 */
function isFresh({ labels: there, last }: Standing, { labels }: Report): boolean {
  if (labels === null || last !== null) return false;
  const own: readonly string[] = [...Object.values(DEFAULT_LABELS), labels.signed, labels.unsigned];
  return !there.some((name) => own.includes(name));
}
