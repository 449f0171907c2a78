import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detectFormat } from "../../src/formats/detect.ts";
import { JsonItems } from "../../src/formats/json.ts";
import { read, row } from "./reading.ts";

function itemsOf(text: string, piece: number): [unknown, number][] {
  const found: [unknown, number][] = [];
  const items = new JsonItems(["signatures", "list"], (item, line) => found.push([item, line]));
  for (let from = 0; from < text.length; from += piece) items.write(text.slice(from, from + piece));
  items.end();
  return found;
}

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
  const good = { githubId: 1, signedAt: "2024-01-31", agreement: "icla", version: "1.0" };

  it("may name its columns as JSON does, and has the others counted", async () => {
    const { rows, report } = await read(
      JSON.stringify([
        { ...good, Name: "x", mail: null },
        { ...good, mail: 1 },
      ]),
    );
    expect(rows).toEqual([row(1), row(1)]);
    expect(report.dropped).toEqual({ Name: 1, mail: 2 });
  });

  it("that is bad is named with its line in JSON and in NDJSON", async () => {
    const list = JSON.stringify([good, { ...good, githubId: "x" }, 7], null, 1);
    expect((await read(list)).problems).toEqual([
      expect.stringMatching(/^8: github_id: it is not a whole number/),
      "14: an object is expected, with the columns as its keys",
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
    const text = '[{"comment_id":1,"id":1,"created_at":"2024-01-31"},\n{"id":[1]}]';
    expect((await read(text)).problems).toEqual([
      "2: the entry is not of the shape that CLA Assistant Lite writes",
    ]);
  });
});
