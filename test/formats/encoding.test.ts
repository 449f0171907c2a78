import fc from "fast-check";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { TextOfBytes, type Encoding } from "../../src/formats/text/encoding.ts";
import { read, row } from "./reading.ts";

function decode(bytes: Uint8Array, piece: number, encoding: Encoding | null = null): [string, Encoding] {
  const text = new TextOfBytes(encoding);
  let all = "";
  for (let from = 0; from < bytes.length; from += piece)
    all += text.write(bytes.subarray(from, from + piece));
  all += text.end();
  return [all, text.encoding];
}

const TEXT = "码云ID,姓名\n1,金丝雀é\n";

describe("the encoding of a file", () => {
  it.each(["utf-8", "utf-16le", "utf-16be", "gb18030"] as const)(
    "is told to be %s by its mark or its bytes, however the pieces fall",
    (encoding) => {
      for (const piece of [1, 2, 3, 5, 1000])
        expect(decode(iconv.encode(TEXT, encoding, { addBOM: true }), piece)).toEqual([TEXT, encoding]);
    },
  );

  it.each([
    ["utf-8", [1, 2, 3, 5, 1000]],
    ["gb18030", [1, 2, 3, 5, 1000]],
    // Without a mark, UTF-16 is detected by the first ASCII character of its first piece.
    ["utf-16le", [6, 1000]],
    ["utf-16be", [6, 1000]],
  ] as const)("is told to be %s without a mark", (encoding, pieces) => {
    for (const piece of pieces)
      expect(decode(iconv.encode(TEXT, encoding, { addBOM: false }), piece)).toEqual([TEXT, encoding]);
  });

  it("stays open while there is only ASCII", () => {
    const ascii = "a".repeat(200);
    expect(decode(iconv.encode(`${ascii}金丝雀`, "gb18030"), 100)).toEqual([`${ascii}金丝雀`, "gb18030"]);
    expect(decode(Buffer.from(ascii), 100)).toEqual([ascii, "utf-8"]);
  });

  it("can be named, against what the bytes look like", () => {
    expect(decode(iconv.encode("é", "gb18030"), 10, "gb18030")).toEqual(["é", "gb18030"]);
  });

  it("reads any text of UTF-8 back, in pieces of any size", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 9 }), (some, piece) => {
        const text = `id,${some}`;
        expect(decode(Buffer.from(text), piece, "utf-8")[0]).toBe(text);
      }),
    );
  });

  it("that does not hold to the end is refused with what to do", async () => {
    const bytes = Buffer.concat([
      Buffer.from("github_id,名\n1,é\n".repeat(9000)),
      Buffer.from([0xff, 0xff, 0x41, 0x41]),
    ]);
    const { problems } = await read(bytes, { piece: 4096 });
    expect(problems.at(-1)).toBe(
      "some bytes are not UTF-8: save the file as UTF-8, or name its encoding with --encoding",
    );
  });

  it.each([
    ["a spreadsheet", [0x50, 0x4b, 0x03, 0x04, 0x14]],
    ["an old Excel workbook", [0xd0, 0xcf, 0x11, 0xe0, 0xa1]],
    ["compressed", [0x1f, 0x8b, 0x08, 0x00]],
  ])("is not asked of %s, which is refused", async (name, bytes) => {
    expect((await read(Uint8Array.from(bytes))).problems).toEqual([
      expect.stringContaining(`this is ${name}`),
    ]);
  });

  it.each([2, 65_536])("that is Windows-1252 is asked for, however short the file (%i)", async (piece) => {
    const bytes = Buffer.from("github_id,signed_at,name\n1,2024-01-31,Ren\u00E9\n", "latin1");
    expect((await read(bytes, { piece })).problems).toEqual([
      expect.stringContaining("say --encoding windows-1252 or --encoding gb18030"),
    ]);
    expect((await read(bytes, { piece, encoding: "windows-1252" })).problems).toEqual([]);
  });

  it.each([
    ["windows-1252", "name\nM\u00FC\u00DFig,r\u00E9voqu\u00E9\n"],
    ["windows-1252", "name\nGR\u00D6\u00DFE\n"],
    ["windows-1251", "\u041E\u0442\u043E\u0437\u0432\u0430\u043D\u043E\n\u0434\u0430\n"],
    ["koi8-r", "\u041E\u0442\u043E\u0437\u0432\u0430\u043D\u043E\n\u0434\u0430\n"],
    ["shift_jis", "\u72B6\u614B\n\u7121\u52B9\n"],
    ["big5", "\u72C0\u614B\n\u5DF2\u64A4\u92B7\n"],
    ["euc-kr", "\uC0C1\uD0DC\n\uCCA0\uD68C\n"],
  ])("that is %s is never taken for Chinese: a heading may say who revoked (%j)", async (encoding, text) => {
    const bytes = iconv.encode(`github_id,signed_at,${text}`, encoding);
    for (const piece of [3, 65_536])
      expect((await read(bytes, { piece })).problems).toEqual([
        expect.stringContaining("its encoding is not certain"),
      ]);
  });

  it("of a long file is told by its first text that is not ASCII", async () => {
    const text = `github_id,\u59D3\u540D,signed_at\n${"1,\u674E\u660E,2024-01-31\n".repeat(5000)}`;
    const { rows, report } = await read(iconv.encode(text, "gb18030"), { piece: 1000 });
    expect([rows.length, report.encoding]).toEqual([5000, "gb18030"]);
  });

  it("is none where zero bytes are rare: the file is damaged", async () => {
    expect((await read("github_id,signed_at\n1,2024-01-31\0\n")).problems).toEqual([
      "the file contains NUL bytes, which no text file has: is it damaged?",
    ]);
  });

  it("of a file of one or two bytes is no matter", async () => {
    expect((await read("x")).problems).toEqual([expect.stringContaining("no column says")]);
  });

  it.each(["utf-16le", "utf-16be"])("%s without a mark is read", async (encoding) => {
    const text = "github_id,signed_at\r\n1,2024-01-31\r\n";
    expect((await read(iconv.encode(text, encoding, { addBOM: false }))).rows).toEqual([row(1)]);
  });
});
