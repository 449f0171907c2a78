/**
 * Text from strangers must never cost more than linear time. Every parser of foreign text reads long runs of each kind
 * of character, alone and in the places where its grammar takes a run; four times the length may cost about four times
 * the time. The processor's time of this thread is compared, so a busy machine changes nothing.
 */
import { createHmac } from "node:crypto";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Context } from "hono";
import { HonoRequest } from "hono/request";
import { parse as parseCookies } from "hono/utils/cookie";
import { describe, expect, it } from "vitest";
import { parseAccount } from "../src/account.ts";
import { parseDate } from "../src/formats/cells/date.ts";
import type { ReadFormat } from "../src/formats/detect.ts";
import { read as readFile } from "./formats/reading.ts";
import { coauthorsOf } from "../src/gitee/read/person.ts";
import { giteeWebhooks } from "../src/gitee/traffic/webhook.ts";
import { gitHubWebhooks } from "../src/github/traffic/webhook.ts";
import { personOf } from "../src/github/read/pull/people.ts";
import { GITHUB_COM } from "../src/github/traffic/server.ts";
import { clientKey } from "../src/http/pages/client.ts";
import { readLogins } from "../src/http/pages/entity/login-list.ts";
import { browserLanguage } from "../src/http/pages/layout/language.ts";
import { isPathName, parsePullPath } from "../src/http/pages/pull/pull-path.ts";
import { safeReturn } from "../src/http/pages/sign-in/return-to.ts";
import { covers } from "../src/records/agreement.ts";
import { plainLines } from "../src/markdown/plain-text.ts";
import { askOf } from "../src/report/command.ts";
import { code, link, mention, text as escaped } from "../src/report/markdown.ts";
import { signedLanguage } from "../src/report/signing-sentence.ts";
import { originsOf } from "../src/verdict/backport.ts";
import { readPatch } from "../src/verdict/patch.ts";
import { pathTester } from "../src/verdict/path-pattern.ts";
import { PolicyFile } from "../src/verdict/policy.ts";
import { isWellKnownAgent } from "../src/verdict/well-known.ts";
import { agreement } from "./verdict/facts.ts";
import { readYaml } from "../src/yaml/read.ts";
import { ConfigurationFile } from "../src/bot/configuration.ts";
import * as answersOfGitee from "../src/gitee/read/schema.ts";
import { failureOf as failureOfGitee, retryAt } from "../src/gitee/traffic/failure.ts";
import * as answersOfGitHub from "../src/github/read/schema.ts";
import { cursorOf } from "../src/github/traffic/client.ts";
import { failureOf as failureOfGitHub, graphQLFailure, graphQLLimit } from "../src/github/traffic/failure.ts";
import { graphQLBody } from "../src/github/traffic/graphql-body.ts";
import { ENCODINGS } from "../src/formats/text/encoding.ts";
import { oauthSignIn } from "../src/http/oauth-sign-in.ts";
import { unseal } from "../src/http/pages/sign-in/sealed.ts";

interface Parser {
  readonly name: string;
  readonly read: (text: string) => unknown;
  /** The text before and after the run, in addition to the run alone. */
  readonly around?: readonly (readonly [before: string, after: string])[];
  /** Units of several characters that its grammar repeats. */
  readonly units?: readonly string[];
  /** Another parser here reads each character by the same rules. */
  readonly onlyUnits?: true;
}

const secret = "a secret that only tests know";
const receive = gitHubWebhooks({ secret });
const receiveFromGitee = giteeWebhooks({ secret, now: () => 1 });
const STARS = `github:${"a*".repeat(40)}/x`;

