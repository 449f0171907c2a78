import { expect, it } from "vitest";
import { plainLines } from "../../src/markdown/plain-text.ts";
import { isSigningSentence } from "../../src/report/signing-sentence.ts";
import { agreement } from "../verdict/facts.ts";

const SENTENCE = "I have read the Individual Contributor License Agreement (icla 1.0) and I sign it.";
const signs = (body: string) => isSigningSentence(plainLines(body), agreement);

it.each([
  SENTENCE,
  "我已阅读《Individual Contributor License Agreement》（icla 1.0）并签署。",
  `\n\n   ${SENTENCE}  \n`,
  SENTENCE.slice(0, -1),
  `**${SENTENCE}**`,
  SENTENCE.toUpperCase(),
  SENTENCE.replace(" and ", "\nand "),
  SENTENCE.replace("(icla", "(icla ").replaceAll("  ", " "),
  `Hi @octocat,\n${SENTENCE}`,
  `Hello everyone!\n\n${SENTENCE}`,
  `你好！\n\n${SENTENCE}`,
])("%j is the signing sentence", (body) => expect(signs(body)).toBe(true));

it.each([
  `> ${SENTENCE}`,
  `\`${SENTENCE}\``,
  `    ${SENTENCE}`,
  `~~${SENTENCE}~~`,
  `<!-- ${SENTENCE} -->`,
  `I do not agree to this:\n\n${SENTENCE}`,
  `Hi, I was told to write:\n\n${SENTENCE}`,
  `${SENTENCE}\n\nBut only for this pull request.`,
  `${SENTENCE} Not.`,
  SENTENCE.replace("1.0", "0.9"),
  "I have read the CLA and I sign it.",
])("%j is not", (body) => expect(signs(body)).toBe(false));
