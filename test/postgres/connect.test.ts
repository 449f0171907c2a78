import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Failure } from "../../src/error.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { connect } from "../../src/postgres/connection/connect.ts";
import { openPostgres } from "../../src/postgres/open.ts";
import { mark, pullRef } from "../ports/engine-scene.ts";
import { NO_SERVER, useServer } from "./server.ts";

const PATIENCE = { interval: 20 };

describe.skipIf(NO_SERVER !== null)("a connection to PostgreSQL", () => {
  const server = useServer();
  const engines: Engine[] = [];
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
  });

  async function open(url: string, options: Parameters<typeof openPostgres>[1] = {}): Promise<Engine> {
    const engine = await openPostgres(url, options);
    engines.push(engine);
    return engine;
  }

  it("has somebody who hears of its errors before it connects", async () => {
    const connections = connect(await server.createDatabase());
    onTestFinished(() => connections.close());
    expect(connections.alone().listenerCount("error")).toBeGreaterThan(0);
    const fromStart: number[] = [];
    for (const pool of [connections.short, connections.long]) {
      // The pool makes its clients of this class and adds a listener of its own only once they are connected.
      const { Client } = pool.options as { Client: new () => { listenerCount(name: string): number } };
      fromStart.push(new Client().listenerCount("error"));
    }
    expect(fromStart).toEqual([1, 1]);
  });

  it("that is ended while it is made fails what was asked for, and nothing else", async () => {
    const url = await server.createDatabase();
    await (await openPostgres(url)).close();
    const killing = new AbortController();
    const killer = (async () => {
      while (!killing.signal.aborted) await server.disconnectAll(url);
    })();
    const report = vi.fn<(job: string, error: unknown) => void>();
    const failures: unknown[] = [];
    for (let tries = 0; tries < 8; tries += 1) {
      const engine = await openPostgres(url, { report }).catch((error: unknown) => void failures.push(error));
      if (engine === undefined) continue;
      engine.queue.watch(() => {});
      await engine.queue.mark([mark(pullRef(tries + 1))]).catch((error: unknown) => failures.push(error));
      await engine.close();
    }
    killing.abort();
    await killer;
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.filter((failure) => !(failure instanceof Failure))).toEqual([]);
    await (await open(url)).ready();
  }, 120_000);

  it("to one of two schemas of a database shares neither tables nor schedule with the other", async () => {
    const url = await server.createDatabase();
    const done: string[] = [];
    for (const schema of ["one", "two"]) {
      await server.query(url, `CREATE SCHEMA ${schema}`);
      const engine = await open(`${url}?options=-c%20search_path%3D${schema}`);
      await engine.schedule.every("sweep", "0 12 * * *", async () => void done.push(schema));
      await engine.queue.mark([mark(pullRef(schema === "one" ? 1 : 2))]);
    }
    const tables = await server.query<{ schema: string }>(
      url,
      "SELECT schemaname AS schema FROM pg_tables WHERE tablename IN ('task', 'schedule') ORDER BY 1",
    );
    expect(tables.map(({ schema }) => schema)).toEqual(["one", "one_pgboss", "two", "two_pgboss"]);
    for (const schema of ["one", "two"])
      expect(await server.query(url, `SELECT name FROM ${schema}_pgboss.schedule`)).toHaveLength(1);
  });

  it.each([
    ["has lost a table", () => ["DROP TABLE task CASCADE"], "tables are gone"],
    [
      "no longer accepts writes",
      (name: string) => [
        `ALTER DATABASE "${name}" SET default_transaction_read_only = on`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`,
      ],
      "accepts no writes",
    ],
  ])("that %s is not ready, and is given up", async (_, change, words) => {
    const url = await server.createDatabase();
    const engine = await open(url, { watch: { every: 20, patience: 100 } });
    for (const statement of change(new URL(url).pathname.slice(1))) await server.query(url, statement);
    const refusal = { code: "database-unreachable", message: expect.stringContaining(words) as string };
    expect(await engine.lost).toMatchObject(refusal);
    await expect(engine.ready()).rejects.toMatchObject(refusal);
    await expect(engine.queue.mark([mark(pullRef(1))])).rejects.toMatchObject(refusal);
  });

  it("whose server's disk is full is not ready, though it can be read, until it has room again", async () => {
    const url = await server.createDatabase();
    const engine = await open(url);
    // Triggers simulate the full disk: it refuses new rows with this code.
    await server.query(
      url,
      `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER full_disk BEFORE INSERT ON task FOR EACH ROW EXECUTE FUNCTION full_disk();
CREATE TRIGGER full_disk BEFORE INSERT ON instance FOR EACH ROW EXECUTE FUNCTION full_disk()`,
    );
    await engine.ready();
    const full = { code: "database-unreachable", message: expect.stringContaining("is full") as string };
    await expect(engine.queue.mark([mark(pullRef(1))])).rejects.toMatchObject(full);
    await expect(engine.ready()).rejects.toMatchObject(full);
    await server.query(url, "DROP FUNCTION full_disk CASCADE");
    await engine.ready();
    await engine.queue.mark([mark(pullRef(1))]);
  });

  it("that does not answer is closed nevertheless, and the schedule does not start after that", async () => {
    const url = await server.createDatabase();
    const engine = await open(url, { closePatience: 100 });
    const blocking = server.query(url, "BEGIN; LOCK TABLE task; SELECT pg_sleep(60)").catch(() => {});
    const locked = () => server.query(url, "SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock'");
    await expect.poll(locked, PATIENCE).not.toEqual([]);
    const marking = engine.queue.mark([mark(pullRef(1))]).catch((error: unknown) => error);
    await engine.close();
    await expect(engine.schedule.every("sweep", "0 12 * * *", async () => {})).rejects.toMatchObject({
      message: "the database was closed",
    });
    await server.disconnectAll(url);
    await blocking;
    expect(await marking).toBeInstanceOf(Failure);
  });

  it("whose tables are gone for good is given up, with what to do", async () => {
    const url = await server.createDatabase();
    const engine = await open(url, { watch: { every: 20, patience: 100 } });
    let lost: unknown = null;
    void engine.lost.then((failure) => (lost = failure));
    await server.disconnectAll(url);
    await expect
      .poll(
        () =>
          engine.ready().then(
            () => true,
            () => false,
          ),
        PATIENCE,
      )
      .toBe(true);
    expect(lost).toBeNull();
    await server.query(url, "ALTER TABLE migration RENAME TO elsewhere");
    expect(await engine.lost).toMatchObject({
      code: "database-unreachable",
      message: expect.stringContaining("tables are gone") as string,
    });
  });
});