const PARSERS: readonly Parser[] = [
  {
    name: "a comment's command",
    read: (body) => askOf(body, plainLines),
    around: [
      ["/cla waive abcdef0", "a\u2028b"],
      ["/cla ", "waive abcdef0"],
      ["/cla waive abcdef0 ", "\u2028"],
      ["I have read ", "\u2028b"],
      ["> ", "\n/check-cla"],
      ["<div>\n<a", ""],
      ["<div></", ""],
    ],
    units: [
      "```\n",
      "> ",
      "/cla waive ",
      "<!--",
      "- ",
      "[a](",
      "\\",
      "**a",
      "~~~\n",
      "<a",
      "b",
      "-",
      "&a;",
      "![",
      "1. ",
    ],
  },
  {
    name: "a signing sentence",
    read: (body) => signedLanguage(body.match(/.{1,2000}/gs) ?? [], agreement),
    around: [
      ["I have read ", "b"],
      ["Hi", ""],
    ],
    units: ["hi ", "@a ", "👋", ". "],
  },
  {
    name: "a policy file",
    read: (text) => readYaml(text, PolicyFile, ".github/cla.yml"),
    around: [
      ["exempt: {paths: [", "]}"],
      ['context: "', '"'],
      ["context: |\n ", ""],
      ["x: &a b\ny: ", ""],
    ],
    units: [
      "a: b\n",
      "- ",
      "? ",
      ": ",
      "a: ",
      "&a ",
      "*a ",
      "*a, ",
      "{a: ",
      "[a, ",
      "#\n",
      "'' ",
      "<<: *a\n",
      "---\n",
      "- a\n",
    ],
  },
  {
    name: "the configuration",
    read: (text) => readYaml(text, ConfigurationFile, "countersign.yml"),
    around: [
      ["agreements: [{id: ", "}]"],
      ["instance: {name: a, url: ", "}"],
      ["retention: {a: ", "}"],
    ],
    units: ["a: b\n", "- ", "{a: ", "[a, ", "- id: a\n"],
    onlyUnits: true,
  },
  {
    name: "the headers of GitHub's deliveries",
    read: headersOfGitHub,
    around: [
      ["sha256=", ""],
      ["application/json;", ""],
    ],
  },
  { name: "the headers of Gitee's deliveries", read: headersOfGitee, around: [["1", "="]] },
  {
    name: "a refusal of GitHub",
    read: (text) => [
      failureOfGitHub(
        { status: 403, response: { headers: { "retry-after": text }, data: { message: text } } },
        "GET /app",
        0,
      ),
      failureOfGitHub(
        { status: 422, response: { headers: {}, data: { message: "", errors: [text] } } },
        "",
        0,
      ),
      graphQLFailure([{ type: "FORBIDDEN", message: text }]),
      graphQLLimit([{ message: text }], { "x-ratelimit-reset": text }, 0),
      cursorOf(text),
    ],
    around: [
      ["Repository ", "x"],
      ["<", ">; rel"],
    ],
    units: ["access ", "must have ", "secondary ", "<a>; ", "something went ", "abuse "],
  },
  {
    name: "a refusal of Gitee",
    read: (text) => [
      failureOfGitee(new Response(null, { status: 403 }), text, { asked: "it", method: "GET" }, 0),
      retryAt({ get: () => text } as unknown as Headers, 0),
    ],
    units: ["rate ", "too many ", "频", "Mon, "],
  },
  {
    name: "an answer of GitHub's",
    read: (text) => {
      const { data, errors = [] } = graphQLBody(parsed(text));
      return answersOfGitHub.readAnswer(answersOfGitHub.Repository, { data, problems: errors });
    },
    around: [
      ['{"data":{"id":null},"errors":[', "{}]}"],
      ['{"data":{"object":{"x":[', "1]}}}"],
    ],
    units: ['{"path":["id"]},', '{"path":["a",1],"message":"b"},', "null,", "[],"],
  },
  {
    name: "an answer of Gitee's",
    read: (text) =>
      [
        answersOfGitee.Commits,
        answersOfGitee.ChangedFiles,
        answersOfGitee.Comments,
        answersOfGitee.PullRequest,
      ].map((schema) => schema.safeParse(parsed(text)).success),
    around: [
      ["[", "{}]"],
      ['{"user":"', '"}'],
    ],
    units: ['{"sha":"a"},', '{"id":1,"user":{"id":1}},', "null,", '{"patch":{"diff":"a"}},'],
  },
  { name: "what a browser keeps during a sign-in", read: (text) => unseal(text, text) },
  {
    name: "a repository's name against patterns",
    read: (name) => covers([STARS, "!gitee:*/*", "github:*/*"], "github", `${name}/y`),
    around: [["a", "/b"]],
  },
  {
    name: "a path against patterns",
    read: (path) => pathTester(["**/a*a*a*a/**/*.md", "docs/", "!**/*b*b*"])(path),
    around: [["docs/", ".md"]],
    units: ["a/", "../"],
  },
  {
    name: "a pattern against paths",
    read: (pattern) => pathTester([pattern, `!${pattern}`])(`${"a/".repeat(2_000)}a`),
    around: [["**/", "b"]],
    units: ["**/", "*a", "a/", "**/a*b/", "!"],
  },
  {
    name: "a commit's diff",
    read: (diff) => readPatch(diff),
    around: [
      ["diff --git a/a b/a\nindex ", "\n"],
      ["diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,9999999 +1,9999999 @@\n", ""],
      ["diff --git ", ""],
      ["diff --git a/a b/a\nGIT binary patch\nliteral 9\n", "\n\n"],
    ],
    units: ["diff --git a/a b/a\n", "+a\n", "-a\n", "\\ \n", "@@ -1 +1 @@\n", "old mode 100644\n", "zabc\n"],
  },
  {
    name: "the origins in a commit's message",
    read: (message) => originsOf(message),
    around: [
      ["(cherry picked from commit abcdef0)", "x"],
      ["This reverts commit abcdef0", ""],
    ],
    units: ["(cherry picked from commit abcdef0)\n", "This reverts commit abcdef0\n"],
  },
  {
    name: "the co-authors in a commit's message",
    read: (message) => coauthorsOf(message, "https://gitee.com"),
    around: [
      ["Co-authored-by:", "<a@b>"],
      ["Co-authored-by: a <", ">"],
      ["Co-authored-by: a <1", "+a@user.noreply.gitee.com>"],
    ],
    units: ["Co-authored-by: a <a@b>\n", "co-authored-by:", "<", "> "],
  },
  {
    name: "a commit's author",
    read: (email) => [
      personOf({ name: email, email, user: null }, GITHUB_COM),
      isWellKnownAgent({ account: null, login: null, name: null, claimed: null, email }),
    ],
    around: [
      ["1+", "[bot]@users.noreply.github.com"],
      ["1", "+a[bot]@x"],
      ["1+a[bot]", "@x"],
    ],
    units: ["[bot]@", "[bot]"],
  },
  {
    name: "what the bot quotes",
    read: (written) => [
      escaped(written),
      code(written),
      link(written, `https://a/${written}`),
      mention(written),
    ],
    around: [["a", "a"]],
    units: ["`a", "@a", "GH-1", "\u200b "],
  },
  {
    name: "an address of the pages",
    read: (path) => [parsePullPath(path), isPathName(path), safeReturn(path), parseAccount(path)],
    around: [
      ["github:octo/", "#7"],
      ["/pulls/github/octo/", "/7"],
      ["/sign/a?pull=", ""],
      ["github:1", "x"],
    ],
    units: ["%2", "../", "a/", "?a=", "&a=b"],
  },
  { name: "X-Forwarded-For", read: sender, units: ["10.0.0.1,", "1.1.1.1, ", "::1,", "::", ":1"] },
  {
    name: "Accept-Language",
    read: (value) => languageOf(value),
    around: [
      ["zh;q=", ""],
      ["en", ";q=0.1"],
    ],
    units: ["en,", "zh-CN;q=0.5, ", ";q=1"],
  },
  {
    name: "a delivery in JSON",
    read: (body) => delivered(body, "application/json"),
    around: [
      ['{"action":"', '"}'],
      ['{"a":', "}"],
    ],
    units: ['{"a":', '{"a":1},', "[1],", '"a",', "1e", "\\u0000"],
  },
  {
    name: "a delivery as a form",
    read: (body) => delivered(body, "application/x-www-form-urlencoded"),
    around: [["payload=", ""]],
    units: ["a=b&", "payload=%7B", "%7B"],
  },
  {
    name: "a delivery of Gitee",
    read: (body) =>
      receiveFromGitee({
        headers: { "x-gitee-token": secret, "x-gitee-timestamp": "1", "x-gitee-event": "Note Hook" },
        body: Buffer.from(body),
      }),
    around: [['{"action":"comment","comment":{"body":"', '"}}']],
    units: ['{"a":', "[1],", '"a",'],
  },
  {
    name: "a roster's logins",
    read: (list) => readLogins(list, "github", null),
    around: [
      ["login,name\n", ""],
      ['login\n"', ""],
      ["login\n", '"a'],
    ],
    units: ["a,", "a\n", '"a",', '"",', "@a ", "github:1 "],
  },
  {
    name: "cookies",
    read: (header) => parseCookies(header, "countersign"),
    around: [["countersign=", ""]],
    units: ["a=b; ", "countersign=", '="', "%2"],
  },
  {
    name: "a date in an import",
    read: (value) => parseDate(value, 0),
    around: [
      ["2026-01-01", "Z"],
      ["2026-01-01T00:00:00.", "Z"],
      ["Jan", " 1, 2026"],
    ],
  },
];

