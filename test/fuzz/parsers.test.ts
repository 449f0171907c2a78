/**
 * Every parser of foreign text gets real inputs that were changed in a few places. It must read them or refuse them
 * with a {@link Failure}; it throws nothing else, and no message contains a person's name or address.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import iconv from "iconv-lite";
import { afterAll, describe, expect, it } from "vitest";
import { STAGE_CONFIGURATION } from "../../playground/stage.ts";
import { readConfiguration } from "../../src/bot/configuration.ts";
import { readPolicyFile } from "../../src/bot/policy-file.ts";
import { Failure } from "../../src/error.ts";
import { coauthorsOf } from "../../src/gitee/read/person.ts";
import { giteeWebhooks } from "../../src/gitee/traffic/webhook.ts";
import { gitHubWebhooks } from "../../src/github/traffic/webhook.ts";
import { plainLines } from "../../src/markdown/plain-text.ts";
import { safeReturn } from "../../src/http/pages/sign-in/return-to.ts";
import { parsePullPath } from "../../src/http/pages/pull/pull-path.ts";
import { askOf } from "../../src/report/command.ts";
import { originsOf } from "../../src/verdict/backport.ts";
import { readPatch } from "../../src/verdict/patch.ts";
import { read } from "../formats/reading.ts";
import { delivery, noteBody, NOW, pullBody, pushBody, SECRET as GITEE_SECRET } from "../gitee/deliveries.ts";
import { example, SECRET, signed } from "../github/payloads.ts";
import { mutate } from "./mutate.ts";
import { randomFrom } from "../../playground/random-from.ts";

const ROUNDS = Number(process.env["FUZZ_ROUNDS"] ?? 250);
const folder = mkdtempSync(join(tmpdir(), "countersign-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contentsOf = (path: string): string[] => {
  const from = new URL(path, import.meta.url);
  return readdirSync(from).map((name) => readFileSync(new URL(name, from), "utf8"));
};
const gitHub = gitHubWebhooks({ secret: SECRET });
const gitee = giteeWebhooks({ secret: GITEE_SECRET, now: () => NOW });
const EVENTS = ["pull_request", "issue_comment", "merge_group", "push", "check_run", "installation"] as const;
const POLICY = `report: check
context: license/cla
labels: {signed: cla/yes, unsigned: cla/no}
require: {coauthors: require, committers: warn, backports: verify}
exempt:
  accounts: [github:49699333]
  organizations: [1234]
  lines: 3
  paths: ["docs/**", "*.md"]
`;
/** The samples of the README: a configuration and a policy with every key. */
const [CONFIGURATION = "", FULL_POLICY = ""] = [
  ...readFileSync(new URL("../../README.md", import.meta.url), "utf8").matchAll(/```yaml\n([^]*?)```/g),
].map(([, sample]) => sample);
const COMMENT = `Hi,

> /check-cla

\`\`\`
/cla waive 0123456789012345678901234567890123456789 quoted
\`\`\`
/cla waive 0123456789012345678901234567890123456789 known to us
I have read the Individual Contributor License Agreement (icla 1.0) and I sign it.

Co-authored-by: A B <1+a@user.noreply.gitee.com>
(cherry picked from commit 0123456789012345678901234567890123456789)
`;

const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "gb18030", "windows-1252"] as const;

/** Encoded text, with or without a byte order mark, sometimes with a byte that is none of its encoding. */
function damaged(text: string, encoding: string): Buffer {
  const bytes = iconv.encode(text, encoding, { addBOM: text.length % 2 === 0 });
  const at = (text.length * 7) % Math.max(1, bytes.length);
  if (text.length % 3 === 0 && bytes.length > 0) bytes.writeUInt8(bytes.readUInt8(at) ^ 0x91, at);
  return bytes;
}

interface Parser {
  readonly name: string;
  readonly inputs: readonly string[];
  /** What came of it, as far as it may be kept or logged. */
  readonly read: (text: string) => unknown;
}

const PARSERS: readonly Parser[] = [
  ...EVENTS.map((event): Parser => ({
    name: `GitHub's ${event}`,
    inputs: [JSON.stringify(example(event, null))],
    read: (text) => gitHub(signed(event, Buffer.from(text))),
  })),
  ...(
    [
      ["Merge Request Hook", pullBody()],
      ["Note Hook", noteBody("/check-cla")],
      ["Push Hook", pushBody()],
    ] as const
  ).map(([event, body]): Parser => ({
    name: `Gitee's ${event}`,
    inputs: [JSON.stringify(body)],
    read: (text) => gitee({ ...delivery(event, {}), body: Buffer.from(text) }),
  })),
  {
    name: "a policy file",
    inputs: [POLICY, FULL_POLICY],
    read: (text) => readPolicyFile(text, ".github/cla.yml").ok,
  },
  {
    name: "the configuration",
    inputs: [STAGE_CONFIGURATION, CONFIGURATION],
    read: (text) => {
      const file = join(folder, "countersign.yml");
      writeFileSync(file, text);
      return readConfiguration(file).agreements.length;
    },
  },
  {
    name: "a signature file",
    inputs: contentsOf("../formats/samples/"),
    read: async (text) => (await read(text, { piece: 1 + (text.length % 97) })).rows,
  },
  ...ENCODINGS.map((encoding): Parser => ({
    name: `a signature file in ${encoding}`,
    inputs: contentsOf("../formats/samples/"),
    read: async (text) => (await read(damaged(text, encoding), { piece: 1 + (text.length % 13) })).rows,
  })),
  { name: "a comment", inputs: [COMMENT], read: (text) => askOf(text, plainLines) },
  {
    name: "the co-authors in a message",
    inputs: [COMMENT],
    read: (text) => coauthorsOf(text, "https://gitee.com").length,
  },
  { name: "the origins in a message", inputs: [COMMENT], read: (text) => originsOf(text).length },
  {
    name: "a patch",
    inputs: contentsOf("../verdict/patches/"),
    read: (text) => readPatch(text) === null,
  },
  { name: "where a sign-in returns", inputs: ["/pulls/github/octo/hello/7?lang=en"], read: safeReturn },
  { name: "a pull request's path", inputs: ["/pulls/github/octo/hello/7"], read: parsePullPath },
];

/** Names and addresses in the inputs: GitHub's examples use Codertocat, Gitee's use invented people. */
const PERSON = /canary|codertocat|@example/i;

/** The problem with a parser's handling of a text; null: none. */
async function faultOf(parser: Parser, text: string): Promise<string | null> {
  // Messages may quote files that an operator provides, but not a delivery's content.
  const isDelivery = parser.name.includes("'s ");
  try {
    const result = JSON.stringify(await parser.read(text)) ?? "";
    return isDelivery && PERSON.test(result) ? `lets through ${result}` : null;
  } catch (error) {
    if (!(error instanceof Failure)) return `throws ${String(error)}`;
    return isDelivery && PERSON.test(error.message) ? `says ${error.message}` : null;
  }
}

describe("a parser of foreign bytes", () => {
  it.each(PARSERS)(
    "of $name reads a changed input or refuses it, and lets nobody's data through",
    async (parser) => {
      const random = randomFrom(parser.name.length);
      const faults: string[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const text = mutate(parser.inputs[round % parser.inputs.length] ?? "", random);
        const fault = await faultOf(parser, text);
        if (fault !== null) faults.push(`${fault} for ${JSON.stringify(text)}`);
      }
      expect(faults).toEqual([]);
    },
  );
});
