import { Failure, type FailureCode } from "../../error.ts";
import type { Report } from "../../ports/host.ts";
import type { Client } from "../traffic/client.ts";
import { Refusal } from "../traffic/failure.ts";
import { ensureLabels, type RepositoryLabels } from "./show-labels.ts";
import { DEFAULT_LABELS, type Labels } from "../../verdict/policy.ts";
import { ownLabels } from "../read/pull/own-labels.ts";
import { editComment, ensureComment } from "./show-comment.ts";
import type { RepositoryPath } from "../read/path.ts";
import type { Self } from "../read/schema.ts";

/** The current labels and comment of a pull request. */
export interface Standing {
  readonly path: RepositoryPath;
  readonly number: number;
  /** The repository's number. */
  readonly repository: number;
  readonly labels: readonly string[];
  /** The labels when it was read. */
  readonly read: readonly string[];
  /** Why Gitee did not tell the labels; null: it did. */
  readonly unread: Failure | null;
  /** The labels of the last answer, as far as known. */
  readonly last: Labels | null;
  /** Labels whose names the bot uses, and which it did not add as of the last answer: the log need not be read again. */
  readonly foreign: readonly string[];
  /** The comment that the bot remembers; null: none. */
  readonly comment: number | null;
  /** Whether a part of the last answer could not be written, so that a comment may be there that the bot forgot. */
  readonly partial: boolean;
}

/** What a comment says about the check run, after everything else; null: nothing. */
export type CheckNote = "staleCheck" | "redCheck" | "missingCheck" | null;
const NOTES: readonly CheckNote[] = [null, "staleCheck", "redCheck", "missingCheck"];

/** The labels that were shown, even if a part of it failed. */
export interface Labeled {
  readonly standing: Standing;
  /** The report to show from now on: it says so if Gitee refuses the labels. */
  readonly report: Report;
  readonly isRefused: boolean;
  readonly writes: number;
  readonly failures: readonly Failure[];
}

/** The comment that was shown. */
export interface Commented {
  readonly comment: number | null;
  /** The comment's text; null if there is none, or it was not looked at. */
  readonly text: string | null;
  readonly writes: number;
  readonly failure: Failure | null;
}

/** The labels that the bot added under names that the policy no longer has. */
export interface FormerLabels {
  readonly names: readonly string[];
  /** With the labels of others that the log names. */
  readonly standing: Standing;
  readonly failure: Failure | null;
}

/** @param isNew whether the bot can't have added any label yet, so that no log need be read */
export async function findFormerLabels(
  client: Client,
  self: () => Promise<Self>,
  standing: Standing,
  wanted: Report,
  isNew: boolean,
): Promise<FormerLabels> {
  const { path, number } = standing;
  const suspects = formerly(standing, wanted);
  const asked = isNew ? [] : suspects.filter((name) => !standing.foreign.includes(name));
  const found = await settled(ownLabels(client, self, path, number, asked));
  if (found instanceof Failure) return { names: [], standing: { ...standing, foreign: [] }, failure: found };
  const foreign = suspects.filter((name) => !found.includes(name));
  return { names: found, standing: { ...standing, foreign }, failure: null };
}

/**
 * Writes the labels, on which a merge may depend.
 * @param created the repository's labels, and how many calls are left for those of the pull request
 */
export async function showLabels(
  client: Client,
  { names: former, standing, failure }: FormerLabels,
  wanted: Report,
  created: { readonly known: RepositoryLabels; readonly spare: number },
): Promise<Labeled> {
  const { unread } = standing;
  const { labels, state } = wanted;
  // Labels that can't be read may be the wrong ones.
  const wrong = labels === null ? [] : [state === "success" ? labels.unsigned : labels.signed];
  const there = unread === null ? standing.labels : wrong;
  const labeled = await settled(ensureLabels(client, { ...standing, there, former }, labels, state, created));
  const failures = [unread, failure, labeled].filter((part) => part instanceof Failure);
  const isRefused = labeled instanceof Refusal && labeled.code !== "host-limit" && labeled.status < 500;
  const report = isRefused ? withRefusedLabels(wanted) : wanted;
  const { writes, labels: left } = labeled instanceof Failure ? { writes: 0, labels: there } : labeled;
  return { standing: { ...standing, labels: left, last: labels }, report, isRefused, writes, failures };
}