/** One of each kind of character that a grammar may treat differently. */
const CHARACTERS = [
  Array.from(" \t\n\r\v\f\u00a0\u2028\u2029\ufeff\u200b\0"),
  Array.from("aA0_é中😀\ud800"),
  Array.from("!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~"),
].flat();

const LENGTH = 4_000;

/** Possible content of a signature file; an import reads in pieces, so these are asynchronous. */
const FILES: readonly Pick<Parser, "name" | "around" | "units">[] = [
  {
    name: "csv",
    around: [
      ["github_id,signed_at\n", ""],
      ["github_id,signed_at,", "\n1,2024-01-01,x\n"],
      ['github_id,signed_at,note\n1,2024-01-01,"', '"\n'],
    ],
    units: ['"",', "1,2024-01-01\n", '"\n', "revoked ", ",\r\n"],
  },
  {
    name: "json",
    around: [
      ['[{"github_id":1,"signed_at":"', '"}]'],
      ['[{"', '":1}]'],
      ["[", "]"],
      ['{"signatures":[],"x":', "}"],
    ],
    units: ['{"a":1},', '{"a":', "[[],", '"\\\\",', '"a":1,'],
  },
  { name: "ndjson", around: [['{"a":"', '"}\n']], units: ['{"a":1}\n', "{}\r", '{"a":{'] },
  {
    name: "list",
    around: [
      ["- ", " # x"],
      ["a: [", "]"],
      ["a #", "revoked"],
    ],
    units: ["- a\n", "a,", "a\r", "# a\n", "[a]\n", "a:\n", '"a" '],
  },
];

