import type { Agreement } from "../records/agreement.ts";
import { TEXTS } from "./report.ts";
import { sentenceOf } from "./sentence.ts";

const MAX_GREETING = 80;
/** How many times as long as its sentence a text may be: letters with separate accents, and punctuation at its end. */
const LONGER = 4;
const SALUTATION =
  "hi|hello|hey|hallo|dear|greetings|good (?:morning|afternoon|evening|day)|(?:many )?thanks(?: a lot)?|" +
  "thank you(?: (?:very|so) much)?|你好|您好|大家好|各位(?:老师)?好|早上好|下午好|晚上好|谢谢|多谢|感谢|嗨|哈喽|こんにちは|안녕하세요";
const MENTION = "@[a-z0-9][\\w.-]*(?:/[\\w.-]+|\\[bot\\])?";
const ADDRESSEE = `${MENTION}|there|again|all|both|everyone|everybody|folks|guys|team|maintainers?|reviewers?|and|各位|大家|维护者|老师|们|和`;
/** Any other word may be part of a refusal. */
const GREETING = new RegExp(
  `^(?:${SALUTATION}|${MENTION})(?: ?(?:${SALUTATION}|${ADDRESSEE})(?![a-z]))*$`,
  "i",
);
/** A name is one capitalized word, such as "Alice", "Jean-Luc" or "O'Neil", perhaps after a title. */
const NAMED =
  /^([Hh]i|[Hh]ello|[Hh]ey|[Hh]allo|[Dd]ear) (?:(?:Dr|Mr|Mrs|Ms|Prof) )?(?!(?:No|Not|Never|Nope|None|Nobody|Nothing|Nein|Nix|Nicht|Nichts|Nee|Nej|Nei|Nie|Niet|Nem|Non|Nope|Nah|Nay|Nada|Nunca|Jamais|Mai|Kein|Keine|Ne|Nu|Nyet|Refused?|Refuse|Refusing|Denied|Declined?|Reject(?:ed)?|Disagree|Disagreed|Stop|Cancel|Void|Wrong|False|Don|Unsigned|Withdrawn|Revoked)\b)(?:\p{Lu}['’])?\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?(?!\S)/u;
/** Only friendly signs: others may be part of a refusal. */
const PUNCTUATION =
  /(?::-?\)|:(?:wave|smile|smiley|blush|grinning|pray|slightly_smiling_face|tada|heart):|[\s,，、。!！~～:：&…—👋🙂😊😀😃😄😁🤗🎉🙏]|[\u{1F3FB}-\u{1F3FF}]|\.(?!\S))+/gu;

/**
 * Whether plain text is the signing sentence of an agreement, in any language, with nothing else except a greeting line
 * before it. White space, letter case and a missing period make no difference.
 * @param lines what the author wrote as plain text
 */
export function isSigningSentence(lines: readonly string[], agreement: Agreement): boolean {
  const { title, id, version } = agreement;
  const sentences = Object.values(TEXTS)
    .flatMap((texts) => [sentenceOf(agreement, texts), texts.comment.sentence(title, id, version)])
    .map(normal);
  const longest = Math.max(...sentences.map((sentence) => sentence.length));
  const isOne = (text: string): boolean =>
    text.length <= longest * LONGER && sentences.includes(normal(text));
  const [first = "", ...rest] = lines;
  return isOne(lines.join(" ")) || (isGreeting(first) && isOne(rest.join(" ")));
}

/** Whether a line is only a greeting before the sentence, e.g. "Hi @octocat," or "你好！". */
function isGreeting(line: string): boolean {
  if (line.length > MAX_GREETING) return false;
  const words = line.replace(PUNCTUATION, " ").trim();
  return GREETING.test(words.replace(NAMED, "$1"));
}

function normal(text: string): string {
  return (
    text
      .normalize("NFKC")
      .replace(/\s+/g, " ")
      .trim()
      .replace(/[.。!！]+$/, "")
      .trim()
      // Also joins letters that are alike only in capitals, such as ß and ss.
      .toUpperCase()
      .toLowerCase()
  );
}
