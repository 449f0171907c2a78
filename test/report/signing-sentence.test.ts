import { expect, it } from "vitest";
import { plainLines } from "../../src/markdown/plain-text.ts";
import { TEXTS } from "../../src/report/report.ts";
import { sentenceOf } from "../../src/report/sentence.ts";
import { signedLanguage } from "../../src/report/signing-sentence.ts";
import { agreement } from "../verdict/facts.ts";

const SENTENCE = "I have read the Individual Contributor License Agreement (icla 1.0) and I sign it.";
const signs = (body: string) => signedLanguage(plainLines(body), agreement) !== null;

it.each([2_100, 9_000])(
  "%i letters in one line after it, read or not, make it no signing sentence",
  (length) => {
    expect(signs(`${SENTENCE}${" ".repeat(length)}No.`)).toBe(false);
    expect(signs(`${SENTENCE}\n\n${"x".repeat(length)}`)).toBe(false);
  },
);

it.each([
  SENTENCE,
  "我已阅读《Individual Contributor License Agreement》（icla 1.0）并签署。",
  `\n\n   ${SENTENCE}  \n`,
  SENTENCE.slice(0, -1),
  `\u200b${SENTENCE}\u2060`,
  `**${SENTENCE}**`,
  SENTENCE.toUpperCase(),
  SENTENCE.replace(" and ", "\nand "),
  SENTENCE.replace("(icla", "(icla ").replaceAll("  ", " "),
  `Hi @octocat,\n${SENTENCE}`,
  `Hello everyone!\n\n${SENTENCE}`,
  `你好！\n\n${SENTENCE}`,
  `Hi Alice,\n\n${SENTENCE}`,
  `Hello @countersign[bot],\n\n${SENTENCE}`,
  `Dear maintainers:\n${SENTENCE}`,
  `Hey @a, @b-c and @d! 👋\n\n${SENTENCE}`,
  `Hi all, thanks!\n\n${SENTENCE}`,
  `Thank you very much.\n\n${SENTENCE}`,
  `各位老师好：\n\n${SENTENCE}`,
  `大家好，谢谢 @octocat\n\n${SENTENCE}`,
  ...[
    "Hi @octo/maintainers,",
    "@octocat,",
    "Hi guys,",
    "Hi all :)",
    "Hi folks 😄",
    "Hi 👋🏽",
    "Hello :wave:",
    "Hi there…",
    "Hi Jean-Luc,",
    "Hi O'Neil,",
    "Dear Dr. Smith,",
    "嗨，",
    "こんにちは",
    "hi alice,",
    "Hi 小明",
    "你好小明，",
    "您好，王老师！",
    "hey vincent",
    "Hello CLA bot!",
    "Hello Jean-Luc Picard,",
    "Hi Bob and @carol",
    "Hi Will",
    "Bonjour !",
    "Moin",
    "👋",
    "老师好：",
    "各位维护者，你们好！",
    "尊敬的维护者：",
    "Dear Dr. Smith, thanks a lot!",
    "Good morning, Alice and Bob",
    "こんにちは、田中さん",
    "안녕하세요 김철수님",
    "Hi Алиса!",
  ].map((greeting) => `${greeting}\n\n${SENTENCE}`),
  SENTENCE.replace("have", "**have**").replace("and I", "and **I**"),
  `${SENTENCE}\n\n/check-cla`,
  `recheck\n${SENTENCE}`,
])("%j is the signing sentence", (body) => expect(signs(body)).toBe(true));

