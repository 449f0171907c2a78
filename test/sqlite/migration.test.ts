import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { appliedOf, HISTORY } from "../ports/schema-history.ts";

const FOLDER = new URL("../../db/sqlite/", import.meta.url);

/** The index of today's schema. */
const LAST = readdirSync(FOLDER).filter((name) => /^\d/.test(name)).length - 1;

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

describe("a database of every schema that was ever committed", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "countersign-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(HISTORY.map((names) => [names.slice(4).join(" ") || names.length, names] as const))(
    "(%s) is brought up, and what it held counts as before",
    async (_, names) => {
      const file = join(folder, "old.db");
      const old = new Database(file);
      old.exec(
        "CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
      );
      for (const applied of appliedOf(names)) {
        old.exec(readFileSync(new URL(applied.file, FOLDER), "utf8"));
        old.prepare("INSERT INTO migration VALUES (?, ?, 5)").run(applied.version, applied.name);
      }
      old.exec(
        "INSERT INTO signature (agreement, host, account, version, signed_at, evidence) VALUES ('icla', 'github', 1001, '1.0', 1, 'import')",
      );
      old.close();
      await (await openSqlite(file)).close();
      const engine = await openSqlite(file, { asItIs: true });
      expect((await engine.signatures.covered([accountOf("github", 1001)], "icla")).size).toBe(1);
      expect(await engine.signatures.count()).toMatchObject([{ signatures: 1 }]);
      await engine.close();
      const upgraded = new Database(file, { readonly: true });
      const fresh = new Database(":memory:");
      const all = appliedOf(HISTORY[LAST] ?? []);
      for (const one of all) fresh.exec(readFileSync(new URL(one.file, FOLDER), "utf8"));
      expect(shapeOf(upgraded)).toEqual(shapeOf(fresh));
      expect(upgraded.prepare("SELECT version, name FROM migration ORDER BY version").all()).toEqual(
        all.map(({ version, name }) => ({ version, name })),
      );
      upgraded.close();
    },
  );

  it.skipIf(!existsSync(new URL("../../.git", FOLDER)))("is one of those above", () => {
    const known = new Set(HISTORY.map((names) => names.join()));
    const folders = committedFolders();
    expect(folders.length).toBeGreaterThan(0);
    const unknown = folders.filter((names) => !known.has(names.join()));
    expect(unknown).toEqual([]);
  });

  it("is refused if a migration is another program's, and is not changed", async () => {
    const file = join(folder, "foreign.db");
    await (await openSqlite(file)).close();
    const foreign = new Database(file);
    foreign.exec("UPDATE migration SET name = '0003_stars.sql' WHERE version = 3");
    foreign.close();
    const before = readFileSync(file);
    await expect(openSqlite(file)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("0003_stars.sql"),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

/** The names of the migrations in every commit that changed them. */
function committedFolders(): readonly (readonly string[])[] {
  const git = (words: readonly string[], input = ""): string =>
    execFileSync("git", ["-C", fileURLToPath(FOLDER), ...words], { encoding: "latin1", input });
  const commits = git(["log", "--format=%h", "--", "."]).trim().split("\n");
  // A tree's entries are binary: the mode, the name, a null byte and the id.
  const trees = git(["cat-file", "--batch"], commits.map((commit) => `${commit}:db/sqlite\n`).join(""));
  return trees
    .split(/^[0-9a-f]{40} tree \d+\n/m)
    .map((tree) => [...tree.matchAll(/100644 (\d{4}_\w+\.sql)\0/g)].map(([, name = ""]) => name).toSorted())
    .filter((names) => names.length > 0);
}

/** Tables with their columns, in any order, and what else there is. */
function shapeOf(connection: Database.Database): unknown {
  const objects = connection
    .prepare<[], { type: string; name: string }>(
      "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name <> 'migration' ORDER BY type, name",
    )
    .all();
  return objects.map(({ type, name }) => [
    type,
    name,
    type === "table"
      ? connection
          .prepare<[string], string>("SELECT name FROM pragma_table_info(?)")
          .pluck()
          .all(name)
          .toSorted()
      : [],
  ]);
}

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
