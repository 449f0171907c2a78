import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { detectFormat } from "../../src/formats/detect.ts";
import { JsonItems } from "../../src/formats/text/json.ts";
import { read, row } from "./reading.ts";

function itemsOf(text: string, piece: number): [unknown, number][] {
  const found: [unknown, number][] = [];
  const items = new JsonItems(
    ["signatures", "list"],
    (item, line) => found.push([item, line]),
    () => {},
  );
  for (let from = 0; from < text.length; from += piece) items.write(text.slice(from, from + piece));
  items.end();
  return found;
}

const good = { githubId: 1, signedAt: "2024-01-31", agreement: "icla", version: "1.0" };

describe("the items of a JSON list", () => {
  it("are those that JSON.parse finds, in pieces of any size and any layout", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 20 }),
        fc.constantFrom(0, 2),
        (list, piece, indent) => {
          const text = JSON.stringify(list, null, indent);
          expect(itemsOf(text, piece).map(([item]) => item)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  it("are those under a known name in an object, whatever stands beside", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.jsonValue(),
        fc.integer({ min: 1, max: 20 }),
        (list, other, piece) => {
          const text = JSON.stringify({
            before: other,
            signatures: list,
            'af"ter': { list: [1] },
            last: other,
          });
          expect(itemsOf(text, piece).map(([item]) => item)).toEqual(JSON.parse(JSON.stringify(list)));
        },
      ),
    );
  });

  it("come with the line on which each begins", () => {
    const text = '\n{"a": [\n1, 2],\n"list":\n[\n  {"b":\n 1},\n\n  2, "x"\n]}\n';
    for (const piece of [1, 3, 100])
      expect(itemsOf(text, piece)).toEqual([
        [{ b: 1 }, 6],
        [2, 9],
        ["x", 9],
      ]);
  });

  it.each([
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1",
    '["a',
    "[1]]",
    "[1] x",
    '{"list":[1]',
    '{"list" [1]}',
    "{list:[1]}",
    '{"list":[1],}',
    "[01]",
    "[tru]",
    '["\\x"]',
    "[{1}]",
    '[{"a":}]',
    '["a\nb"]',
  ])("are refused of %s", (text) => {
    for (const piece of [1, 100]) expect(() => itemsOf(text, piece)).toThrow(/not valid JSON|breaks off/);
  });

  it.each([
    [
      "several documents",
      '{\n"userId": 1\n}\n{\n"userId": 2\n}',
      "4: this is not valid JSON, because the document ends",
    ],
    [
      "MongoDB's shell",
      '[{"created_at": ISODate("2024-01-31")}]',
      "1: this is not valid JSON, but in the notation of",
    ],
    [
      "MongoDB's shell",
      '{"a": NumberLong(1)}\n{}\n',
      "1: this line is not valid JSON, but in the notation of",
    ],
  ])("of %s are refused with what to do", async (_what, text, says) => {
    const format = text.endsWith("\n") ? "ndjson" : "json";
    expect((await read(text, { format })).problems[0]).toMatch(says);
  });

  it("must be there", () => {
    expect(() => itemsOf('{"people": [1]}', 100)).toThrow(/no list of signatures in it/);
  });

  it("may not be longer than a megabyte", () => {
    expect(() => itemsOf(`["${"x".repeat(1_100_000)}`, 100_000)).toThrow(/longer than 1 MiB/);
  });
});

describe("a file's format", () => {
  it.each([
    ["[\n1", "json"],
    ['\n{"account_id": 1}\n{"account_id": 2}\n', "ndjson"],
    ['{"account_id": 1}', "ndjson"],
    ['{"signedContributors": []}', "json"],
    ['{\n  "signedContributors": [', "json"],
    ["host,account_id\n", "csv"],
    ["", "csv"],
  ])("of %j is %s", (head, format) => expect(detectFormat(head)).toBe(format));

  it("can be named, against what the content looks like", async () => {
    expect((await read("github_id\n", { format: "ndjson" })).problems).toEqual([
      "1: this line is not valid JSON",
    ]);
  });
});

