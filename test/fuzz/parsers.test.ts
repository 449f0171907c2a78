/**
 * Every parser of foreign text gets real inputs that were changed in a few places. It must read them or refuse them
 * with a {@link Failure}; it throws nothing else, nothing that may be kept or logged contains a person's name or
 * address, and nothing turns green by it.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import iconv from "iconv-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { EVENTS as SUBSCRIBED } from "../../playground/github/options.ts";
import { STAGE_CONFIGURATION } from "../../playground/stage.ts";
import { readConfiguration } from "../../src/bot/configuration.ts";
import { readPolicyFile } from "../../src/bot/policy-file.ts";
import { Failure } from "../../src/error.ts";
import { FORMATS } from "../../src/formats/detect.ts";
import { writeSignatures } from "../../src/formats/write.ts";
import { coauthorsOf } from "../../src/gitee/read/person.ts";
import { giteeWebhooks } from "../../src/gitee/traffic/webhook.ts";
import { gitHubWebhooks } from "../../src/github/traffic/webhook.ts";
import { plainLines } from "../../src/markdown/plain-text.ts";
import { safeReturn } from "../../src/http/pages/sign-in/return-to.ts";
import { parsePullPath } from "../../src/http/pages/pull/pull-path.ts";
import { askOf, commandsIn } from "../../src/report/command.ts";
import { signedLanguage } from "../../src/report/signing-sentence.ts";
import type { Signature, SignatureRow } from "../../src/records/signature.ts";
import { originsOf } from "../../src/verdict/backport.ts";
import { exemptionOf } from "../../src/verdict/exemption.ts";
import { readPatch } from "../../src/verdict/patch.ts";
import { policyOf } from "../../src/verdict/policy.ts";
import { judge } from "../../src/verdict/verdict.ts";
import { read } from "../formats/reading.ts";
import { agreement, commit, facts, person, pull } from "../verdict/facts.ts";
import {
  checkBody,
  delivery,
  noteBody,
  NOW,
  pullBody,
  pushBody,
  SECRET as GITEE_SECRET,
} from "../gitee/deliveries.ts";
import { example, SECRET, signed } from "../github/payloads.ts";
import { mutate } from "./mutate.ts";
import { randomFor, ROUNDS, startWatchdog, TIMEOUT, type Watchdog } from "./rounds.ts";

let watchdog: Watchdog;
beforeAll(() => {
  watchdog = startWatchdog();
});
afterAll(() => watchdog.stop());

const folder = mkdtempSync(join(tmpdir(), "countersign-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contentsOf = (path: string): string[] => {
  const from = new URL(path, import.meta.url);
  return readdirSync(from).map((name) => readFileSync(new URL(name, from), "utf8"));
};
const gitHub = gitHubWebhooks({ secret: SECRET });
const gitee = giteeWebhooks({ secret: GITEE_SECRET, now: () => NOW });
/** The events that make something due, but for `installation_target`: the package has no example of it. */
const EVENTS = [...SUBSCRIBED, "installation", "installation_repositories"] as const;
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

async function* signatures(): AsyncGenerator<Signature> {
  for (const entity of [null, "acme"])
    yield {
      account: accountOf("github", 5101),
      agreement: agreement.id,
      version: agreement.version,
      signedAt: Date.UTC(2023, 2, 1),
      evidence: "import",
      entity,
      digest: "0123456789abcdef".repeat(4),
      revokedAt: null,
    };
}

/** Signature files of all tools, in the formats of this bot's own export, and lists of logins. */
const SIGNATURE_FILES = [
  ...contentsOf("../formats/samples/"),
  ...(await Promise.all(FORMATS.map((format) => text(writeSignatures(format, signatures()))))),
  "# signed the CLA\ncanary-amber\n@canary-birch # 2023-03-01\n\ncanary-cedar\n",
  "---\ncontributors:\n  - canary-amber\n  - 'canary-birch'\n",
  'contributors: ["canary-amber", canary-birch] # in order\n',
  '["canary-amber","canary-birch"]',
  '[{"id":"1","name":"canary amber","date":"2023-03-01","email":"canary-amber@example.org","enabled":true}]',
];

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

/** A parser on whose result a verdict depends: for each input, what it says of a pull request that is not signed. */
interface Judge {
  readonly name: string;
  readonly inputs: readonly string[];
  /** @returns why the result could turn something green that must not be; null: it can't */
  readonly fault: (text: string, input: string) => string | null | Promise<string | null>;
}

