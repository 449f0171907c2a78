/** What a comment on a pull request asks the bot for. */
export type Command =
  /** Check the pull request again. */
  | { readonly kind: "recheck" }
  /** A maintainer answers for a commit that no account stands behind. */
  | { readonly kind: "waive"; readonly sha: string; readonly reason: string }
  /** The sentence by which a person signs, as they wrote it; whether it is the right one is not judged here. */
  | { readonly kind: "sign"; readonly sentence: string };

/** The hidden line by which the bot finds its own comment again; nothing in such a comment is a command. */
export const MARKER = "<!-- countersign -->";

const RECHECK = /^(?:\/check-cla|\/?recheck)$/i;
const WAIVE = /^\/cla\s+waive\s+([0-9a-f]{7,64})(?:\s+(.*))?$/i;
const SIGN = /^(?:i have read\b|我已阅读)/i;
/** No command is longer; what a stranger writes beyond it is not read. */
const LONGEST_LINE = 2048;
const FENCE = /^(?:```|~~~)/;

/**
 * The first command of a comment: a line of its own, outside quotations and code blocks, whatever its case.
 * Null where there is none, in the bot's own comment too.
 */
export function parseCommand(body: string): Command | null {
  if (body.includes(MARKER)) return null;
  let fenced = false;
  for (const raw of body.split(/\r\n|\n|\r/)) {
    const line = raw.slice(0, LONGEST_LINE).trim();
    if (FENCE.test(line)) fenced = !fenced;
    if (fenced) continue;
    if (RECHECK.test(line)) return { kind: "recheck" };
    const waive = WAIVE.exec(line);
    if (waive?.[1] !== undefined)
      return { kind: "waive", sha: waive[1].toLowerCase(), reason: waive[2]?.trim() ?? "" };
    if (SIGN.test(line)) return { kind: "sign", sentence: line };
  }
  return null;
}

/** Whether a comment may ask the bot for something. */
export function isCommand(body: string): boolean {
  return parseCommand(body) !== null;
}
