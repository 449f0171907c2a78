import { expect, it } from "vitest";
import { readPolicyFile } from "../../src/bot/policy-file.ts";
import { problemZhCN } from "../../src/report/texts/problem-zh-CN.ts";
import { PolicyFile } from "../../src/verdict/policy.ts";
import { readYaml } from "../../src/yaml/read.ts";

/** Policy files with every kind of mistake that a maintainer may make. */
const BROKEN: readonly string[] = [
  "comment: sometimes\nlabel: false\nreport: 3\n",
  "context: ''\nlanguage: de\n",
  `context: ${"x".repeat(101)}\n`,
  "labels: yes\n",
  "labels: true\n",
  "labels: { signed: a, unsigned: a }\n",
  "labels: { signed: 'a,b', unsigned: c }\n",
  "labels: { signed: a }\n",
  `labels: { signed: ${"x".repeat(51)}, unsigned: '' }\n`,
  "require: { coauthors: maybe, backports: no, more: 1 }\n",
  "require: []\n",
  "exempt: { accounts: [alice], authors: alice, organizations: [octo] }\n",
  "exempt: { lines: -1, paths: [''], bots: all, agents: 1 }\n",
  "exempt: { lines: 1.5 }\n",
  "exempt: { lines: many, paths: docs }\n",
  "exempt: 3\n",
  "- a\n",
  "text\n",
  "comment: never\ncomment: always\n",
  "comment: *anchor\n",
  'context: "\\q"\n',
  "require:\n\tcoauthors: warn\n",
  "comment: never: always\n",
  "require: {\n",
  "context: @octo\n",
  "exempt: { paths: [a\n",
  "context: 'a\n",
  "a: 1\n---\nb: 2\n",
  "]\n",
  "key with\nno colon: 1\n",
  "[".repeat(200),
  `# ${"x".repeat(2_000_000)}`,
  Array.from({ length: 60 }, (_, at) => `key${at}: 1`).join("\n"),
];

/** Files that are no policy, each with its name. */
const STRANGE: readonly (readonly [string, string])[] = [
  ["on: push\njobs: {}\n", "cla.yml"],
  ["signedClas: []\n", "cla.yml"],
  ["", "cla.yaml"],
  ["", "CLA.yml"],
  ["\u0000", "cla.yml"],
  ["context: \uFFFD\n", "cla.yml"],
];

it("every mistake in a policy file is told in Chinese", () => {
  const readings = [
    ...BROKEN.map((text) => [text, readYaml(text, PolicyFile, "cla.yml")] as const),
    ...[...STRANGE, ...BROKEN.map((text) => [text, "cla.yml"] as const)].map(
      ([text, name]) => [text, readPolicyFile(text, `.github/${name}`)] as const,
    ),
  ];
  const english = readings.flatMap(([text, reading]) =>
    reading.ok ? [`accepted: ${text}`] : reading.problems.map(({ message }) => message),
  );
  const left = new Set(english.filter((message) => !/\p{Script=Han}/u.test(problemZhCN(message))));
  expect([...left]).toEqual([]);
  expect(problemZhCN("expected when-unsigned, always or never")).toBe("应为 when-unsigned、always 或 never");
  expect(problemZhCN("is missing; expected text")).toBe("缺少此项；应为文本");
});
