/** What a comment on a pull request asks the bot for. */
export type Command =
  /** Check the pull request again. */
  | { readonly kind: "recheck" }
  /**
   * A maintainer waives the requirement for a commit without a linked account. `sha` may be shortened; it is empty if the
   * command names no commit.
   */
  | { readonly kind: "waive"; readonly sha: string; readonly reason: string };

/** The hidden line by which the bot finds its own comment again; nothing in such a comment is a command. */
export const MARKER = "<!-- countersign -->";

const RECHECK = /^(?:\/check-cla|\/?recheck)$/i;
const WAIVE = /^\/cla waive(?:$|:? (.*)$)/i;
/** A commit's id or URL. */
const COMMIT = /^(?:https?:\/\/[^\s]{1,300}\/commits?\/)?([0-9a-f]{4,64})[:,;]?(?: (.*))?$/i;
/** A waiver copied with the backticks or the list's sign around it. */
const MARKED_WAIVER =
  /^ {0,3}(?:(?:[-*+]|\d{1,3}[.)]) {1,3}`{0,2}|`{1,2}) ?\/cla waive ([0-9a-f]{40,64})\b/gim;
/** How a signing sentence begins, in any language of the texts, and how people paraphrase it. */
const SIGNING =
  /\b(?:i|we)(?:\s*,[^,\n]{1,60},)?(?:\s+have|\s?['’]ve)(?:\s+(?:now|carefully|fully|also|hereby))?\s+read\b|\b(?:i|we)\s+read\b.{1,200}\bsign\b|\b(?:i|we)\s+(?:(?:do|hereby)\s+){0,2}sign\b|\b(?:i|we)\s+(?:(?:do|hereby|now)\s+){0,2}(?:accept|agree\s+to|consent\s+to)\b.{0,60}\b(?:cla|agreement|license)\b|\b(?:i|we)(?:\s+have|\s?['’]ve)\s+(?:(?:now|already|just|also|hereby)\s+){0,2}(?:signed|accepted|agreed\s+to)\b.{0,60}\b(?:cla|agreement|license)\b|(?:我|本人)(?:已(?:经|經)?|现在|现)?(?:同意(?:并|並)?)?(?:签署|簽署|接受)|我(?:们|們)?已(?:经|經)?(?:阅读|閱讀)|本人已(?:经|經)?(?:阅读|閱讀)|(?:并|並|同意)(?:签署|簽署)/i;
/** Other sentences of people who take them for a signature; not what they say of signed commits or of signing in. */
const CLAIMED =
  /\b(?:i|we)(?:\s+have|\s?['’]ve)?(?:\s+(?:now|already|just|also|hereby)){0,2}\s+(?:signed|did\s+sign)\b(?!\s*(?:-?\s*off|in|into|on|out|up)\b|.{0,30}\b(?:commit|tag|release|package|binar|image|artifact))|\b(?:i|we)\s+agree\s+with\s+(?:[\w-]+\s+){0,3}(?:cla|agreement|terms)\b|\b(?:i|we)\s+(?:accept|agree\s+to|consent\s+to)\s+(?:[\w-]+\s+){0,3}terms\b|(?:我|本人)(?:们|們)?同意.{0,20}(?:协议|協議|CLA|条款|條款)/i;
/** Lines that claim a signature and say nothing else, e.g. "Signed the CLA." */
const CLAIMING_LINE = new RegExp(
  "^[ \\t]{0,9}(?:" +
    "(?:(?:done|ok|okay|yes|just|now|already|read and|i|i['’]?ve|have)[,.!]?[ \\t]{1,9}){0,3}signed" +
    "(?:[ \\t]{1,9}(?:it|the|this|your|cla|agreement|now|already|today|above)){0,4}|" +
    "(?:the[ \\t]{1,9})?(?:cla|agreement)[ \\t]{1,9}(?:(?:is|was|has been|now|already)[ \\t]{1,9}){0,2}signed|" +
    "i[ \\t]{1,9}(?:(?:do|hereby)[ \\t]{1,9}){0,2}(?:accept|consent)(?:[ \\t]{1,9}(?:to[ \\t]{1,9})?(?:it|this))?|" +
    "(?:(?:cla|协议|協議)[ \\t]{0,9})?(?:我|本人)?(?:已经|已經|已|确认|確認|愿意|願意|完成|同意|特此){0,3}" +
    "[签簽][署了名字过過好完]{0,3}(?:(?:本|该|此|這|这)?(?:份)?[ \\t]{0,9}(?:协议|協議|cla))?了?" +
    ")[ \\t.!。！~:;)\\p{Extended_Pictographic}\\uFE0F-]{0,9}$",
  "imu",
);
/** What only a whole comment may claim: in a longer one it is about something else. */
const CLAIMING_WHOLE = /^\s*(?:i agree|(?:我|本人)?同意)[.!。！\s]*$/iu;
/** An agreement's id and version, as in a signing sentence. */
const NAMED_VERSION = /\(([\w.-]{1,64})\s+([\w.+-]*\d[\w.+-]*)\)/g;

/**
 * The commands of a comment, in order: each is a line of its own, in any case.
 * @param lines what the author wrote as plain text; see `plainLines`
 */
export function commandsIn(lines: readonly string[]): readonly Command[] {
  return lines.flatMap((line) => commandOf(line) ?? []);
}

function commandOf(line: string): Command | null {
  if (RECHECK.test(line)) return { kind: "recheck" };
  const waiver = WAIVE.exec(line);
  if (waiver === null) return null;
  const [, sha = "", reason = ""] = COMMIT.exec(waiver[1] ?? "") ?? [];
  return { kind: "waive", sha: sha.toLowerCase(), reason: reason.trim() };
}

/**
 * Whether a comment looks like a signature, even if it does not count because it is quoted, in code or in other words.
 * @param lines its plain text, in which bold words are joined to the others
 * @param agreement the one that applies, so that only its id and version count; undefined: any
 */
export function mayBeSignature(
  body: string,
  lines: readonly string[],
  agreement?: { readonly id: string; readonly version: string },
): boolean {
  if (body.includes(MARKER)) return false;
  return [body, lines.join(" ")].some((raw) => {
    const text = raw.normalize("NFKC");
    if ([SIGNING, CLAIMED, CLAIMING_LINE, CLAIMING_WHOLE].some((claim) => claim.test(text))) return true;
    return [...text.matchAll(NAMED_VERSION)].some(
      ([, id = "", version = ""]) =>
        agreement === undefined ||
        (id.toLowerCase() === agreement.id.toLowerCase() &&
          version.toLowerCase() === agreement.version.toLowerCase()),
    );
  });
}

/** The commits of waivers that do not count, because they are in a list or in code; lower case. */
export function markedWaivers(body: string): readonly string[] {
  if (body.includes(MARKER)) return [];
  return [...body.matchAll(MARKED_WAIVER)].map(([, sha = ""]) => sha.toLowerCase());
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
  const lines = readLines(body);
  if (mayBeSignature(body, lines) || markedWaivers(body).length > 0) return "read";
  const commands = commandsIn(lines);
  if (commands.length === 0) return "nothing";
  return commands.every(({ kind }) => kind === "recheck") ? "check" : "read";
}
