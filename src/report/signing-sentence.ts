import type { Agreement } from "../records/agreement.ts";
import { TEXTS } from "./report.ts";
import { sentenceOf } from "./sentence.ts";

const MAX_GREETING = 80;
/** How many times as long as its sentence a text may be: letters with separate accents, and punctuation at its end. */
const LONGER = 4;
const LATIN_HELLO = "hi|hello|hey|hallo|dear|greetings|good (?:morning|afternoon|evening|day)";
const OTHER_HELLO = "你好|您好|早上好|下午好|晚上好|嗨|哈喽|こんにちは|안녕하세요";
const SALUTATION =
  `${LATIN_HELLO}|${OTHER_HELLO}|大家好|各位(?:老师)?好|(?:many )?thanks(?: a lot)?|` +
  "thank you(?: (?:very|so) much)?|谢谢|多谢|感谢";
const MENTION = "@[a-z0-9][\\w.-]*(?:/[\\w.-]+|\\[bot\\])?";
const ADDRESSEE = `${MENTION}|there|again|all|both|everyone|everybody|folks|guys|team|maintainers?|reviewers?|and|各位|大家|维护者|老师|们|和`;
/** Any other word may be part of a refusal. */
const GREETING = new RegExp(
  `^(?:${SALUTATION}|${MENTION})(?: ?(?:${SALUTATION}|${ADDRESSEE})(?![a-z]))*$`,
  "i",
);
/** After a word of greeting, at most three words are names in any script, e.g. "hi alice" or "你好小明". */
const HELLO = new RegExp(`^(?:(?:${LATIN_HELLO})(?= )|${OTHER_HELLO}) ?(\\S+(?: \\S+){0,2})$`, "iu");
const NAME = new RegExp(`^(?:${MENTION}|\\p{L}[\\p{L}\\p{M}\\p{N}'’._-]{0,29})$`, "iu");
/** Scripts without spaces: a longer text is a sentence. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const LONGEST_UNSPACED = 6;
/** Words that no name is, in any case, because they may refuse. */
const REFUSAL =
  /^(?:i|we|no|not|never|nope|none|nobody|nothing|nah|nay|nein|nix|nicht|nichts|nie|niemals|kein|keine|nee|niet|nej|nei|inte|ikke|ingen|nem|non|pas|jamais|nada|nunca|mai|sin|sans|ohne|ne|nu|nyet|нет|не|никогда|ні|לא|لا|نہیں|नहीं|ไม่|όχι|hayır|değil|cannot|(?:do|wo|ca|is|are|was|did|does|would|should|could|must|has|have)n['’]?t|void|false|wrong|unsigned|(?:refus|reject|declin|den(?:y|ie)|disagre|withdr|revok|cancel|stop|ignor|disregard|unsign).*)$/iu;
/** Small words begin a sentence; "Will" and "May" are names. */
const SMALL =
  /^(?:a|an|the|this|that|these|those|it|he|she|they|you|your|my|our|me|us|is|are|was|were|be|been|am|do|does|did|done|have|has|had|will|would|shall|should|can|could|may|might|must|if|but|or|unless|except|without|only|just|as|for|from|on|in|at|by|to|of|with|about|below|above|following|please|sorry|test|testing|example|quote|quoting|quoted|copy|copied|paste|pasted|post|write|sign|signing|signed|agree|read|fake|joke|kidding|text|sentence|comment)$/u;
const REFUSING_SIGN =
  /[不没沒別别未无無勿莫否拒反退撤假错錯误誤删刪停我这這此请請代测測试試]|ない|ません|いや|안|않|아니|거부|못|없/u;
/** A capitalized name, such as "Alice", "Jean-Luc" or "Dr O'Neil", may have more words of greeting after it. */
const NAMED =
  /^([Hh]i|[Hh]ello|[Hh]ey|[Hh]allo|[Dd]ear) (?:(?:Dr|Mr|Mrs|Ms|Prof) )?((?:\p{Lu}['’])?\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?)(?!\S)/u;
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

/** Whether a line is only a greeting before the sentence, e.g. "Hi @octocat,", "hi alice" or "你好！". */
function isGreeting(line: string): boolean {
  if (line.length > MAX_GREETING) return false;
  const words = line.replace(PUNCTUATION, " ").trim();
  const unnamed = words.replace(NAMED, (all, hello: string, name: string) =>
    REFUSAL.test(name) ? all : hello,
  );
  return GREETING.test(unnamed) || namesOnly(words);
}

/** Whether text without punctuation is a word of greeting and the names of whom it greets. */
function namesOnly(words: string): boolean {
  const [, rest] = HELLO.exec(words) ?? [];
  return rest !== undefined && rest.split(" ").every(isName);
}

function isName(word: string): boolean {
  if (!NAME.test(word) || REFUSAL.test(word) || SMALL.test(word) || REFUSING_SIGN.test(word)) return false;
  return !UNSPACED.test(word) || word.length <= LONGEST_UNSPACED;
}

function normal(text: string): string {
  return (
    text
      .normalize("NFKC")
      // Invisible characters come along when a sentence is copied.
      .replace(/\p{Cf}/gu, "")
      .replace(/\s+/g, " ")
      .trim()
      .replace(/[.。!！]+$/, "")
      .trim()
      // Also joins letters that are alike only in capitals, such as ß and ss.
      .toUpperCase()
      .toLowerCase()
  );
}
