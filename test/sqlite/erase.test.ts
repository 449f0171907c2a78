import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf, numberOf, type Account } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { holdsTrace, storedInteger } from "../../src/sqlite/erasure/residue.ts";
import { scrub } from "../../src/sqlite/erasure/scrub.ts";
import { load, pullRecord, pullRef, row, START } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

/** 0x1badcafe7: stored in six bytes, which nothing else in these databases has. */
const planted = accountOf("github", 0x1_bada_cafe_7a);

/** Every way in which a file could hold a number: SQLite's own, a 64-bit integer, a varint, and text. */
function encodings(account: Account): readonly Buffer[] {
  const number = numberOf(account);
  const wide = Buffer.alloc(8);
  wide.writeBigInt64BE(BigInt(number));
  const little = Buffer.from(wide.toReversed());
  return [storedInteger(number), wide, little, varint(number), Buffer.from(String(number))];
}

/** See https://www.sqlite.org/fileformat2.html#varint */
function varint(number: number): Buffer {
  const bytes = [number % 128];
  for (let rest = Math.floor(number / 128); rest > 0; rest = Math.floor(rest / 128))
    bytes.unshift((rest % 128) | 128);
  return Buffer.from(bytes);
}

function found(file: string, account: Account): number {
  const bytes = [file, `${file}-wal`].map((path) => readFileSync(path));
  return encodings(account).filter((encoding) => bytes.some((part) => part.includes(encoding))).length;
}

