import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { foreignOwner } from "../../src/cli/database/open-database.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { run as runCommand, type Ran } from "../whole-way/scene.ts";

const MIGRATIONS = new URL("../../db/sqlite/", import.meta.url);
const CONFIGURATION = `agreements:
  - { id: icla, title: CLA, version: "1.0", url: "https://example.com/cla", repositories: ["github:octo/*"] }
`;
const CSV = "host,account_id,agreement,version,signed_at\ngithub,1001,icla,1.0,2024-01-31\n";
const GITHUB = {
  APP_ID: "7",
  PRIVATE_KEY: generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).privateKey,
  WEBHOOK_SECRET: "a secret that only tests know",
};
const names = readdirSync(MIGRATIONS)
  .filter((name) => /^\d/.test(name))
  .toSorted();
const numberOf = (name: string): number => Number(name.slice(0, 4));
const known = Math.max(...names.map(numberOf));
const previous = Math.max(...names.slice(0, -1).map(numberOf));
const alice = accountOf("github", 1001);

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-"));
  file = join(folder, "countersign.db");
  writeFileSync(join(folder, "countersign.yml"), CONFIGURATION);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function variables(): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: `file:${file}`,
    COUNTERSIGN_CONFIG: join(folder, "countersign.yml"),
    LOG_LEVEL: "silent",
  };
}

function run(...words: string[]): Promise<Ran> {
  return runCommand(variables(), words);
}

it.each(["migrate", "stats", "doctor"])(
  "%s warns of a connection to PostgreSQL that is not encrypted",
  async (command) => {
    // Nothing listens there, and it is no local address by its form.
    const there = { ...variables(), DATABASE_URL: "postgres://bot@0.0.0.0:1/cla" };
    const { stdout, stderr } = await runCommand(there, [command]);
    expect(`${stdout}${stderr}`).toContain("DATABASE_URL has no sslmode");
  },
);

/** A database of the version with the first `schema` migrations, with one signature. */
function databaseOf(schema: number): void {
  const connection = new Database(file);
  connection.pragma("journal_mode = WAL");
  connection.exec(
    "CREATE TABLE migration (version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT",
  );
  for (const name of names.filter((one) => numberOf(one) <= schema)) {
    connection.exec(readFileSync(new URL(name, MIGRATIONS), "utf8"));
    connection.prepare("INSERT INTO migration VALUES (?, ?, 0)").run(numberOf(name), name);
  }
  connection.exec(
    "INSERT INTO signature (agreement, host, account, version, signed_at, evidence) VALUES ('icla', 'github', 1001, '1.0', 1, 'import')",
  );
  connection.close();
}

async function signed(...accounts: readonly ReturnType<typeof accountOf>[]): Promise<void> {
  const engine = await openSqlite(file);
  const rows = accounts.map((account) => ({
    account,
    agreement: "icla",
    version: "1.0",
    signedAt: 1,
    entity: null,
  }));
  await engine.signatures.sign([rows], { evidence: "import" });
  await engine.close();
}