const SENTENCE = "I have read the Individual Contributor License Agreement (icla 1.0) and I sign it.";
const REFUSAL =
  "I have not read the Individual Contributor License Agreement (icla 1.0) and I do not sign it.";

const lettersOf = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "");

/** Somebody whom no policy here names, and what that person changes. */
const STRANGER = person(987_654_321);
const OF_STRANGER = facts(pull(STRANGER, [commit("c0ffee", STRANGER)]));
const CHANGE = { lines: 4_000, files: [{ path: "src/main.c", counted: true }] };

/** Files of signatures that have ended, or never counted, and the parts that say so. */
const ENDED: readonly (readonly [text: string, ...vital: string[]])[] = [
  [
    'github_id,note,signed_at,revoked_at\n5101,"a, b",2023-03-01T00:00:00Z,2023-06-01T00:00:00Z\n',
    'github_id,note,signed_at,revoked_at\n5101,"a, b",',
    ",2023-03-01T00:00:00Z,2023-06-01T00:00:00Z",
  ],
  [
    '[{"user":"x","userId":5101,"gist_version":"aaaaaaaa","created_at":"2023-03-01T00:00:00Z","revoked_at":"2023-06-01T00:00:00Z"}]',
    '"created_at":"2023-03-01T00:00:00Z","revoked_at":"2023-06-01T00:00:00Z"}]',
  ],
  [
    '{"list":[{"signature_id":"s","github_username":"canary-amber","signed_on":"2023-03-01T08:30:00Z","signatureApproved":false,"signatureSigned":true}]}',
    ',"signed_on":"2023-03-01T08:30:00Z","signatureApproved":false,"signatureSigned":true}]}',
  ],
  ["---\nrevoked:\n  - canary-amber\n", "revoked:\n  - canary-amber\n"],
  ["# no longer valid\ncanary-amber\n@canary-birch\n", "# no longer valid\n"],
];
const AMBER = { "canary-amber": accountOf("github", 5101) };

const JUDGES: readonly Judge[] = [
  {
    name: "a policy file",
    inputs: [POLICY, FULL_POLICY],
    fault: (text) => {
      const found = readPolicyFile(text, ".github/cla.yml");
      if (!found.ok) return found.problems.length > 0 ? null : "refuses it without a reason";
      const policy = policyOf(found.value, {}, HOST);
      // An exemption of every path is what the file then says.
      const everything = policy.exempt.paths.some((path) => /^[*/]+$/.test(path));
      const exemption = exemptionOf(policy, CHANGE);
      if (exemption !== null && !everything && policy.exempt.lines < CHANGE.lines)
        return `exempts by ${exemption}`;
      const { verdict } = judge({ ...OF_STRANGER, policy });
      return verdict === "signed" ? "is green" : null;
    },
  },
  {
    name: "a comment that signs or waives",
    inputs: [SENTENCE, `Hi @octo,\n${SENTENCE}`, REFUSAL, `> ${SENTENCE}`, `\`${SENTENCE}\``, COMMENT],
    fault: (text) => {
      const lines = plainLines(text);
      if (signedLanguage(lines, agreement) !== null && !lettersOf(text).includes(lettersOf(SENTENCE)))
        return "signs without the sentence";
      const unseen = commandsIn(lines).find(
        (command) => command.kind === "waive" && !text.toLowerCase().includes(command.sha),
      );
      return unseen === undefined ? null : "waives a commit that it does not name";
    },
  },
  {
    name: "a patch",
    inputs: contentsOf("../verdict/patches/"),
    fault: (text) => {
      const patch = readPatch(text);
      if (patch === null) return null;
      const changed = patch
        .flatMap(({ blocks }) => blocks.map(({ removed, added }) => removed.length + added.length))
        .reduce((sum, count) => sum + count, 0);
      const lines = text.split("\n");
      // Two lines of each file's head begin with these signs, too.
      const heads = 2 * patch.filter(({ blocks }) => blocks.length > 0).length;
      const signs = lines.filter((line) => /^[+-]/.test(line)).length - heads;
      if (changed !== signs) return `reads ${changed} of ${signs} lines`;
      const same = lines.filter((line) => line.startsWith(" ")).length;
      const told = lines
        .map((line) => /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line))
        .reduce((sum, head) => sum + (head === null ? 0 : Number(head[1] ?? 1) + Number(head[2] ?? 1)), 0);
      return told === changed + 2 * same ? null : `takes ${changed + 2 * same} lines for ${told}`;
    },
  },
  {
    name: "a file of signatures that have ended",
    inputs: ENDED.map(([text]) => text),
    fault: async (text, input) => {
      const [, ...vital] = ENDED.find(([one]) => one === input) ?? [""];
      const { rows } = await read(text, { logins: AMBER, defaults: { version: "1.0" } });
      if (!vital.every((part) => text.includes(part))) return null;
      return rows.some(({ revokedAt }) => revokedAt === undefined) ? "loads a signature" : null;
    },
  },
];

