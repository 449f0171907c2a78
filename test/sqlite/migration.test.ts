import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { openSqlite } from "../../src/sqlite/open.ts";

const FOLDER = new URL("../../db/sqlite/", import.meta.url);

/** Makes a database as the program left it that knew the migrations up to `version`. */
function databaseOf(file: string, version: number, seed: string): void {
  const connection = new Database(file);
  connection.exec(
    "CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
  );
  for (const name of readdirSync(FOLDER).toSorted()) {
    const number = Number(name.slice(0, 4));
    if (!(number <= version)) continue;
    connection.exec(readFileSync(new URL(name, FOLDER), "utf8"));
    connection.prepare("INSERT INTO migration VALUES (?, ?, 0)").run(number, name);
  }
  connection.exec(seed);
  connection.close();
}

describe("the migrations", () => {
  it("are numbered one by one, and the same on SQLite and PostgreSQL", () => {
    const namesIn = (engine: string): readonly string[] =>
      readdirSync(new URL(`../${engine}/`, FOLDER))
        .filter((name) => name !== "schema.sql")
        .toSorted();
    const names = namesIn("sqlite");
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1));
    expect(namesIn("postgres")).toEqual(names);
  });
});

describe("a database of an earlier version", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("keeps its restrictions and waivers when rights are added", async () => {
    const file = join(folder, "old.db");
    databaseOf(
      file,
      2,
      `INSERT INTO subject VALUES ('github', 1001, 5), ('gitee', 7, 9);
INSERT INTO waiver VALUES ('github', 10, 'abc', 1001, 3);
INSERT INTO signature VALUES ('icla', 'github', 1001, '1.0', 1, 'import', NULL);`,
    );
    const engine = await openSqlite(file);
    const alice = accountOf("github", 1001);
    expect(await engine.subjects.held(alice)).toMatchObject({
      restrictedSince: 5,
      signatures: [{ signedAt: 1 }],
      waivers: [{ commit: "abc", at: 3 }],
    });
    expect(await engine.subjects.unrestrict(alice, "cli")).toBe(true);
    expect((await engine.signatures.covered([alice], "icla")).size).toBe(1);
    expect(await engine.audit.verify(null)).toMatchObject({ fault: null, lines: 1 });
    await engine.close();
  });

  it("turns what was revoked into revocations of people, and keeps what a replace ended apart", async () => {
    const file = join(folder, "old.db");
    databaseOf(
      file,
      6,
      `INSERT INTO signature VALUES ('icla', 'github', 1, '1.0', 1, 'import', 50),
  ('icla', 'github', 2, '1.0', 1, 'import', 60), ('icla', 'github', 3, '1.0', 1, 'import', NULL);
INSERT INTO audit (line, at, by, act, details, previous, hash) VALUES
  (1, 50, 'cli', 'revoke', '{}', '', 'a'), (2, 60, 'cli', 'import', '{}', 'a', 'b');
UPDATE audit_chain SET last = 2, head = 'b';`,
    );
    const engine = await openSqlite(file);
    const [revoked, replaced, held] = [1, 2, 3].map((number) => accountOf("github", number));
    const rows = [revoked, replaced, held].flatMap((account) =>
      account === undefined
        ? []
        : [{ account, agreement: "icla", version: "0.9", signedAt: 40, entity: null } as const],
    );
    const again = rows.map((row) => ({ ...row, version: "1.0", signedAt: 1 }));
    const outcome = await engine.signatures.sign([[...rows, ...again]], { evidence: "import" });
    expect(outcome).toMatchObject({ revoked: 2, restored: 1, unchanged: 1, added: 2 });
    await engine.close();
  });
});
