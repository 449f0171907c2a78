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

/** What a comment says about the check run, after everything else; null: nothing. */
export type CheckNote = "staleCheck" | "missingCheck" | null;
const NOTES: readonly CheckNote[] = [null, "staleCheck", "missingCheck"];

/**
 * Writes the labels, on which a merge may depend, then the comment. If no comment is needed and nothing suggests that
 * the bot wrote one, none is searched.
 * @param note of the last answer. A comment with another note stays: whether that is right shows when the check run is
 * written, see {@link noteOnPull}
 * @returns the number of writes, the current labels and comment, and the comment's text
 */
export async function showOnPull(
  client: Client,
  self: () => Promise<Self>,
  standing: Standing,
  report: Report,
  note: CheckNote,
): Promise<{ standing: Standing; text: string | null; writes: number }> {
  const { path, number, labels: there, comment: known } = standing;
  const { labels, detailsUrl, commentWanted: wanted } = report;
  const text = withNote(report, note);
  const former = await ownLabels(client, self, path, number, formerly(standing, report));
  const labeled = await ensureLabels(client, path, number, there, former, labels, report.state);
  const now: Standing = { ...standing, labels: labeled.labels, last: labels };
  if (text === null) return { standing: now, text: null, writes: labeled.writes };
  // After the loss of the database, an old comment is only on a pull request that was last unsigned.
  const search =
    (wanted && !isFresh(standing, report)) ||
    known !== null ||
    (labels !== null && there.includes(labels.unsigned));
  const accepted = NOTES.flatMap((other) => withNote(report, other) ?? []);
  const plan = { text, accepted, wanted, known, search, detailsUrl };
  const { comment, text: written, writes } = await ensureComment(client, self, path, number, plan);
  return { standing: { ...now, comment }, text: written, writes: labeled.writes + writes };
}

/**
 * Adds a note to the comment, or removes it.
 * @param text the comment's text now
 * @param note undefined: not known; a warning stays
 * @returns the number of writes, and the comment
 */
export async function noteOnPull(
  client: Client,
  self: () => Promise<Self>,
  { path, number, comment: known }: Standing,
  text: string | null,
  report: Report,
  note: CheckNote | undefined,
): Promise<{ comment: number | null; writes: number }> {
  const isKept = note === undefined && text === withNote(report, "staleCheck");
  const wanted = isKept ? text : withNote(report, note ?? null);
  if (wanted === null || wanted === text || (text === null && note !== "staleCheck"))
    return { comment: known, writes: 0 };
  const { detailsUrl } = report;
  const plan = { text: wanted, accepted: [], wanted: true, known, search: true, detailsUrl };
  return ensureComment(client, self, path, number, plan);
}

function withNote({ comment, notes }: Report, note: CheckNote): string | null {
  return comment === null || note === null ? comment : `${comment}\n\n${notes[note]}`;
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
