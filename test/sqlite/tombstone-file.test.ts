import { createHmac, randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf, numberOf } from "../../src/account.ts";
import { prepareTombstoneTag } from "../../src/sqlite/erasure/tombstone.ts";
import { RETENTION } from "../../src/records/retention.ts";
import { storedInteger } from "../../src/sqlite/erasure/residue.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { alice, bob, drain, load, pullRecord, pullRef, row, START } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

describe("an older copy of the database in its place", () => {
  const clock = { now: START };
  let store: Awaited<ReturnType<typeof openStore>>;
  let copy: string;
  let engine: Engine;
  beforeEach(async () => {
    clock.now = START;
    store = await openStore(() => clock.now);
    engine = await store.open();
    await load(engine, [row(alice, 1), row(bob, 1), row(alice, 1, { entity: "acme" })]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    copy = join(store.file, "../copy.db");
    await engine.backup(copy);
  });
  afterEach(() => store.remove());

  async function restore(): Promise<Engine> {
    await engine.close();
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${store.file}${suffix}`, { force: true });
    copyFileSync(copy, store.file);
    engine = await store.open();
    return engine;
  }

  it("does not restore anybody who was erased since, not in a single byte", async () => {
    await engine.subjects.erase(alice, "page");
    await restore();
    expect(await engine.subjects.held(alice)).toMatchObject({ signatures: [], places: [] });
    expect(await engine.subjects.held(bob)).toMatchObject({ signatures: [{ signedAt: 1 }] });
    expect(await drain(engine)).toHaveLength(1);
    const trace = Buffer.concat([Buffer.from("github"), storedInteger(numberOf(alice))]);
    expect(readFileSync(store.file).includes(trace)).toBe(false);
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ erased: 1 });
    const lines = await Array.fromAsync(engine.audit.list());
    expect(lines.at(-1)).toMatchObject({ by: "bot", act: "erase" });
    expect(await engine.audit.verify(null)).toMatchObject({ fault: null });
  });

  it("leaves alone who signed again since", async () => {
    await engine.subjects.erase(alice, "page");
    clock.now += 10;
    await engine.signatures.sign([[row(alice, clock.now)]], { evidence: "page" });
    await engine.close();
    engine = await store.open();
    expect(await engine.subjects.held(alice)).toMatchObject({ signatures: [{ evidence: "page" }] });
    await restore();
    expect(await engine.subjects.held(alice)).toMatchObject({ signatures: [{ evidence: "import" }] });
  });

  it("is nothing to a database from which nobody was erased", async () => {
    await restore();
    expect(existsSync(`${store.file}-tombstones`)).toBe(false);
    expect(await engine.audit.verify(null)).toMatchObject({ fault: null, lines: 1 });
  });

  it("is told by a file that names nobody, for its owner only, and forgets with the retention", async () => {
    await engine.subjects.erase(alice, "page");
    const file = `${store.file}-tombstones`;
    expect(readFileSync(file, "utf8")).toMatch(/^erased [0-9a-f]{64} \d+\n$/);
    expect(statSync(file).mode & 0o077).toBe(0);
    clock.now += RETENTION.tombstone + 1;
    await engine.subjects.erase(bob, "page");
    await engine.tidy();
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(1);
    await restore();
    expect((await engine.subjects.held(alice)).signatures).toHaveLength(1);
    expect((await engine.subjects.held(bob)).signatures).toHaveLength(0);
  });
});

describe("a tombstone's tag", () => {
  it("is HMAC-SHA-256 of the account", () => {
    const key = randomBytes(32);
    const tagOf = prepareTombstoneTag(key);
    for (const account of [accountOf("github", 1), accountOf("gitee", Number.MAX_SAFE_INTEGER), alice])
      expect(tagOf(account)).toBe(createHmac("sha256", key).update(account).digest("hex"));
  });
});
