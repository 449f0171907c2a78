import type { Agreement } from "../records/agreement.ts";
import { commandsIn } from "./command.ts";
import { TEXTS, type Language } from "./report.ts";
import { sentenceOf } from "./sentence.ts";

const MAX_GREETING = 80;
/** How many times as long as its sentence a text may be: letters with separate accents, and punctuation at its end. */
const LONGER = 4;
const LATIN_HELLO =
  "hi|hello|hey|hallo|dear|greetings|good (?:morning|afternoon|evening|day)|hola|bonjour|salut|moin|servus|ciao|" +
  "guten (?:tag|morgen|abend)";
const OTHER_HELLO = "你好|您好|早上好|下午好|晚上好|嗨|哈喽|こんにちは|안녕하세요";
const SALUTATION =
  `${LATIN_HELLO}|${OTHER_HELLO}|大家好|各位(?:老师)?好|` +
  "(?:尊敬的|亲爱的)?(?:各位)?(?:维护者|老师|管理员)们?(?: ?(?:你们?|您)?好)?|" +
  "(?:many )?thanks(?: a lot)?|thank you(?: (?:very|so) much)?|谢谢|多谢|感谢";
const MENTION = "@[a-z0-9][\\w.-]*(?:/[\\w.-]+|\\[bot\\])?";
const ADDRESSEE = `${MENTION}|there|again|all|both|everyone|everybody|folks|guys|team|maintainers?|reviewers?|(?:cla )?bot|and|各位|大家|维护者|老师|们|和`;
/** Any other word may be part of a refusal. */
const GREETING = new RegExp(
  `^(?:${SALUTATION}|${MENTION})(?: ?(?:${SALUTATION}|${ADDRESSEE})(?![a-z]))*$`,
  "i",
);
/** After a word of greeting, at most three words are names, e.g. "hi alice" or "你好小明". */
const HELLO = new RegExp(`^(?:(?:${LATIN_HELLO})(?= )|${OTHER_HELLO}) ?(\\S+(?: \\S+){0,2})$`, "iu");
const MENTIONED = new RegExp(`^${MENTION}$`, "i");
const AND = /^(?:and|und|et|y|和)$/i;
/** In scripts with capital letters. A word of another script is a name only if it has the form of {@link ADDRESSED}. */
const NAME = /^[\p{Lu}\p{Ll}][\p{Lu}\p{Ll}\p{M}\p{N}'’._-]{0,29}$/u;
const CAPITAL = /^\p{Lu}/u;
/** "小明", "王老师", "田中さん", "김철수님": anything else may be a sentence. */
const ADDRESSED =
  /^(?:[小老阿]\p{Script=Han}|\p{L}{1,4}(?:老师|先生|女士|同学|大佬|哥|姐)|\p{L}{1,6}(?:さん|様|さま|くん)|\p{L}{1,4}[님씨])$/u;
/** Words that no name is, in any case, because they may refuse, or say that another wrote the sentence. */
const REFUSAL = new RegExp(
  "^(?:i|we|no|not|never|nope|none|nobody|nothing|nah|nay|nein|nix|nicht|nichts|nie|niemals|kein|keine|nee|niet|" +
    "nej|nei|inte|ikke|ingen|nem|non|pas|jamais|nada|nunca|mai|sin|sans|ohne|ne|nu|n[jy]et|нет|не|никогда|против|" +
    "ні|όχι|hayır|değil|cannot|(?:do|wo|ca|is|are|was|did|does|would|should|could|must|has|have)n['’]?t|void|" +
    "false|wrong|against|oppos\\S*|object\\S*|protest\\S*|veto\\S*|hardly|nonsense|crap|hell|damn|lol|lmao|jk|" +
    "(?:ha|he){2,}h?|jok\\S*|sarcas\\S*|iron(?:y|ic\\S*)|later|maybe|perhaps|tomorrow|soon|wait|hold|hypothe\\S*|" +
    "provided|subject|template|translat\\S*|excerpt|sample|placeholder|dummy|demo|sa(?:ys|id)|wr(?:ote|ites)|" +
    "asked|told|under|nice|over|(?:refus|reject|declin|den(?:y|ie)|disagre|withdr|revok|cancel|stop|ignor|disregard|" +
    "abgelehn|ablehn|verweiger|widerspr|einspr|rechaz|rehus|rifiut|recus|weiger|отказ)\\S*|keines(?:falls|wegs)|" +
    "(?:un|dis)\\p{L}{4,}|\\p{L}{4,}(?:ing|[st]ion|ally|ntly|tely|bly|edly)|" +
    "(?:i|we|you|he|she|it|they|that|this|there|who|what)['’](?:m|d|ll|ve|re)|.+['’]s)$",
  "iu",
);
/** Small words begin a sentence; "Will" and "May" are names. */
const SMALL =
  /^(?:a|an|the|this|that|these|those|it|he|she|they|you|your|my|our|me|us|is|are|was|were|be|been|am|do|does|did|done|have|has|had|will|would|shall|should|can|could|may|might|must|if|but|or|unless|except|without|only|just|as|for|from|on|in|at|by|to|of|with|about|below|above|following|please|sorry|test|testing|example|quote|quoting|quoted|copy|copied|paste|pasted|post|write|sign|signing|signed|agree|read|fake|joke|kidding|text|sentence|comment)$/iu;
const NAMED_SO = /^(?:Will|May)$/;
const REFUSING_SIGN =
  /[不没沒別别未无無勿莫否拒反退撤假错錯误誤删刪停我这這此请請代测測试試心实實]|ない|ません|いや|안|않|아니|거부|못|없/u;
/** A capitalized name, such as "Alice", "Jean-Luc" or "Dr O'Neil", may have more words of greeting after it. */
const NAMED =
  /^([Hh]i|[Hh]ello|[Hh]ey|[Hh]allo|[Dd]ear) (?:(?:Dr|Mr|Mrs|Ms|Prof) )?((?:\p{Lu}['’])?\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?)(?!\S)/u;
/** Only friendly signs: others may be part of a refusal. */
const PUNCTUATION =
  /(?::-?\)|:(?:wave|smile|smiley|blush|grinning|pray|slightly_smiling_face|tada|heart):|[\s,，、。!！~～:：&…—👋🙂😊😀😃😄😁🤗🎉🙏]|[\u{1F3FB}-\u{1F3FF}]|\.(?!\S))+/gu;

/**
 * The language of the signing sentence of an agreement if plain text is that sentence, with nothing else except a
 * greeting line before it and commands; null: it is not. White space, letter case and a missing period make no difference.
 * @param lines what the author wrote as plain text
 */
export function signedLanguage(lines: readonly string[], agreement: Agreement): Language | null {
  const { title, id, version } = agreement;
  const sentences = Object.entries(TEXTS).flatMap(([language, texts]) =>
    [sentenceOf(agreement, texts), texts.comment.sentence(title, id, version)].map(
      (sentence) => [normal(sentence), language as Language] as const,
    ),
  );
  const longest = Math.max(...sentences.map(([sentence]) => sentence.length));
  const languageIn = (text: string): Language | null => {
    if (text.length > longest * LONGER) return null;
    const found = normal(text);
    return sentences.find(([sentence]) => sentence === found)?.[1] ?? null;
  };
  const own = lines.filter((line) => commandsIn([line]).length === 0);
  const [first = "", ...rest] = own;
  return languageIn(own.join(" ")) ?? (isGreeting(first) ? languageIn(rest.join(" ")) : null);
}

/** Whether a line is only a greeting before the sentence, e.g. "Hi @octocat,", "hi alice", "你好！" or "👋". */
function isGreeting(line: string): boolean {
  if (line.length > MAX_GREETING) return false;
  const words = line.replace(PUNCTUATION, " ").trim();
  const unnamed = words.replace(NAMED, (all, hello: string, name: string) => (isName(name) ? hello : all));
  return words === "" || GREETING.test(unnamed) || namesOnly(words);
}

/** Whether text without punctuation is a word of greeting and the names of whom it greets. */
function namesOnly(words: string): boolean {
  const [, rest] = HELLO.exec(words) ?? [];
  if (rest === undefined) return false;
  const names = rest.split(" ").filter((word) => !AND.test(word));
  const [name = ""] = names;
  // Several words in small letters are a sentence.
  if (names.length === 1) return isName(name);
  return names.every((one) => isName(one) && (CAPITAL.test(one) || MENTIONED.test(one)));
}

function isName(word: string): boolean {
  if (MENTIONED.test(word)) return true;
  if (REFUSAL.test(word) || REFUSING_SIGN.test(word)) return false;
  if (SMALL.test(word) && !NAMED_SO.test(word)) return false;
  return NAME.test(word) || ADDRESSED.test(word);
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