describe("a command that only reads", () => {
  it.each([
    ["stats"],
    ["export"],
    ["backup", "copy.db"],
    ["audit", "list"],
    ["agreement", "list"],
    ["doctor"],
  ])("%s makes no database", async (...words) => {
    const ran = await run(...words);
    expect(ran.code).toBe(1);
    expect(ran.stdout + ran.stderr).toContain("there is no database yet");
    expect(readdirSync(folder)).toEqual(["countersign.yml"]);
  });

  it.each([["stats"], ["export"]])("%s leaves an older schema as it is", async (...words) => {
    databaseOf(previous);
    const before = readFileSync(file);
    const ran = await run(...words);
    expect(ran.code).toBe(1);
    expect(ran.stdout + ran.stderr).toContain(
      `the database has schema ${previous}, and this version needs ${known}`,
    );
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["countersign.db", "countersign.yml"]);
  });

  it.each([["stats"], ["doctor"], ["export"], ["agreement", "list"], ["import", "FILE", "--dry-run"]])(
    "%s changes nothing in a database, and stores no server that was mistyped",
    async (...words) => {
      await run("migrate");
      writeFileSync(join(folder, "signed.csv"), CSV);
      const before = readFileSync(file);
      const mistyped = { GHE_HOST: "gihtub.example.invalid" };
      const ran = await runCommand(
        { ...variables(), ...mistyped, ...GITHUB },
        words.map((word) => (word === "FILE" ? join(folder, "signed.csv") : word)),
      );
      // The server that the name stands for does not answer to doctor.
      expect([words[0], ran.code]).toEqual([words[0], words[0] === "doctor" ? 1 : 0]);
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(readdirSync(folder)).toEqual(["countersign.db", "countersign.yml", "signed.csv"]);
    },
  );

  it.each([
    ["sweep", "--dry-run"],
    ["check", "github:octo/hello#1"],
    ["waiver", "list", "github:octo/hello"],
  ])("%s %s leaves an older schema as it is, too", async (...words) => {
    databaseOf(previous);
    const before = readFileSync(file);
    const ran = await run(...words);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("run countersign migrate")]);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["countersign.db", "countersign.yml"]);
  });

  it.each([
    ["sweep", "--dry-run"],
    ["check", "github:octo/hello#1"],
  ])("%s %s makes no database either", async (...words) => {
    const ran = await run(...words);
    expect(ran.stderr).not.toContain("database");
    expect(readdirSync(folder)).toEqual(["countersign.yml"]);
  });

  it("a dry run needs no database, and does not upgrade one", async () => {
    writeFileSync(join(folder, "signed.csv"), CSV);
    const trial = () => run("import", join(folder, "signed.csv"), "--dry-run");
    expect(await trial()).toMatchObject({ code: 0, stdout: expect.stringContaining("1 signature added") });
    expect(readdirSync(folder)).toEqual(["countersign.yml", "signed.csv"]);
    expect((await trial()).stderr).toBe("");
    databaseOf(previous);
    const before = readFileSync(file);
    expect((await trial()).stderr).toContain("run countersign migrate");
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("doctor looks at the file of an older schema, which the upgrade copies", async () => {
    databaseOf(previous);
    const before = readFileSync(file);
    const ran = await run("doctor");
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["countersign.db", "countersign.yml"]);
    expect(ran.stdout).toMatch(/[✓!] the d(?:atabase file is intact|isk that holds the database)/);
    expect(ran.stdout).toContain(`the database has schema ${previous}`);
  });

  it("backup copies an older schema as it is", async () => {
    databaseOf(previous);
    const ran = await run("backup", join(folder, "copy.db"), "--json");
    expect(JSON.parse(ran.stdout)).toEqual({ file: join(folder, "copy.db"), schema: previous });
    expect(statSync(join(folder, "copy.db")).mode & 0o777).toBe(0o600);
  });
});

it("a command that makes a database says so, because it may run in a wrong folder", async () => {
  writeFileSync(join(folder, "signed.csv"), CSV);
  const load = () => run("import", join(folder, "signed.csv"));
  expect((await load()).stderr).toBe(`countersign: there was no database; ${file} is new\n`);
  expect((await load()).stderr).toBe("");
});

describe("migrate", () => {
  it("makes a database, and then has nothing to do", async () => {
    expect(await run("migrate")).toEqual({
      code: 0,
      stdout: `the database is made, with schema ${known}\n`,
      stderr: "",
    });
    expect(JSON.parse((await run("migrate", "--json")).stdout)).toEqual({
      from: known,
      to: known,
      copy: null,
      erased_again: 0,
    });
  });

  // test/sqlite/migration.test.ts upgrades a database of every schema.
  it.each([[1], [previous]])(
    "upgrades a database of schema %i, and keeps a copy as it was",
    async (schema) => {
      databaseOf(schema);
      const ran = await run("migrate");
      const copy = `${file}.before-schema-${known}`;
      expect(ran).toEqual({
        code: 0,
        stdout: `the database's schema was ${schema} and is ${known} now\nthe database as it was before is kept in ${copy} until the next upgrade\n`,
        stderr: "",
      });
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      const kept = new Database(copy, { readonly: true });
      expect(kept.prepare("SELECT max(version) FROM migration").pluck().get()).toBe(schema);
      kept.close();
      const engine = await openSqlite(file);
      expect((await engine.signatures.covered([alice], "icla")).size).toBe(1);
      await engine.close();
      const upgraded = new Database(file, { readonly: true });
      const fresh = new Database(":memory:");
      for (const name of names) fresh.exec(readFileSync(new URL(name, MIGRATIONS), "utf8"));
      const schemaOf = (connection: Database.Database): unknown =>
        connection
          .prepare(
            "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name <> 'migration' ORDER BY name",
          )
          .all();
      expect(schemaOf(upgraded)).toEqual(schemaOf(fresh));
      upgraded.close();
    },
  );

  it("is done first by a command that writes, which says so", async () => {
    databaseOf(previous);
    const ran = await run("revoke", "github:1001", "--agreement", "icla");
    expect(ran.stderr).toContain(`the database's schema was ${previous} and is ${known} now`);
    expect(existsSync(`${file}.before-schema-${known}`)).toBe(true);
  });

  it("keeps the copy of the latest upgrade alone, and none of a person who is erased", async () => {
    databaseOf(previous);
    writeFileSync(`${file}.before-schema-1`, "an earlier upgrade's");
    await run("migrate");
    expect(existsSync(`${file}.before-schema-1`)).toBe(false);
    expect(existsSync(`${file}.before-schema-${known}`)).toBe(true);
    await run("subject", "erase", "github:1001", "--yes");
    expect(existsSync(`${file}.before-schema-${known}`)).toBe(false);
  });
});