/**
 * Writes the comment after the labels. A failure of one does not prevent the other. If no comment is needed and nothing
 * suggests that the bot wrote one, none is searched.
 * @param note of the last answer. A comment with another note stays: whether that is right shows when the check run is
 * written, see {@link noteOnPull}
 * @param fresh whether nothing suggests that the bot ever answered the pull request
 */
export async function showComment(
  client: Client,
  self: () => Promise<Self>,
  { standing, report, isRefused, failures }: Labeled,
  note: CheckNote,
  fresh: boolean,
): Promise<Commented> {
  const { path, number, read, comment: known } = standing;
  const { labels, detailsUrl } = report;
  const text = withNote(report, note);
  if (text === null) return { comment: known, text: null, writes: 0, failure: null };
  const search =
    isRefused ||
    standing.partial ||
    (note !== null && !(note === "missingCheck" && fresh)) ||
    (report.commentWanted && !fresh) ||
    known !== null ||
    // After the loss of the database, an old comment is only on a pull request that was last unsigned.
    (!fresh && labels !== null && read.includes(labels.unsigned));
  const accepted = NOTES.flatMap((other) => withNote(report, other) ?? []);
  // A label shows that a comment may be there, so a new comment waits for a label that fails for a moment.
  const isReady = report.commentWanted && (failures.length === 0 || isRefused || !fresh);
  const plan = { text, accepted, wanted: isReady, known, search, detailsUrl };
  const commented = await settled(ensureComment(client, self, path, number, plan));
  if (commented instanceof Failure) return { comment: known, text: null, writes: 0, failure: commented };
  return { ...commented, failure: null };
}

/** Failures after which no write is allowed. */
const STOPS: readonly FailureCode[] = ["superseded", "database-unreachable"];

/** Returns a failure of the host, so that the other parts of an answer are still written. */
export async function settled<T>(part: Promise<T>): Promise<T | Failure> {
  try {
    return await part;
  } catch (error) {
    if (error instanceof Failure && !STOPS.includes(error.code)) return error;
    throw error;
  }
}

/** The failure that is tried again first; null: none. */
export function firstOf(failures: readonly (Failure | null)[]): Failure | null {
  const found = failures.filter((failure) => failure !== null);
  return found.find(({ code }) => code !== "permission-missing") ?? found[0] ?? null;
}

/** The comment and the check run say that the labels are wrong. */
function withRefusedLabels(report: Report): Report {
  const { comment, summary, notes } = report;
  return {
    ...report,
    comment: comment === null ? null : `${comment}\n\n${notes.refusedLabels}`,
    commentWanted: true,
    summary: `${summary}\n\n${notes.refusedLabels}`,
  };
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
  const warning = report.state === "success" ? "redCheck" : "staleCheck";
  const isKept = note === undefined && text === withNote(report, warning);
  const wanted = isKept ? text : withNote(report, note ?? null);
  if (wanted === null || wanted === text || (text === null && (note ?? null) === null))
    return { comment: known, writes: 0 };
  if (text !== null && known !== null) return editComment(client, path, known, wanted);
  const { detailsUrl } = report;
  const plan = { text: wanted, accepted: [], wanted: true, known, search: true, detailsUrl };
  return ensureComment(client, self, path, number, plan);
}

function withNote({ comment, notes }: Report, note: CheckNote): string | null {
  return comment === null || note === null ? comment : `${comment}\n\n${notes[note]}`;
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
export function isFresh({ labels: there, last, foreign, unread }: Standing, { labels }: Report): boolean {
  if (labels === null || last !== null || unread !== null) return false;
  const own: readonly string[] = [...Object.values(DEFAULT_LABELS), labels.signed, labels.unsigned];
  return !there.some((name) => own.includes(name) && !foreign.includes(name));
}
