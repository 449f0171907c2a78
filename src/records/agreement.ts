import type { HostName } from "../account.ts";

/** One of the texts of an agreement's version. Each is complete. */
export interface AgreementText {
  /** BCP 47, e.g. `zh-CN`; null: not named in the configuration. */
  readonly language: string | null;
  /** The URL if it is hosted elsewhere; null if this bot shows the document. */
  readonly url: string | null;
  /** The Markdown file; null if the text is hosted elsewhere. */
  readonly document: string | null;
}

/** A contributor license agreement from `countersign.yml`. */
export interface Agreement {
  readonly id: string;
  readonly title: string;
  /** The version in force from {@link effective} on. */
  readonly version: string;
  /** The URL of the binding text if it is hosted elsewhere; null if this bot shows the document. */
  readonly url: string | null;
  /** The Markdown file of the binding text, which this bot shows; null if it is hosted elsewhere. */
  readonly document: string | null;
  /** Its texts in named languages, if any; the binding text comes first. See {@link textsOf}. */
  readonly texts?: readonly AgreementText[];
  /** The base of relative links in its documents; without it, such links are shown as text. */
  readonly documentBase?: string;
  /** Patterns `HOST:OWNER/NAME`; `*` matches any characters but `/`, a leading `!` excludes. */
  readonly repositories: readonly string[];
  /** Earlier versions that count without an end. */
  readonly accepts: readonly string[];
  /** How many days a signature of any other earlier version still counts after {@link effective}. */
  readonly graceDays: number;
  /** When the version takes effect, in milliseconds since the epoch; null: it always was in effect. */
  readonly effective: number | null;
  readonly sign: readonly ("page" | "comment")[];
  /** Who can end a signature. */
  readonly withdrawal: "self" | "operator";
}

const DAY = 86_400_000;

/** The texts of an agreement; the first is the binding one. */
export function textsOf({ texts, url, document }: Agreement): readonly [AgreementText, ...AgreementText[]] {
  const [first, ...others] = texts ?? [];
  return first === undefined ? [{ language: null, url, document }] : [first, ...others];
}

/** The text for a reader of `language`: the text in this language, in its main language, or the binding text. */
export function textFor(agreement: Agreement, language: string): AgreementText {
  const texts = textsOf(agreement);
  const main = (code: string | null): string => code?.toLowerCase().split("-")[0] ?? "";
  return (
    texts.find((text) => text.language === language) ??
    texts.find((text) => main(text.language) === main(language)) ??
    texts[0]
  );
}

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

/** Whether a list of patterns includes a repository: a pattern matches, and no pattern with `!` does. */
export function covers(patterns: readonly string[], host: HostName, path: string): boolean {
  const name = `${host}:${path}`.toLowerCase();
  const matches = (pattern: string): boolean => matchesPattern(pattern.toLowerCase(), name);
  return (
    patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1)))
  );
}

/**
 * Compares without regard to case; `*` matches any characters but `/`. It backtracks only to the last star, so the time
 * is bounded by the product of both lengths. A regular expression would backtrack through every star.
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

/** Whether a signature of a version counts for an agreement. */
export type VersionStanding =
  | { readonly kind: "counts" }
  /** It counts until `until`, in milliseconds since the epoch; then the new version must be signed. */
  | { readonly kind: "grace"; readonly until: number }
  | { readonly kind: "outdated" };

/** Whether a version is the current one or one that is accepted without a time limit. */
export function isInForce({ version: current, accepts }: Agreement, version: string): boolean {
  return version === current || accepts.includes(version);
}

/** @param now milliseconds since the epoch */
export function versionStanding(agreement: Agreement, version: string, now: number): VersionStanding {
  if (isInForce(agreement, version)) return { kind: "counts" };
  if (agreement.effective === null) return { kind: "outdated" };
  const until = agreement.effective + agreement.graceDays * DAY;
  return now < until ? { kind: "grace", until } : { kind: "outdated" };
}
