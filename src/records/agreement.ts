import type { HostName } from "../account.ts";

/** A contributor licence agreement as `countersign.yml` declares it. */
export interface Agreement {
  readonly id: string;
  readonly title: string;
  /** The version in force from {@link effective} on. */
  readonly version: string;
  /** Where people read and sign it elsewhere; null where this bot shows the document. */
  readonly url: string | null;
  /** The Markdown file that this bot shows and lets people sign; null where it stands elsewhere. */
  readonly document: string | null;
  /** Patterns `HOST:OWNER/NAME`; `*` stands for any run of characters but `/`, a leading `!` excludes. */
  readonly repositories: readonly string[];
  /** Versions that still count beside the current one, without an end. */
  readonly accepts: readonly string[];
  /** How many days a signature of any other earlier version still counts after {@link effective}. */
  readonly graceDays: number;
  /** When the version takes effect, in milliseconds since the epoch; null: it always was in effect. */
  readonly effective: number | null;
  readonly sign: readonly ("page" | "comment")[];
  /** Who ends a signature. */
  readonly withdrawal: "self" | "operator";
}

const DAY = 86_400_000;

/**
 * The agreement that covers a repository: the first whose patterns match.
 * @param path the repository's `owner/name` at its host; compared without regard to case, as hosts do.
 */
export function agreementFor(
  agreements: readonly Agreement[],
  host: HostName,
  path: string,
): Agreement | null {
  return agreements.find(({ repositories }) => covers(repositories, host, path)) ?? null;
}

/** Whether a list of patterns takes a repository in: some pattern matches and none that begins with `!` does. */
export function covers(patterns: readonly string[], host: HostName, path: string): boolean {
  const name = `${host}:${path}`.toLowerCase();
  const matches = (pattern: string): boolean => matchesPattern(pattern.toLowerCase(), name);
  return (
    patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1)))
  );
}

/**
 * Compares without regard to case, where `*` stands for any run but `/`. Only the last star is ever gone back to, so
 * that a name costs at most the product of both lengths; a regular expression would backtrack through every star.
 */
function matchesPattern(pattern: string, name: string): boolean {
  let at = 0;
  let afterStar = -1;
  let resume = 0;
  for (let i = 0; i < name.length;) {
    if (pattern[at] === "*") {
      at += 1;
      [afterStar, resume] = [at, i];
    } else if (pattern[at] === name[i]) {
      at += 1;
      i += 1;
    } else if (afterStar >= 0 && name[resume] !== "/") {
      at = afterStar;
      resume += 1;
      i = resume;
    } else return false;
  }
  while (pattern[at] === "*") at += 1;
  return at === pattern.length;
}

/** How far a signature of some version counts for an agreement. */
export type VersionStanding =
  | { readonly kind: "counts" }
  /** It counts until `until`, in milliseconds since the epoch; then the new version must be signed. */
  | { readonly kind: "grace"; readonly until: number }
  | { readonly kind: "outdated" };

/** @param now milliseconds since the epoch */
export function versionStanding(agreement: Agreement, version: string, now: number): VersionStanding {
  if (version === agreement.version || agreement.accepts.includes(version)) return { kind: "counts" };
  if (agreement.effective === null) return { kind: "outdated" };
  const until = agreement.effective + agreement.graceDays * DAY;
  return now < until ? { kind: "grace", until } : { kind: "outdated" };
}