const signIn = oauthSignIn({
  name: "github",
  title: "GitHub",
  clientId: "id",
  clientSecret: secret,
  issuer: "https://github.com",
  authorizeUrl: "https://github.com/a",
  tokenUrl: "https://github.com/t",
  userUrl: "https://api.github.com/user",
  headers: {},
  parameters: {},
  pkce: true,
  revoke: null,
});

/** What is read in pieces or from a stream. */
const STREAMS: readonly (Parser & { readonly read: (text: string) => Promise<unknown> })[] = [
  {
    name: "an OAuth callback",
    // Another state than the sign-in's is refused before the host is asked.
    read: (text) =>
      signIn.finish(new URLSearchParams(text), { state: "s", verifier: "v", redirectUri: "https://a/" }),
    around: [
      ["code=", "&state=t"],
      ["error=", "&state=s"],
    ],
    units: ["a=b&", "code=1&", "%2", "iss=a&"],
  },
  {
    name: "a form's body",
    read: (text) => formOf(text, "application/x-www-form-urlencoded"),
    around: [["csrf=", ""]],
    units: ["a=b&", "a[]=1&", "a.b=1&", "%2"],
  },
  {
    name: "a form's body in parts",
    read: (text) => formOf(text, "multipart/form-data; boundary=x"),
    around: [['--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n', "\r\n--x--\r\n"]],
    units: ["--x\r\n", '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n', "\r\n--"],
  },
  ...ENCODINGS.map((encoding) => ({
    name: `a signature file in ${encoding}`,
    read: (text: string) =>
      readFile(Buffer.from(text, "latin1"), { format: "csv", encoding, defaults: { host: "github" } }),
    around: [["github_id,signed_at\n", ""]] as const,
    units: ["\u0081\u0030", "\u00ff", "1,\n", "\0a"],
    onlyUnits: true as const,
  })),
];

describe.each(STREAMS)("$name", ({ read, around = [], units = [], onlyUnits }) => {
  it.each([["", ""], ...around] as const)("is read in linear time: %j … %j", async (before, after) => {
    const slow: string[] = [];
    for (const unit of [...(onlyUnits ? [] : CHARACTERS), ...units]) {
      const make = (length: number): string => before + unit.repeat(Math.ceil(length / unit.length)) + after;
      if (!(await isLinearLater(read, make(LENGTH), make(4 * LENGTH)))) slow.push(unit);
    }
    expect(slow).toEqual([]);
  });
});

