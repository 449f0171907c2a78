/** What a comment on a pull request asks the bot for. */
export type Command =
  /** Check the pull request again. */
  | { readonly kind: "recheck" }
  /** A maintainer waives the requirement for a commit without a linked account. */
  | { readonly kind: "waive"; readonly sha: string; readonly reason: string };

/** The hidden line by which the bot finds its own comment again; nothing in such a comment is a command. */
export const MARKER = "<!-- countersign -->";

const RECHECK = /^(?:\/check-cla|\/?recheck)$/i;
const WAIVE = /^\/cla waive ([0-9a-f]{4,64})(?: (.*))?$/i;
/** How a signing sentence begins, in any language of the texts, and how people paraphrase it. */
const SIGNING = /\bi\s+(?:have|'ve|’ve)\s+read\b|\bi\s+(?:hereby\s+)?sign\b|我已阅读|并签署/i;

/** The most commands of one comment that are obeyed; each may cost calls at the host. */
const MOST_COMMANDS = 10;

/**
 * The commands of a comment, in order: each is a line of its own, in any case.
 * @param lines what the author wrote as plain text; see `plainLines`
 */
export function commandsIn(lines: readonly string[]): readonly Command[] {
  return lines.flatMap((line) => commandOf(line) ?? []).slice(0, MOST_COMMANDS);
}

function commandOf(line: string): Command | null {
  if (RECHECK.test(line)) return { kind: "recheck" };
  const [, sha, reason = ""] = WAIVE.exec(line) ?? [];
  return sha === undefined ? null : { kind: "waive", sha: sha.toLowerCase(), reason: reason.trim() };
}

/**
 * Whether a comment looks like a signature, even if it does not count because it is quoted, in code or in other words.
 */
export function mayBeSignature(body: string): boolean {
  return !body.includes(MARKER) && SIGNING.test(body);
}

/**
 * What a comment asks for, as far as a webhook must know: only a check, or something for which the comment must be
 * read.
 */
export function askOf(
  body: string,
  readLines: (body: string) => readonly string[],
): "nothing" | "check" | "read" {
  if (body.includes(MARKER)) return "nothing";
  if (mayBeSignature(body)) return "read";
  const commands = commandsIn(readLines(body));
  if (commands.length === 0) return "nothing";
  return commands.every(({ kind }) => kind === "recheck") ? "check" : "read";
}
