/**
 * What other people wrote (titles, names, logins, messages, paths), made safe to stand in the bot's own Markdown: it is
 * shown as it was written, on one line, of bounded length, and does nothing. It opens no element, link, image or code,
 * closes none around it, notifies nobody and refers to no issue.
 *
 * Escapes are not enough, because hosts look for `@name`, `#1`, `:name:` and addresses in the text *after* they have
 * parsed the Markdown and resolved escapes and entities. A zero-width space behind the sign breaks each of these and is
 * invisible.
 */

const MAX_LENGTH = 200;
const ZERO_WIDTH_SPACE = "\u200b";

/**
 * Text between other text, in a list, a heading, a table or a link's label.
 * @param limit the most characters that are shown
 */
export function text(written: string, limit = MAX_LENGTH): string {
  return oneLine(written, limit)
    .replace(/[@#:.](?=\S)|\bGH-(?=\d)/gi, `$&${ZERO_WIDTH_SPACE}`)
    .replace(/[\\`*_{}[\]()#+.!|~$=^-]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/**
 * A code span; an empty string for nothing visible. Not for a table's cell, where a `|` would end it. Two code spans
 * need something between them.
 * @param limit the most characters that are shown
 */
export function code(written: string, limit = MAX_LENGTH): string {
  const shown = oneLine(written, limit).replace(/@(?=\S)/g, `@${ZERO_WIDTH_SPACE}`);
  if (shown === "") return "";
  const longest = Math.max(0, ...(shown.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A link, or only the label if `url` is not a plain web address or the label is empty. */
export function link(label: string, url: string, limit = MAX_LENGTH): string {
  const shown = text(label, limit);
  const target = webAddress(url);
  return shown === "" || target === null ? shown : `[${shown}](<${target}>)`;
}

/** Names somebody so that the host notifies them; a bot's login, or anything else that is not a name, becomes code. */
export function mention(login: string): string {
  return /^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/i.test(login) ? `@${login}` : code(login);
}

/** What a reader sees of a text: no line breaks, no control or direction characters, cut to `limit`. */
function oneLine(written: string, limit: number): string {
  const shown = written
    .toWellFormed()
    // The two joiners stay: scripts and emoji need them.
    .replace(/(?![\u200c\u200d])\p{Cf}/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  const characters = Array.from(shown);
  if (characters.length <= limit) return shown;
  return `${characters
    .slice(0, limit - 1)
    .join("")
    .trimEnd()}…`;
}

function webAddress(url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return null;
  if (parsed.username !== "" || parsed.password !== "") return null;
  return parsed.href
    .replace(/[<>()|\\`[\]*_]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("&", "&amp;");
}