describe.each(FILES)("a signature file of the format $name", ({ name, around = [], units = [] }) => {
  it.each([["", ""], ...around] as const)("is read in linear time: %j … %j", async (before, after) => {
    const slow: string[] = [];
    for (const unit of [...CHARACTERS, ...units]) {
      const make = (length: number): string => before + unit.repeat(Math.ceil(length / unit.length)) + after;
      const read = (text: string): Promise<unknown> =>
        readFile(text, { format: name as ReadFormat, logins: {}, defaults: { host: "github" } });
      if (!(await isLinearLater(read, make(LENGTH), make(4 * LENGTH)))) slow.push(unit);
    }
    expect(slow).toEqual([]);
  });
});

async function isLinearLater(
  read: (text: string) => Promise<unknown>,
  short: string,
  long: string,
): Promise<boolean> {
  const costOf = async (text: string): Promise<number> => {
    const start = process.threadCpuUsage();
    await read(text).catch((error: unknown) => {
      if (error instanceof RangeError) throw error;
    });
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / 1000;
  };
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const fourfold = await costOf(long);
    if (fourfold < 30 || fourfold < (await costOf(short)) * 9) return true;
  }
  return false;
}

describe.each(PARSERS)("$name", ({ read, around = [], units = [], onlyUnits }) => {
  it.each([["", ""], ...around] as const)("is read in linear time: %j … %j", (before, after) => {
    const slow = [...(onlyUnits ? [] : CHARACTERS), ...units].filter((unit) => {
      const make = (length: number): string => before + unit.repeat(Math.ceil(length / unit.length)) + after;
      return !isLinear(read, make(LENGTH), make(4 * LENGTH));
    });
    expect(slow).toEqual([]);
  });
});

/**
 * A quadratic parser takes sixteen times as long: hundreds of milliseconds for the longer text. Shorter times are not
 * compared, because the clock of a thread's time may tick every four milliseconds.
 */
function isLinear(read: (text: string) => unknown, short: string, long: string): boolean {
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const fourfold = cost(read, long);
    if (fourfold < 40 || fourfold < cost(read, short) * 9) return true;
  }
  return false;
}

function cost(read: (text: string) => unknown, text: string): number {
  const before = process.threadCpuUsage();
  try {
    read(text);
  } catch (error) {
    // A refusal is a valid result, too; a stack that overflows is not.
    if (error instanceof RangeError) throw error;
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

function sender(forwarded: string): string {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: "127.0.0.1" });
  const request = new IncomingMessage(socket);
  request.headers["x-forwarded-for"] = forwarded;
  return clientKey(request);
}

function languageOf(value: string): unknown {
  return browserLanguage({ req: { header: () => value } } as unknown as Context);
}

function delivered(body: string, type: string): unknown {
  const bytes = Buffer.from(body);
  return receive({
    headers: {
      "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`,
      "x-github-event": "pull_request",
      "content-type": type,
    },
    body: bytes,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function formOf(body: string, type: string): Promise<unknown> {
  const headers = { "content-type": type };
  return new HonoRequest(new Request("http://a/", { method: "POST", headers, body })).parseBody();
}

function headersOfGitHub(value: string): unknown {
  const body = Buffer.from("{}");
  const digest = createHmac("sha256", secret).update(body).digest("hex");
  const foreign = { "x-github-event": value, "x-github-delivery": value, "content-type": value };
  return [value, `sha256=${digest}`].map((signature) => {
    const headers = { ...foreign, "x-hub-signature-256": signature };
    return [receive.introduce?.(headers), receive.refusalOf?.(headers), receive({ headers, body })];
  });
}

function headersOfGitee(value: string): unknown {
  const body = Buffer.from("{}");
  return [value, secret].map((token) => {
    const headers = { "x-gitee-token": token, "x-gitee-timestamp": value, "x-gitee-event": value };
    return [
      receiveFromGitee.introduce?.(headers),
      receiveFromGitee.refusalOf?.(headers),
      receiveFromGitee({ headers, body }),
    ];
  });
}