describe("an erasure from SQLite's files", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let engine: Engine;
  beforeEach(async () => {
    store = await openStore(() => START);
    engine = await store.open();
  });
  afterEach(() => store.remove());

  async function plant(account: Account): Promise<void> {
    const others = Array.from({ length: 3000 }, (_, index) => row(accountOf("github", 5000 + 7 * index), 1));
    const places = others.slice(0, 500).map((other) => ({ ...other, entity: "acme" }));
    await load(engine, [...others, row(account, 1), row(account, 2, { agreement: "dco" })]);
    await load(engine, [...places, row(account, 1, { entity: "acme" })]);
    await engine.signatures.revoke([account], "dco");
    await engine.entities.appoint("acme", [account], "cli");
    await engine.subjects.restrict(account, "page");
    await engine.subjects.request(account, { kind: "correction", agreement: "icla" });
    const repository = { host: "github", id: 10 } as const;
    await engine.waivers.add({ repository, commit: "abcdef", by: account, at: START });
    await engine.pulls.record(pullRecord(pullRef(1), [account]));
  }

  /**
   * The locks that this process has on the database, as Linux lists them. Without one, an older SQLite that closes the
   * file deletes its log: https://www.sqlite.org/howtocorrupt.html
   */
  const locks = (): number => {
    const own = `:${statSync(store.file).ino} `;
    return readFileSync("/proc/locks", "utf8")
      .split("\n")
      .filter((line) => line.includes(own)).length;
  };

  it.skipIf(!existsSync("/proc/locks"))("drops no lock on the file, nor does a signature", async () => {
    const before = locks();
    await load(engine, [row(planted, 1)]);
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ signatures: 1, trace: "none" });
    expect([before, locks()]).toEqual([1, 1]);
  });

  it("leaves no byte of the account in the tables, the indexes, the free pages or the write-ahead log", async () => {
    await plant(planted);
    expect(found(store.file, planted)).toBeGreaterThan(0);
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ signatures: 2, trace: "none" });
    expect(found(store.file, planted)).toBe(0);
    expect(statSync(`${store.file}-wal`).size).toBe(0);
  });

  it("reaches what the query planner had sampled", async () => {
    await plant(planted);
    const other = new Database(store.file);
    other.exec("ANALYZE");
    // Whatever it sampled by itself, this sample is the account's.
    other
      .prepare("UPDATE sqlite_stat4 SET sample = ? WHERE tbl = 'signature'")
      .run(Buffer.concat([Buffer.from("github"), storedInteger(numberOf(planted))]));
    other.close();
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ trace: "none" });
    expect(found(store.file, planted)).toBe(0);
  });

  it("reaches old copies in the unused parts of pages", async () => {
    // Without secure_delete SQLite leaves deleted bytes in place, as a page that was rebuilt may.
    await plant(planted);
    const careless = new Database(store.file);
    careless.pragma("secure_delete = OFF");
    careless.prepare("DELETE FROM signature WHERE account = ?").run(numberOf(planted));
    careless.pragma("wal_checkpoint(TRUNCATE)");
    careless.close();
    expect(found(store.file, planted)).toBeGreaterThan(0);
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ signatures: 0, trace: "none" });
    expect(found(store.file, planted)).toBe(0);
  });

  it("says that somebody still reads an earlier state, and is complete when asked for again", async () => {
    await plant(planted);
    const reader = new Database(store.file, { readonly: true });
    const rows = reader.prepare("SELECT * FROM signature").iterate();
    rows.next();
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ trace: "log-held" });
    expect(found(store.file, planted)).toBeGreaterThan(0);
    rows.return?.();
    reader.close();
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ signatures: 0, trace: "none" });
    expect(found(store.file, planted)).toBe(0);
  });

  it("that could not be completed is completed by the schedule, as soon as nobody reads an earlier state", async () => {
    await plant(planted);
    const reader = new Database(store.file, { readonly: true });
    const rows = reader.prepare("SELECT * FROM signature").iterate();
    rows.next();
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ trace: "log-held" });
    expect(await engine.subjects.finishErasures()).toBe(false);
    rows.return?.();
    reader.close();
    expect(await engine.subjects.finishErasures()).toBe(true);
    expect(found(store.file, planted)).toBe(0);
  });

  it("that could not be completed is completed by the next tidying, too", async () => {
    await plant(planted);
    const reader = new Database(store.file, { readonly: true });
    const rows = reader.prepare("SELECT * FROM signature").iterate();
    rows.next();
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ trace: "log-held" });
    rows.return?.();
    reader.close();
    await engine.tidy();
    expect(found(store.file, planted)).toBe(0);
  });

  it("rewrites a large file in a thread of its own, and only where a trace is left", async () => {
    await plant(planted);
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    const trace = { before: "github", number: numberOf(planted) };
    const other = { before: "github", number: numberOf(planted) + 1 };
    expect(await scrub({ file: store.file, traces: [other] }, 0)).toBe(false);
    expect(await scrub({ file: store.file, traces: [trace] }, 0)).toBe(true);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(1);
    await engine.ready();
    expect((await engine.signatures.covered([planted], "icla")).size).toBe(0);
  });

  it("is thorough for small numbers, too", async () => {
    for (const number of [1, 2, 127, 128, 40_000, 9_000_000]) {
      const account = accountOf("gitee", number);
      await load(engine, [row(account, 1)]);
      expect(await engine.subjects.erase(account, "page")).toMatchObject({ signatures: 1 });
    }
  });

  it("does not take another's longer number for the account's, but takes a torn row for it", async () => {
    const short = accountOf("github", 0x0403);
    const longer = accountOf("github", 0x04_03_07);
    await load(engine, [
      row(longer, 1),
      row(longer, 1, { entity: "acme" }),
      row(longer, 1, { agreement: "dco" }),
    ]);
    await engine.signatures.revoke([longer], "dco");
    await engine.subjects.restrict(longer, "cli");
    await engine.tidy();
    const trace = [{ before: "github", number: numberOf(short) }];
    expect(readFileSync(store.file).includes(Buffer.from("github\u0004\u0003"))).toBe(true);
    expect(holdsTrace(store.file, trace)).toBe(false);
    await load(engine, [row(short, 1)]);
    await engine.tidy();
    expect(holdsTrace(store.file, trace)).toBe(true);
    const torn = `${store.file}-torn`;
    writeFileSync(torn, Buffer.concat([Buffer.alloc(3 << 20), Buffer.from("github\u0004\u0003\u0007")]));
    expect(holdsTrace(torn, trace)).toBe(true);
  });

  it("knows how SQLite stores a number", () => {
    const sizes = [1, 127, 128, 32_767, 32_768, 2 ** 23, 2 ** 31, 2 ** 47, Number.MAX_SAFE_INTEGER];
    expect(sizes.map((number) => storedInteger(number).length)).toEqual([0, 1, 2, 2, 3, 4, 6, 8, 8]);
  });
});
