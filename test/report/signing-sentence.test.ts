import { expect, it } from "vitest";
import { plainLines } from "../../src/markdown/plain-text.ts";
import { TEXTS } from "../../src/report/report.ts";
import { sentenceOf } from "../../src/report/sentence.ts";
import { isSigningSentence } from "../../src/report/signing-sentence.ts";
import { agreement } from "../verdict/facts.ts";

const SENTENCE = "I have read the Individual Contributor License Agreement (icla 1.0) and I sign it.";
const signs = (body: string) => isSigningSentence(plainLines(body), agreement);

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
    "Hello jean-luc picard,",
    "Dear Dr. Smith, thanks a lot!",
    "Good morning, Alice and Bob",
    "こんにちは、田中さん",
    "안녕하세요 김철수님",
    "Hi Алиса!",
    "Hello محمد",
  ].map((greeting) => `${greeting}\n\n${SENTENCE}`),
  SENTENCE.replace("have", "**have**").replace("and I", "and **I**"),
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
  ].map((line) => `${line}\n\n${SENTENCE}`),
  `Hi "the bot wants"\n\n${SENTENCE}`,
  `Hi @bob?\n\n${SENTENCE}`,
  `你好，我不同意\n\n${SENTENCE}`,
  `谢谢，我不签\n\n${SENTENCE}`,
  `大家好，请勿发布以下内容\n\n${SENTENCE}`,
  `Hi\n\nNo.\n\n${SENTENCE}`,
  `Hi\n\nThanks\n\nI refuse\n\n${SENTENCE}`,
  `${SENTENCE}\n\nBut only for this pull request.`,
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
  for (const texts of Object.values(TEXTS)) {
    const shown = sentenceOf(titled, texts);
    expect(isSigningSentence(plainLines(shown), titled)).toBe(true);
    expect(isSigningSentence(plainLines(shown.toUpperCase()), titled)).toBe(true);
    expect(isSigningSentence(plainLines(`${shown} Not.`), titled)).toBe(false);
    expect(isSigningSentence(plainLines(shown.replace("I sign", "I do not sign")), titled)).toBe(
      texts === TEXTS["zh-CN"],
    );
  }
});
