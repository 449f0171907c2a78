import { hash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  chainOf,
  GENESIS,
  hashedText,
  lineOf,
  verifyChain,
  type AuditChain,
  type AuditEntry,
  type AuditLine,
} from "../../src/records/audit.ts";

const sha256 = (text: string): string => hash("sha256", text);
const SIGNED: AuditEntry = { by: "page", act: "sign", details: { agreement: "icla" } };

/** The lines that an engine writes for some entries, from a number on, after a line with the hash `before`. */
function linesOf(entries: readonly AuditEntry[], first = 1, before = GENESIS): AuditLine[] {
  let previous = before;
  return entries.map((entry, index) => {
    const written = { ...entry, at: 1_000 + index, subject: null, previous };
    const line = { ...written, line: first + index, hash: sha256(hashedText(written)) };
    previous = line.hash;
    return line;
  });
}

function chainFrom(lines: readonly AuditLine[]): AuditChain {
  const [first, last] = [lines[0], lines.at(-1)];
  return {
    first: first?.line ?? 1,
    before: first?.previous ?? GENESIS,
    last: last?.line ?? 0,
    head: last?.hash ?? GENESIS,
  };
}

async function verify(
  lines: readonly AuditLine[],
  expected: Parameters<typeof verifyChain>[3] = null,
  chain: AuditChain = chainFrom(lines),
) {
  const each = async function* (): AsyncGenerator<AuditLine> {
    yield* lines;
  };
  return verifyChain(each(), chain, sha256, expected);
}

const at = (lines: readonly AuditLine[], line: number): AuditLine => {
  const found = lines[line - 1];
  if (found === undefined) throw new Error(`there is no line ${line}`);
  return found;
};

describe("the hashed text of a line", () => {
  it("has its fields and details in the order of their names, and neither its number nor its hash", () => {
    const details = { version: "1.0", agreement: "icla", entity: null };
    const line = { by: "cli", act: "import", at: 5, subject: "ab", previous: "cd", details } as const;
    expect(hashedText(line)).toBe(
      '{"act":"import","at":5,"by":"cli","details":{"agreement":"icla","entity":null,"version":"1.0"},"previous":"cd","subject":"ab"}',
    );
    expect(hashedText({ ...line, details: { a: 1, b: 2 } })).toContain('"details":{"a":1,"b":2}');
    expect(hashedText({ ...line, details: { b: 2, a: 1 } })).toContain('"details":{"a":1,"b":2}');
  });
});

describe("a stored line", () => {
  const kept = { ...at(linesOf([SIGNED]), 1), details: '{"agreement":"icla"}' };

  it("is read with its details", () => {
    expect(lineOf(kept)).toEqual(at(linesOf([SIGNED]), 1));
  });

  it("with unreadable details is read with their text, so that its hash differs", () => {
    expect(lineOf({ ...kept, details: "{torn" }).details).toEqual({ unreadable: "{torn" });
  });
});

