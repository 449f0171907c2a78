import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { Client } from "pg";
import { accountOf } from "../../src/account.ts";
import { openPostgres } from "../../src/postgres/open.ts";
import type { Engine } from "../../src/ports/engine.ts";
import {
  alice,
  bob,
  load,
  mark,
  pullRecord,
  pullRef,
  row,
  START,
  take,
  takeOne,
} from "../ports/engine-scene.ts";
import { NO_SERVER, useServer } from "./server.ts";
import { openStore } from "./store.ts";

describe.skipIf(NO_SERVER !== null)("replicas on one PostgreSQL database", () => {
  const server = useServer();
  let store: Awaited<ReturnType<typeof openStore>>;
  let here: Engine;
  let there: Engine;
  beforeEach(async () => {
    store = await openStore(server, () => START);
    [here, there] = await Promise.all([store.open(), store.open()]);
  });
  afterEach(() => store.remove());

  it("share the work: each task goes to one of them, and none is left over", async () => {
    const marks = Array.from({ length: 200 }, (_, at) => mark(pullRef(at + 1, 10 + (at % 7)), at % 5));
    await here.queue.mark(marks);
    const done: number[] = [];
    async function work(engine: Engine): Promise<void> {
      for (;;) {
        const taken = await take(engine, { limit: 8 });
        if (taken.length === 0 && (await engine.queue.depth()).due === 0) return;
        for (const one of taken) {
          if (one.task.kind === "pull") done.push(one.task.number);
          await engine.queue.done(one, null);
        }
      }
    }
    await Promise.all([here, there, here, there].map(work));
    expect(done.toSorted((a, b) => a - b)).toEqual(marks.map((_, at) => at + 1));
    expect(await here.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
  });

  it("mark the same tasks in any order without standing in each other's way", async () => {
    const marks = Array.from({ length: 60 }, (_, at) => mark(pullRef(at + 1), 1));
    await Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        const engine = at % 2 === 0 ? here : there;
        return engine.queue.mark(at % 3 === 0 ? marks.toReversed() : marks);
      }),
    );
    expect(await here.queue.depth()).toMatchObject({ due: 60 });
  });

  it("write the marks of one moment in one transaction", async () => {
    await Promise.all(Array.from({ length: 100 }, (_, at) => here.queue.mark([mark(pullRef(at + 1))])));
    const [row] = await server.query<{ commits: number }>(
      store.url,
      "SELECT count(DISTINCT xmin::text)::integer AS commits FROM task",
    );
    expect(row).toEqual({ commits: 1 });
  });

  it("keep their leases and waits though their clocks are apart", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const real = Date.now();
    const [wrong, right] = [await openPostgres(store.url), await openPostgres(store.url)];
    try {
      await right.queue.mark([mark(pullRef(1))]);
      for (const seconds of [46, -46, 3_600]) {
        const at = (engine: Engine) => {
          vi.setSystemTime(engine === wrong ? real + seconds * 1_000 : real);
          return engine;
        };
        for (const [one, other] of [
          [wrong, right],
          [right, wrong],
        ] as const) {
          const held = await takeOne(at(one));
          expect(await take(at(other))).toEqual([]);
          await at(one).queue.confirm(held, 15_000);
          await one.queue.release([held]);
        }
      }
      vi.setSystemTime(real + 46_000);
      await wrong.queue.retry(await takeOne(wrong), real + 600_000, "host-limit");
      vi.setSystemTime(real);
      expect(await take(right)).toEqual([]);
    } finally {
      await Promise.all([wrong.close(), right.close()]);
    }
  });

  it("are told of each other's marks", async () => {
    const heard = vi.fn<() => void>();
    there.queue.watch(heard);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 30_000);
    heard.mockClear();
    await here.queue.mark([mark(pullRef(1))]);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 30_000);
    expect(await take(there)).toHaveLength(1);
  });

  it("keep one chain of the audit between them", async () => {
    await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        (at % 2 === 0 ? here : there).subjects.restrict(accountOf("github", at + 1), "page"),
      ),
    );
    expect(await here.audit.verify(null)).toMatchObject({ fault: null, lines: 30, last: 30 });
  });

  it("let an erasure and an import of the same account end with nothing held of it", async () => {
    await load(here, [row(alice, 1), row(bob, 1)]);
    await Promise.all([
      here.subjects.erase(alice, "page"),
      load(there, [row(alice, 2), row(bob, 1)]),
      load(here, [row(alice, 3), row(bob, 1)]),
    ]);
    expect((await here.signatures.covered([alice, bob], "icla")).size).toBe(1);
    expect(await here.subjects.held(alice)).toMatchObject({ signatures: [] });
  });

  it("miss no pull request that one records while another loads a signature for it", async () => {
    const other = new Client(store.url);
    await other.connect();
    try {
      // What recording does, held open in its middle.
      await other.query("BEGIN");
      await other.query("SELECT pg_advisory_xact_lock_shared(hashtextextended('countersign: pulls', 0))");
      const { ref, head, buckets } = pullRecord(pullRef(1), [alice]);
      await other.query(
        "INSERT INTO pull (host, repository, number, head, agreement, verdict) VALUES ($1, $2, $3, $4, 'icla', 'unsigned')",
        [ref.host, ref.repository, ref.number, head],
      );
      await other.query("INSERT INTO pull_bucket VALUES ($1, $2, $3, $4)", [
        ref.host,
        ref.repository,
        ref.number,
        buckets[0],
      ]);
      const loading = load(there, [row(alice, 1)]);
      await vi.waitFor(async () => {
        const waiting = await other.query(
          "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
        );
        expect(waiting.rowCount).toBe(1);
      }, 30_000);
      await other.query("COMMIT");
      expect(await loading).toMatchObject({ added: 1, marked: 1 });
    } finally {
      await other.end();
    }
  });
});