describe("an entry", () => {
  it("may name its columns as JSON does, and has the others counted", async () => {
    const { rows, report } = await read(
      JSON.stringify([
        { ...good, Name: "abc", mail: null },
        { ...good, mail: 2 },
      ]),
    );
    expect(rows).toEqual([row(1), row(1)]);
    expect(report.dropped).toEqual({ Name: 1, mail: 2 });
  });

  it("that is bad is named with its line in JSON and in NDJSON", async () => {
    const list = JSON.stringify([good, { ...good, githubId: "x" }, 7], null, 1);
    expect((await read(list)).problems).toEqual([
      expect.stringMatching(/^8: github_id: it is not a whole number/),
      "14: expected an object with the columns as its keys",
    ]);
    const lines = `${JSON.stringify(good)}\n\n{"a":\n${JSON.stringify({ ...good, githubId: 0 })}`;
    for (const piece of [1, 1000])
      expect((await read(lines, { piece })).problems).toEqual([
        "3: this line is not valid JSON",
        "4: github_id: 0 is no account's number",
      ]);
  });

  it("whose keys are somebody's data has none of them shown", async () => {
    const { problems, report } = await read('[{"canary@example.com": "2024-01-31"}]');
    expect(problems).not.toEqual([]);
    expect(JSON.stringify([problems, report])).not.toContain("canary");
  });

  it("of a tool's file that is not of its shape is refused by its line", async () => {
    const text = '{"signedContributors": [{"name":"a","id":1,"created_at":"2024-01-31"},\n{"id":[1]}]}';
    expect((await read(text)).problems).toEqual(["2: id: it is not a number"]);
  });

  it("is named by its number where several share a line", async () => {
    const text = JSON.stringify([good, { ...good, githubId: 0 }, 7]);
    expect((await read(text)).problems).toEqual([
      "1: item 2: github_id: 0 is no account's number",
      "1: item 3: expected an object with the columns as its keys",
    ]);
  });

  it.each([
    [["account", "accountNumber"], /both say the account_id/],
    [["github_id", "GitHub ID"], /both say the github_id/],
    [["id", "signed_at"], /does the column id hold the numbers/],
    [["github_id", "revoked"], /the column revoked may say/],
    [["name", "email"], /no column says whose signature/],
  ])("with the keys %j is refused as a row of CSV is", async (keys, says) => {
    const options = { defaults: { host: "github" } } as const;
    const json = JSON.stringify([Object.fromEntries(keys.map((key) => [key, 1]))]);
    for (const text of [`${keys.join(",")}\n1,2\n`, json])
      expect((await read(text, options)).problems).toEqual([expect.stringMatching(says)]);
  });

  it("may not name a version where others name none", async () => {
    const { githubId, signedAt, agreement } = good;
    const text = JSON.stringify([good, { githubId, signedAt, agreement }], null, 1);
    expect((await read(text)).problems).toEqual([
      "8: version: some entries name a version and others do not: use --agreement-version for those",
    ]);
  });

  it.each([
    ["JSON", (deep: string) => `[{"github_id": ${deep}}]`],
    ["NDJSON", (deep: string) => `{"github_id": ${deep}}\n`],
    ["NDJSON in a line of 1.2 MB", (deep: string) => `${'{"a":'.repeat(200_000)}${deep}\n`],
  ])("that is nested 200,000 levels deep is refused in %s", async (_format, around) => {
    const text = around("[".repeat(200_000) + "]".repeat(200_000));
    expect((await read(text)).problems).toEqual([
      "1: it is nested more than 64 levels deep, which no signature is",
    ]);
  });
});