const HOST = {
  name: "github",
  reportByDefault: "status",
  labelsByDefault: false,
  coauthorsByDefault: "require",
} as const;

/** What an import keeps of a row. */
const KEPT: ReadonlySet<string> = new Set<keyof SignatureRow>([
  "account",
  "agreement",
  "version",
  "signedAt",
  "entity",
  "precision",
  "revokedAt",
  "digest",
]);

/** @throws where a row has a field that is not kept */
async function keptRows(text: string | Uint8Array, piece: number): Promise<readonly SignatureRow[]> {
  const { rows } = await read(text, { piece, logins: AMBER, defaults: { version: "1.0" } });
  for (const row of rows)
    for (const key of Object.keys(row)) if (!KEPT.has(key)) throw new Error(`a row has a field ${key}`);
  return rows;
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
      ["Check Hook", checkBody()],
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
    inputs: SIGNATURE_FILES,
    read: (text) => keptRows(text, 1 + (text.length % 97)),
  },
  ...ENCODINGS.map((encoding): Parser => ({
    name: `a signature file in ${encoding}`,
    inputs: SIGNATURE_FILES,
    read: (text) => keptRows(damaged(text, encoding), 1 + (text.length % 13)),
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

/** Names and addresses in the inputs: GitHub's examples use Codertocat, the others use invented people. */
const PERSON = /canary[ -]|@canary|codertocat|@example|金丝雀/i;

/** The problem with a parser's handling of a text; null: none. */
async function faultOf(parser: Parser, text: string): Promise<string | null> {
  // Messages may quote files that an operator provides, but not a delivery's content.
  const isDelivery = parser.name.includes("'s ");
  try {
    // Within GitHub's id of a repository, no name can be told from the rest.
    const result = (JSON.stringify(await parser.read(text)) ?? "").replaceAll(/"handle":"[\w+/=-]*"/g, "");
    return PERSON.test(result) ? `lets through ${result}` : null;
  } catch (error) {
    if (!(error instanceof Failure)) return `throws ${String(error)}`;
    return isDelivery && PERSON.test(error.message) ? `says ${error.message}` : null;
  }
}

/** The faults of a parser with changed inputs. */
async function faultsOf(
  name: string,
  inputs: readonly string[],
  fault: (text: string, input: string) => Promise<string | null>,
  rounds = ROUNDS,
): Promise<readonly string[]> {
  const random = randomFor(name);
  const faults: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const input = inputs[round % inputs.length] ?? "";
    const text = mutate(input, random);
    watchdog.begins(`${name}: ${text}`);
    const found = await fault(text, input);
    if (found !== null) faults.push(`${found} for ${JSON.stringify(text)}`);
  }
  return faults;
}

describe("a parser of foreign bytes", { timeout: TIMEOUT }, () => {
  it.each(PARSERS)(
    "of $name reads a changed input or refuses it, and lets nobody's data through",
    async (parser) => {
      expect(await faultsOf(parser.name, parser.inputs, (text) => faultOf(parser, text))).toEqual([]);
    },
  );

  it.each(JUDGES)("of $name turns nothing green that must not be", async ({ name, inputs, fault }) => {
    const judged = async (text: string, input: string): Promise<string | null> => {
      try {
        return await fault(text, input);
      } catch (error) {
        return error instanceof Failure ? null : `throws ${String(error)}`;
      }
    };
    // Most changed inputs are refused, which says nothing of those that are read.
    expect(await faultsOf(`${name} judged`, inputs, judged, 4 * ROUNDS)).toEqual([]);
  });
});