describe("the check of a chain", () => {
  const lines = linesOf([SIGNED, SIGNED, SIGNED, SIGNED]);

  it("finds no fault in one that is as it was written, and tells its length and its last line", async () => {
    const { hash: head } = at(lines, 4);
    expect(await verify(lines)).toEqual({ fault: null, lines: 4, last: 4, head });
    expect(await verify(lines, { line: 2, hash: at(lines, 2).hash })).toMatchObject({ fault: null });
    expect(await verify(lines, { line: 4, hash: head })).toMatchObject({ fault: null });
    expect(await verify([])).toEqual({ fault: null, lines: 0, last: 0, head: GENESIS });
  });

  it("finds a line that says something else than its hash", async () => {
    const forged = lines.with(1, { ...at(lines, 2), by: "cli" });
    const message = "line 2 was changed: its hash is not that of what it says";
    expect((await verify(forged)).fault).toEqual({ line: 2, kind: "changed", message });
  });

  it("tells of the first fault only", async () => {
    const forged = lines.map((line) => (line.line < 2 ? line : { ...line, by: "bot" as const }));
    expect(await verify(forged)).toMatchObject({ fault: { line: 2 }, lines: 4 });
  });

  it("finds that a last line is missing, though the head that is noted was changed to fit", async () => {
    const chain = { ...chainFrom(lines), head: at(lines, 3).hash };
    expect((await verify(lines.slice(0, 3), null, chain)).fault).toMatchObject({ line: 4, kind: "removed" });
  });

  it("finds a line with another hash than was noted, though the chain agrees with it", async () => {
    const noted = { line: 3, hash: "0".repeat(64) };
    expect((await verify(lines, noted)).fault).toEqual({
      line: 3,
      kind: "changed",
      message: "line 3 was changed: it has another hash than was noted",
    });
    const forged = lines.with(0, { ...at(lines, 1), at: 5 });
    expect((await verify(forged, noted)).fault).toMatchObject({ line: 1 });
  });

  it("finds the place of one missing line and of several", async () => {
    const without = (...gone: number[]) => lines.filter(({ line }) => !gone.includes(line));
    expect((await verify(without(2))).fault).toEqual({
      line: 2,
      kind: "removed",
      message: "line 2 is missing",
    });
    expect((await verify(without(2, 3))).fault).toMatchObject({ message: "line 2 to line 3 are missing" });
    const whole = chainFrom(lines);
    expect((await verify(without(1), null, whole)).fault).toMatchObject({ line: 1, kind: "removed" });
    expect((await verify(without(4), null, whole)).fault).toEqual({
      line: 4,
      kind: "removed",
      message: "line 4 is missing",
    });
    expect((await verify(without(3, 4), null, whole)).fault).toMatchObject({
      line: 3,
      message: "line 3 to line 4 are missing",
    });
  });

  it("tells of a changed line rather than of what is missing after it", async () => {
    const forged = lines.with(1, { ...at(lines, 2), by: "cli" }).slice(0, 3);
    expect((await verify(forged, null, chainFrom(lines))).fault).toMatchObject({ line: 2, kind: "changed" });
  });

  it("finds a last line with another hash than the chain's end", async () => {
    const end = { ...chainFrom(lines), head: GENESIS };
    expect((await verify(lines, null, end)).fault).toMatchObject({ line: 5, kind: "removed" });
  });

  it("finds a noted line after the end", async () => {
    const message = "line 9 was noted and is missing";
    expect((await verify(lines, { line: 9, hash: "a" })).fault).toEqual({
      line: 5,
      kind: "removed",
      message,
    });
    expect((await verify(lines, { line: 5, hash: "a" })).fault).toMatchObject({ line: 5, kind: "removed" });
    const whole = chainFrom(lines);
    expect((await verify(lines.slice(0, 3), { line: 9, hash: "a" }, whole)).fault).toMatchObject({
      message: "line 4 is missing",
    });
  });

  it("finds a line that does not follow the one before it", async () => {
    const other = linesOf([SIGNED], 2, "f".repeat(64));
    const message = "line 2 does not follow the one before it: one of the two was moved, replaced or put in";
    expect((await verify(lines.with(1, at(other, 1)))).fault).toEqual({
      line: 2,
      kind: "reordered",
      message,
    });
    expect((await verify([at(lines, 1), { ...at(lines, 1), line: 2 }])).fault).toMatchObject({ line: 2 });
  });
});

describe("a chain whose beginning went by retention", () => {
  const before = "b".repeat(64);
  const expire = (through: number, hash = before): AuditEntry => ({
    by: "bot",
    act: "audit expire",
    details: { through, hash },
  });
  const unsigned = {
    line: 8,
    kind: "removed",
    message: "no line of the chain signs off that the lines before 8 went by retention",
  };

  it.each<[string, readonly AuditEntry[], object | null]>([
    ["its line says through where and with which hash", [SIGNED, expire(7)], null],
    ["of two such lines the last one says so", [expire(3), expire(7)], null],
    ["the last such line says another place", [expire(7), expire(3)], unsigned],
    ["its line says another hash", [SIGNED, expire(7, "c".repeat(64))], unsigned],
    ["no line says so", [SIGNED, SIGNED], unsigned],
    ["a line of another act says so", [{ ...expire(7), act: "tidy" }], unsigned],
  ])("where %s", async (_, entries, fault) => {
    expect((await verify(linesOf(entries, 8, before))).fault).toEqual(fault);
  });

  it("is told of only where the chain has no other fault", async () => {
    const lines = linesOf([SIGNED, SIGNED], 8, before);
    expect((await verify(lines.with(0, { ...at(lines, 1), by: "cli" }))).fault).toMatchObject({
      line: 8,
      kind: "changed",
    });
  });
});

it("an audit without the row that says where it ends is refused", () => {
  expect(chainOf({ first: 1 })).toEqual({ first: 1 });
  expect(() => chainOf(undefined)).toThrow("the audit has lost the row that says where it ends");
});