it("an upgrade that can't copy the database keeps the copy of the upgrade before, and leaves no part", async () => {
  databaseOf(previous);
  writeFileSync(`${file}.before-schema-1`, "an earlier upgrade's");
  const old = new Database(file);
  // The copy stops at the damaged page of a table, as it does on a full disk.
  const page = old.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'signature'").pluck().get();
  const size = Number(old.pragma("page_size", { simple: true }));
  old.close();
  const start = (Number(page) - 1) * size;
  writeFileSync(file, readFileSync(file).fill(0xa5, start, start + size));
  const ran = await run("migrate");
  expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("the database file is damaged")]);
  expect(readdirSync(folder).filter((name) => name.includes("before-"))).toEqual([
    "countersign.db.before-schema-1",
  ]);
});

describe("another program's database", () => {
  it.each([["migrate"], ["import", "signed.csv"], ["backup", "copy.db"], ["doctor"], ["stats"]])(
    "is refused by %s, and stays as it is",
    async (...words) => {
      const other = new Database(file);
      other.exec("CREATE TABLE users (id INTEGER)");
      other.close();
      writeFileSync(join(folder, "signed.csv"), CSV);
      const before = readFileSync(file);
      const ran = await run(...words.map((word) => (word.includes(".") ? join(folder, word) : word)));
      expect(ran.code).toBe(1);
      expect(ran.stdout + ran.stderr).toMatch(
        /(?:countersign: |✗ the database: )the database belongs to another program: check DATABASE_URL/,
      );
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(existsSync(join(folder, "copy.db"))).toBe(false);
    },
  );
});

describe("backup", () => {
  const target = (): string => join(folder, "copy.db");

  it.each([
    ["no SQLite database", () => writeFileSync(file, "text ".repeat(2000)), "is not a SQLite database"],
    ["empty", () => writeFileSync(file, ""), "there is no database yet"],
  ])("says that the file is %s, and writes nothing", async (_, make, words) => {
    make();
    const ran = await run("backup", target());
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(words)]);
    expect(ran.stderr).not.toContain("this is a bug");
    expect(existsSync(target())).toBe(false);
  });

  it("writes no copy of a damaged database, whose first complaint doctor prints", async () => {
    await signed(alice);
    const whole = new Database(file);
    const page = whole.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'audit'").pluck().get();
    const size = Number(whole.pragma("page_size", { simple: true }));
    whole.close();
    const start = (Number(page) - 1) * size;
    writeFileSync(file, readFileSync(file).fill(0xa5, start, start + size));
    const ran = await run("backup", target());
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining("so no backup was written")]);
    expect(readdirSync(folder)).toEqual(["countersign.db", "countersign.yml"]);
    expect((await run("doctor")).stdout).toMatch(/✗ the database's file is damaged: (?!\*\*\*)\S/);
  });

  it("reads a database in a folder that it may not write, and tells a file that it may not read", async () => {
    await signed(alice);
    chmodSync(folder, 0o755);
    const locked = join(folder, "locked");
    mkdirSync(locked);
    copyFileSync(file, join(locked, "a.db"));
    copyFileSync(file, join(locked, "b.db"));
    chmodSync(join(locked, "b.db"), 0);
    chmodSync(locked, 0o500);
    const module = new URL("../../src/sqlite/file/backup.ts", import.meta.url).href;
    const program = `import { backupFile } from ${JSON.stringify(module)};
for (const name of ["a.db", "b.db"])
  try { console.log(await backupFile(${JSON.stringify(locked)} + "/" + name, ${JSON.stringify(folder)} + "/copy-" + name)); }
  catch (error) { console.log(error.code, error.message); }`;
    const node = [process.execPath, "--input-type=module", "--eval", program];
    // Everything is readable to root, unless it gives its capabilities up.
    const asRoot = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
    const [command = "", ...args] = [...asRoot, ...node];
    const said = execFileSync(command, args, { encoding: "utf8" });
    expect(said.split("\n")).toEqual([
      String(known),
      expect.stringMatching(/^database-unreachable the database file can't be (?:copied|opened)/),
      "",
    ]);
  });
});