describe("JSON", () => {
  it.each([
    ["a number", '[{"github_id":1,"github_id":2,"signed_at":"2024-01-31"}]'],
    ["a revocation", '{"userId":1,"gist_version":"abcd","revoked_at":"2021-01-01","revoked_at":""}'],
  ])("with %s under a key that is there twice is refused", async (_what, text) => {
    for (const piece of [3, 1000]) {
      const { rows, problems } = await read(text, { piece });
      expect(rows).toEqual([]);
      expect(problems).toEqual([expect.stringMatching(/^1: .*a key is there twice: remove one$/)]);
    }
  });

  it.each([
    ["an object in the entry", [{ ...good, meta: { revoked_at: "2024-02-01" } }]],
    ["a list in the entry", [{ ...good, states: [{ a: { is_active: false } }] }]],
    ["a list beside the signatures", { signatures: [good], revoked: [{ github_id: 1 }] }],
    ["a word beside the signatures", { signatures: [good], active: false }],
    ["an object beside the signatures", { signatures: [good], more: { ended: true } }],
  ])("that may take a signature back in %s is refused", async (_where, value) => {
    const { rows, problems } = await read(JSON.stringify(value, null, 1));
    expect(Array.isArray(value) ? rows : []).toEqual([]);
    expect(problems).toEqual([expect.stringMatching(/may (mean|say) that (the|a) signature does not count/)]);
    const ignored = ["meta", "states", "revoked", "active", "more"];
    expect((await read(JSON.stringify(value), { ignored })).rows).toEqual([row(1)]);
  });

  it("of CLA Assistant Lite without its wrapper is told by any of its entries, not by the first", async () => {
    const [first, second] = [1, 2].map((id) => ({ name: "a", id, created_at: "2024-01-31" }));
    const text = JSON.stringify([first, { ...second, comment_id: 3, repoId: 5, pullRequestNo: 7 }]);
    const { rows, report } = await read(text);
    expect([rows, report.source]).toEqual([[row(1), row(2)], "CLA Assistant Lite"]);
    expect((await read(JSON.stringify([first]))).problems).toEqual([
      expect.stringContaining("does the column id hold the numbers"),
    ]);
  });

  it("with its lines ended by CR alone is NDJSON", async () => {
    const text = [good, good].map((one) => JSON.stringify(one)).join("\r");
    for (const piece of [1, 1000]) expect((await read(text, { piece })).rows).toEqual([row(1), row(1)]);
  });
});

describe("a list of logins", () => {
  const logins = { amber: accountOf("github", 1), birch: accountOf("github", 2) };
  const defaults = { host: "github", signedAt: { at: Date.UTC(2024, 0, 31), precision: "day" } } as const;

  it.each([
    ["one a line", "amber\n@birch\n"],
    ["with comments", "# who signed\namber # since 2020\n\nbirch"],
    ["in YAML", "- amber\n- 'birch'\n"],
    ["in YAML under a name", '---\ncontributors:\n  - amber\n  - "birch"\n'],
    ["in YAML's brackets", "contributors: [amber, birch]\n# all\n"],
  ])("may be %s", async (_name, text) => {
    for (const piece of [3, 1000]) {
      const { rows, problems, report } = await read(text, { logins, defaults, piece });
      expect(problems).toEqual([]);
      expect(rows).toEqual([row(1), row(2)]);
      expect(report.format).toBe("list");
    }
  });

  it.each([
    ["a second list", "contributors:\n- amber\nmembers:\n- birch\n", "3: the file has several lists"],
    ["a heading", "revoked:\n- amber\n- birch\n", "1: this heading or comment may say"],
    ["a heading of brackets", "inactive: [amber]\n", "1: this heading or comment may say"],
    ["a comment above", "amber\n# left the company:\nbirch\n", "2: this heading or comment may say"],
    ["a comment beside", "amber # revoked 2020\nbirch\n", "1: its comment may say"],
    ["a comment in Chinese", "amber # 已撤销\nbirch\n", "1: its comment may say"],
  ])("is refused where %s may say that somebody does not count", async (_what, text, says) => {
    const { problems } = await read(text, { logins, defaults });
    expect(problems).toEqual([expect.stringContaining(says)]);
  });

  it("may end its lines with CR alone, and be one login where that is said", async () => {
    for (const piece of [1, 1000])
      expect((await read("amber\rbirch\r", { logins, defaults, piece })).rows).toEqual([row(1), row(2)]);
    expect((await read("amber\n", { logins, defaults })).problems).toEqual([
      expect.stringContaining("--format list"),
    ]);
    expect((await read("amber\n", { logins, defaults, format: "list" })).rows).toEqual([row(1)]);
  });

  it("of one column with a heading is a table", async () => {
    expect((await read("username\namber\n", { logins, defaults })).problems).toEqual([
      expect.stringMatching(/^1: no column says whose signature/),
    ]);
    expect((await read("login\namber\n", { logins, defaults })).rows).toEqual([row(1)]);
  });

  it("says which line is none, and that digits may be a number", async () => {
    const options = { logins, defaults, format: "list" } as const;
    expect((await read("amber\na b c\n", options)).problems).toEqual([
      "2: this line is no login: a list has one a line and nothing else",
    ]);
    expect((await read("amber\n123\n", options)).problems).toEqual([
      expect.stringMatching(/^2: it has digits only: is it a login/),
    ]);
  });
});
