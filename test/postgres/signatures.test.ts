import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf, numberOf, type Account } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import type { SignatureRow } from "../../src/records/signature.ts";
import { pullTask } from "../../src/ports/queue.ts";
import { alice, bob, drain, list, load, pullRecord, pullRef, row, START } from "../ports/engine-scene.ts";
import { NO_SERVER, useServer } from "./server.ts";
import { openStore } from "./store.ts";

const planted = accountOf("github", 987_654_321);

function accounts(count: number): readonly Account[] {
  return Array.from({ length: count }, (_, at) => accountOf("github", 7 * at + 1));
}

describe.skipIf(NO_SERVER !== null)("many signatures in PostgreSQL", () => {
  const server = useServer();
  let store: Awaited<ReturnType<typeof openStore>>;
  let engine: Engine;
  beforeEach(async () => {
    store = await openStore(server, () => START);
    engine = await store.open();
  });
  afterEach(() => store.remove());

  /** @returns what releases it */
  async function hold(lock: string): Promise<() => Promise<void>> {
    const holder = new Client({ connectionString: store.url });
    await holder.connect();
    await holder.query(`BEGIN; ${lock}`);
    return async () => {
      await holder.query("COMMIT");
      await holder.end();
    };
  }

  function* batches(count: number, size: number): Generator<readonly SignatureRow[]> {
    const rows = accounts(count).map((account) => row(account, 1));
    for (let at = 0; at < count; at += size) yield rows.slice(at, at + size);
  }

  it("are loaded from batches of any size, and are listed in order", async () => {
    expect(await engine.signatures.sign(batches(12_000, 700), { evidence: "import" })).toMatchObject({
      added: 12_000,
    });
    expect(
      await engine.signatures.sign([[...batches(12_000, 12_000)].flat()], { evidence: "import" }),
    ).toMatchObject({ unchanged: 12_000 });
    const listed = await list(engine);
    expect(listed.map(({ account }) => account)).toEqual(accounts(12_000));
  });

  /** How often the whole table of signatures was read. */
  async function scans(): Promise<unknown> {
    // What a connection counted reaches the statistics at the latest when it ends.
    await engine.close();
    engine = await store.open();
    return server.query(
      store.url,
      "SELECT seq_scan::integer FROM pg_stat_user_tables WHERE relname = 'signature'",
    );
  }

  it("are not all read for an import of few rows, of which most are known", async () => {
    await engine.signatures.sign(batches(20_000, 5_000), { evidence: "import" });
    await server.query(store.url, "ANALYZE");
    const before = await scans();
    const rows = accounts(1_000).map((account, at) => row(account, at < 50 ? 2 : 1));
    const fresh = Array.from({ length: 50 }, (_, at) => row(accountOf("github", 7_000_000 + at), 1));
    expect(await load(engine, [...rows, ...fresh])).toMatchObject({ added: 50, changed: 50, unchanged: 950 });
    expect(await scans()).toEqual(before);
  });

  it("are not all read for an import that tells which text was signed, and who has withdrawn", async () => {
    await engine.signatures.sign(batches(20_000, 5_000), { evidence: "import" });
    await server.query(store.url, "ANALYZE");
    const before = await scans();
    const rows = accounts(1_500).map((account, at) =>
      row(account, 1, at < 750 ? { digest: "d".repeat(64) } : { revokedAt: 2 }),
    );
    expect(await load(engine, rows)).toMatchObject({ unchanged: 750, ended: 750 });
    expect(await scans()).toEqual(before);
  });

  it("that come while a replace waits for its turn are not ended by it", async () => {
    await load(engine, [row(alice, 1), row(bob, 1)]);
    const other = new Client(store.url);
    await other.connect();
    try {
      await other.query("BEGIN");
      await other.query("SELECT pg_advisory_xact_lock(hashtextextended('countersign: records', 0))");
      const replacing = load(engine, [row(alice, 1)], { replace: "icla" });
      await expect
        .poll(async () => server.query(store.url, "SELECT count(*)::integer FROM pg_locks WHERE NOT granted"))
        .toEqual([{ count: 1 }]);
      await other.query(
        "INSERT INTO signature (agreement, host, account, version, signed_at, evidence) VALUES ('icla', 'github', $1, '1.0', 5, 'page')",
        [numberOf(planted)],
      );
      await other.query("COMMIT");
      expect(await replacing).toMatchObject({ unchanged: 1, removed: 1 });
      expect((await list(engine)).map(({ account }) => account)).toEqual([alice, planted]);
    } finally {
      await other.end();
    }
  });

  it("are found for fifty accounts without a look at all the others", async () => {
    await engine.signatures.sign(batches(20_000, 5_000), { evidence: "import" });
    await server.query(store.url, "ANALYZE");
    const before = await scans();
    const wanted = [...accounts(49), planted];
    expect((await engine.signatures.covered(wanted, "icla")).size).toBe(49);
    await engine.subjects.held(planted);
    expect(await scans()).toEqual(before);
  });

  it("leave nothing of a staging behind, done or broken off", async () => {
    await load(engine, [row(planted, 1)]);
    function* broken() {
      yield [row(planted, 2)];
      throw new Error("broken");
    }
    await expect(engine.signatures.sign(broken(), { evidence: "import" })).rejects.toThrow("broken");
    const left = await server.query(store.url, "SELECT relname FROM pg_class WHERE relname LIKE 'staged%'");
    expect(left).toEqual([]);
  });

  it("are erased with their old versions, and with what the planner had sampled", async () => {
    await engine.signatures.sign(batches(200, 200), { evidence: "import" });
    await load(engine, [row(planted, 1)]);
    await engine.signatures.revoke([planted], "icla");
    await server.query(store.url, "ANALYZE");
    const traces = async (): Promise<readonly unknown[]> =>
      server.query(
        store.url,
        `SELECT tablename FROM pg_stats WHERE schemaname = 'public'
  AND concat_ws(' ', most_common_vals::text, histogram_bounds::text) LIKE '%${numberOf(planted)}%'`,
      );
    expect(await traces()).not.toEqual([]);
    expect(await engine.subjects.erase(planted, "page")).toMatchObject({ signatures: 1, trace: "server" });
    expect(await traces()).toEqual([]);
    const [dead] = await server.query<{ rows: number }>(
      store.url,
      "SELECT sum(n_dead_tup)::integer AS rows FROM pg_stat_user_tables WHERE relname IN ('signature', 'subject')",
    );
    expect(dead).toEqual({ rows: 0 });
  });

  it("that an older backup brought back are erased again by the nightly housekeeping", async () => {
    const bob = accountOf("gitee", 5);
    const before = [row(planted, 1), row(bob, 1), row(planted, 1, { entity: "acme", agreement: "ccla" })];
    await load(engine, before);
    await engine.subjects.erase(planted, "page");
    await engine.tidy();
    expect(await list(engine)).toMatchObject([{ account: bob }]);
    // As a restored dump has it, into which the tombstones were loaded.
    const tombstones = await server.query<{ tag: Buffer; at: string }>(store.url, "SELECT * FROM tombstone");
    await server.query(store.url, "DELETE FROM tombstone");
    await load(engine, before);
    await engine.pulls.record(pullRecord(pullRef(1), [planted]));
    await server.query(store.url, "INSERT INTO tombstone VALUES ($1, $2)", [
      tombstones[0]?.tag,
      tombstones[0]?.at,
    ]);
    await engine.tidy();
    expect(await list(engine)).toMatchObject([{ account: bob }]);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect(await engine.audit.verify(null)).toMatchObject({ fault: null });
    const last = (await Array.fromAsync(engine.audit.list())).at(-1);
    expect(last).toMatchObject({ by: "bot", act: "erase" });
  });

  it("are looked through for them while nobody waits", async () => {
    await load(engine, [row(planted, 1), row(alice, 1)]);
    await engine.subjects.erase(planted, "page");
    const release = await hold("LOCK TABLE signature IN ACCESS EXCLUSIVE MODE");
    const tidied = engine.tidy();
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%tombstone%'";
    await expect.poll(() => server.query(store.url, waiting)).not.toEqual([]);
    // A change of other records.
    await engine.subjects.request(alice, { kind: "withdrawal", agreement: "icla" });
    await release();
    await tidied;
    expect(await engine.subjects.requests()).toHaveLength(1);
  });

  it("that were found are left alone if the person signed again meanwhile", async () => {
    await load(engine, [row(planted, 1)]);
    await engine.subjects.erase(planted, "page");
    const tombstones = await server.query<{ tag: Buffer; at: string }>(store.url, "SELECT * FROM tombstone");
    await server.query(store.url, "DELETE FROM tombstone");
    await load(engine, [row(planted, 2)]);
    await server.query(
      store.url,
      "INSERT INTO tombstone VALUES ($1, $2)",
      Object.values(tombstones[0] ?? {}),
    );
    const release = await hold("SELECT pg_advisory_xact_lock(hashtextextended('countersign: records', 0))");
    const tidied = engine.tidy();
    const waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted";
    await expect.poll(() => server.query(store.url, waiting)).not.toEqual([]);
    // As the signature of a person does.
    await server.query(store.url, "DELETE FROM tombstone");
    await release();
    await tidied;
    expect(await list(engine)).toMatchObject([{ account: planted }]);
  });
});