it.each([
  `> ${SENTENCE}`,
  `\`${SENTENCE}\``,
  `    ${SENTENCE}`,
  `~~${SENTENCE}~~`,
  `<!-- ${SENTENCE} -->`,
  `I do not agree to this:\n\n${SENTENCE}`,
  `Hi, I was told to write:\n\n${SENTENCE}`,
  `Hi, I do not agree to this and will not sign\n\n${SENTENCE}`,
  `Hi @bob, please post this as a comment\n\n${SENTENCE}`,
  `Hello, never post the following!\n${SENTENCE}`,
  `Thanks but no thanks.\n\n${SENTENCE}`,
  `Thanks, no.\n\n${SENTENCE}`,
  `Hi No\n${SENTENCE}`,
  `Hi Nein\n${SENTENCE}`,
  `Hi Nix\n${SENTENCE}`,
  `Hi Refused.\n${SENTENCE}`,
  `Dear all, not true\n${SENTENCE}`,
  `Hi Alice, no\n${SENTENCE}`,
  `Hi 👎\n\n${SENTENCE}`,
  `Hi :-1:\n\n${SENTENCE}`,
  `Hi :(\n\n${SENTENCE}`,
  `Hi 🚫\n\n${SENTENCE}`,
  `Dear Dr. No,\n\n${SENTENCE}`,
  `Hi Don't,\n\n${SENTENCE}`,
  `@octocat no\n\n${SENTENCE}`,
  ...[
    "hi no",
    "hi i refuse",
    "hi never mind",
    "hello don't sign",
    "Hi Cannot",
    "Hi this is false",
    "Hi please ignore",
    "hi one two three four",
    "Hi нет",
    "Hi 我拒绝",
    "你好我不签",
    "您好，以下内容请勿当真",
    "こんにちは、同意しません",
    "안녕하세요 안합니다",
    "thanks for nothing",
    "alice",
    "high alice",
    "Hi, I'm against.",
    "Hello, I'd object",
    "Hi I'm Against This",
    "Hi, This Is Crap",
    "Hi, absolutely unacceptable nonsense",
    "hello, maybe later",
    "Hi, under protest",
    "Hi, objection!",
    "Hi, translation:",
    "Hi Bob says",
    "Hi bob wrote",
    "Dear bob's signature",
    "hey lol",
    "Hi, conditionally",
    "Hi, pending approval",
    "Hallo, keinesfalls",
    "Hello jean-luc picard,",
    "Hello محمد",
    "你好 恕难从命",
    "您好，有异议",
    "你好，算了",
    "您好 引用",
    "こんにちは、嫌です",
    "안녕하세요 싫어요",
  ].map((line) => `${line}\n\n${SENTENCE}`),
  `Hi "the bot wants"\n\n${SENTENCE}`,
  `Hi @bob?\n\n${SENTENCE}`,
  `你好，我不同意\n\n${SENTENCE}`,
  `谢谢，我不签\n\n${SENTENCE}`,
  `大家好，请勿发布以下内容\n\n${SENTENCE}`,
  `Hi\n\nNo.\n\n${SENTENCE}`,
  `Hi\n\nThanks\n\nI refuse\n\n${SENTENCE}`,
  `${SENTENCE}\n\nBut only for this pull request.`,
  `${SENTENCE}\n\n/check-cla but I do not sign`,
  `${SENTENCE} Not.`,
  SENTENCE.replace("1.0", "0.9"),
  "I have read the CLA and I sign it.",
])("%j is not", (body) => expect(signs(body)).toBe(false));

it.each([
  "Foo *Bar* CLA",
  "The `foo` CLA",
  "<Foo> CLA",
  "A &amp; B CLA",
  "A & B CLA",
  "A &copy; B",
  "C++ _Foo_ CLA",
  "snake_case CLA",
  "~~x~~ CLA",
  "Foo\\*Bar CLA",
  "[Foo](bar) CLA",
  "<!-- Foo",
  "Straße CLA",
])("the sentence that the bot shows for the title %j signs, and half of it does not", (title) => {
  const titled = { ...agreement, title };
  for (const [language, texts] of Object.entries(TEXTS)) {
    const shown = sentenceOf(titled, texts);
    const read = (text: string) => signedLanguage(plainLines(text), titled);
    expect(read(shown)).toBe(language);
    expect(read(shown.toUpperCase())).toBe(language);
    expect(read(`${shown} Not.`)).toBeNull();
    const refused = shown.replace("I sign", "I do not sign").replace("并签署", "但不签署");
    expect(read(refused)).toBeNull();
  }
});