describe("restore", () => {
  const backup = (): string => join(folder, "backup.db");

  it("puts a backup in the database's place, keeps what was there, and says so", async () => {
    await signed(alice);
    await run("backup", backup());
    await signed(accountOf("github", 1002));
    const ran = await run("restore", backup(), "--yes");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain(`${file}: restored from ${backup()}, with 1 signature\n`);
    expect(ran.stdout).toContain(`kept in ${file}.before-restore`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const kept = new Database(`${file}.before-restore`, { readonly: true });
    expect(kept.prepare("SELECT count(*) FROM signature").pluck().get()).toBe(2);
    kept.close();
  });

  it("keeps what an earlier restore kept, too, until a person is erased", async () => {
    await run("migrate");
    await run("backup", backup());
    await signed(alice);
    await run("restore", backup(), "--yes");
    const again = await run("restore", backup(), "--yes");
    expect(again.stdout).toContain(`kept in ${file}.before-restore-2`);
    const kept = new Database(`${file}.before-restore`, { readonly: true });
    expect(kept.prepare("SELECT count(*) FROM signature").pluck().get()).toBe(1);
    kept.close();
    const back = await run("restore", `${file}.before-restore`, "--yes");
    expect(back.stdout).toContain("with 1 signature\n");
    await run("subject", "erase", "github:1001", "--yes");
    expect(readdirSync(folder).filter((name) => name.includes("before-"))).toEqual([]);
  });

  it("keeps what was there also if the backup has an older schema", async () => {
    await signed(alice);
    copyFileSync(file, backup());
    for (const ending of ["", "-wal", "-shm"]) rmSync(`${file}${ending}`, { force: true });
    databaseOf(previous);
    renameSync(file, `${folder}/older.db`);
    copyFileSync(backup(), file);
    const ran = await run("restore", `${folder}/older.db`, "--yes");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(existsSync(`${file}.before-restore`)).toBe(true);
  });

  it("erases again who was erased since", async () => {
    await signed(alice, accountOf("github", 1002));
    await run("backup", backup());
    await run("subject", "erase", "github:1001", "--yes");
    const ran = await run("restore", backup(), "--yes", "--json");
    expect(JSON.parse(ran.stdout)).toMatchObject({ signatures: 1, erased_again: 1, schema: known });
    expect((await run("export")).stdout).not.toContain("1001");
  });

  it("refuses while a bot has the database open, and changes nothing", async () => {
    await signed(alice);
    await run("backup", backup());
    const bot = await openSqlite(file);
    const ran = await run("restore", backup(), "--yes");
    expect([ran.code, ran.stderr]).toEqual([
      1,
      "countersign: a bot or a command has the database open: stop it, then restore\n",
    ]);
    expect((await bot.signatures.covered([alice], "icla")).size).toBe(1);
    await bot.close();
    expect(readdirSync(folder).filter((name) => name.includes("restor"))).toEqual([]);
  });

  it.each([
    ["pages", 4096],
    ["first page", 0],
  ])("takes the place of a database whose %s are damaged, and keeps that file", async (_, from) => {
    await signed(alice);
    await run("backup", backup());
    const damaged = readFileSync(file).fill(0xa5, from);
    writeFileSync(file, damaged);
    const ran = await run("restore", backup(), "--yes");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect((await run("stats")).stdout).toContain("icla");
    expect(readFileSync(`${file}.before-restore`).equals(damaged)).toBe(true);
  });

  it("refuses what is damaged, of a newer version, or no database", async () => {
    await signed(alice);
    await run("backup", backup());
    const bytes = readFileSync(backup());
    writeFileSync(join(folder, "damaged.db"), bytes.fill(0xff, 4096, 4096 + 2000));
    expect((await run("restore", join(folder, "damaged.db"), "--yes")).stderr).toMatch(/damaged|no whole/);
    expect((await run("restore", join(folder, "countersign.yml"), "--yes")).stderr).toContain(
      "not a complete SQLite database",
    );
    expect((await run("restore", join(folder, "none.db"), "--yes")).stderr).toContain(
      "the file does not exist",
    );
    await run("backup", join(folder, "newer.db"));
    const newer = new Database(join(folder, "newer.db"));
    newer.exec("INSERT INTO migration VALUES (9999, 'x', 0)");
    newer.close();
    expect((await run("restore", join(folder, "newer.db"), "--yes")).stderr).toContain(
      "newer Countersign (schema 9999",
    );
    expect((await run("stats")).stdout).toContain("icla");
  });

  it("fills a new machine, and leaves nothing else there or beside the backup", async () => {
    await signed(alice);
    const away = join(folder, "away");
    mkdirSync(away);
    await run("backup", join(away, "b.db"));
    file = join(folder, "new", "data", "countersign.db");
    const ran = await run("restore", join(away, "b.db"), "--yes");
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain(`${file}-tombstones is not there, so accounts that were erased`);
    expect(ran.stdout).toContain("with 1 signature\n");
    expect(readdirSync(join(folder, "new", "data"))).toEqual(["countersign.db"]);
    expect(readdirSync(away)).toEqual(["b.db"]);
    expect((await run("restore", join(away, "b.db"))).code).toBe(1);
    expect(readdirSync(join(folder, "new", "data"))).toEqual(["countersign.db"]);
  });

  it("takes a copy of an open database with its log, and refuses the database itself or a folder", async () => {
    const engine = await openSqlite(file);
    await engine.signatures.sign(
      [[{ account: alice, agreement: "icla", version: "1.0", signedAt: 1, entity: null }]],
      { evidence: "import" },
    );
    for (const end of ["", "-wal"]) copyFileSync(`${file}${end}`, `${backup()}${end}`);
    await engine.close();
    expect((await run("restore", backup(), "--yes")).stdout).toContain("with 1 signature\n");
    expect((await run("restore", file, "--yes")).stderr).toContain("this is the database itself");
    expect((await run("restore", folder, "--yes")).stderr).toContain("this is not a file");
  });

  it("tells a file that it may not read from a damaged one, and a folder that it may not write", () => {
    writeFileSync(backup(), "not read");
    chmodSync(backup(), 0);
    const locked = join(folder, "locked");
    mkdirSync(locked, { mode: 0o500 });
    const module = new URL("../../src/sqlite/file/restore.ts", import.meta.url).href;
    const program = `import { stageBackup } from ${JSON.stringify(module)};
for (const [file, backup] of ${JSON.stringify([
      [file, backup()],
      [join(locked, "data", "x.db"), join(folder, "countersign.yml")],
    ])})
  try { stageBackup(file, backup); } catch (error) { console.log(error.code, error.message); }`;
    const node = [process.execPath, "--input-type=module", "--eval", program];
    // Everything is readable to root, unless it gives its capabilities up.
    const asRoot = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] : [];
    const [command = "", ...args] = [...asRoot, ...node];
    const said = execFileSync(command, args, { encoding: "utf8" });
    expect(said).toMatch(/^refused .*: the file can't be read: check who may read it\n/);
    expect(said).toMatch(/\ndatabase-unreachable the folder of the database can't be written: /);
  });

  it("asks first", async () => {
    await signed(alice);
    await run("backup", backup());
    const ran = await run("restore", backup());
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("Use --yes to confirm");
  });
});

describe("root on another user's database", () => {
  it.runIf(process.getuid?.() === 0)("is warned", () => {
    writeFileSync(file, "");
    expect(foreignOwner(file)).toBe(null);
    execFileSync("chown", ["1000", file]);
    expect(foreignOwner(file)).toContain("the database belongs to user 1000");
    expect(foreignOwner(file, 1000)).toBe(null);
    expect(foreignOwner(file, 0, ".env")).toContain(".env belongs to user 1000");
    execFileSync("chown", ["1000", folder]);
    expect(foreignOwner(join(folder, "new.db"))).toContain("the folder of the database belongs to user 1000");
    expect(foreignOwner(join(folder, "none", "new.db"))).toBe(null);
  });
});
