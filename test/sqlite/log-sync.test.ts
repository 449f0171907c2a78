import { pbkdf2 } from "node:crypto";
import { symlinkSync } from "node:fs";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/ports/engine.ts";
import { guardFile } from "../../src/sqlite/connection/guard.ts";
import { openLogSync } from "../../src/sqlite/connection/log-sync.ts";
import { alice, mark, pullRef, row } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

const derive = promisify(pbkdf2);
/** The system's threads of a Node.js process, which sync files among other work. */
const THREADS = 4;

describe("What a bot that serves writes", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let engine: Engine;
  beforeEach(async () => {
    store = await openStore(() => 0);
    engine = await store.serve();
  });
  afterEach(() => store.remove());

  /** Keeps the disk's threads busy for a while; resolves when the first is free. */
  async function busyThreads(): Promise<void> {
    await Promise.race(Array.from({ length: THREADS }, () => derive("a", "b", 200_000, 64, "sha512")));
  }

  it("is acknowledged and read only when it is on the disk", async () => {
    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    const busy = busyThreads().then(note("a thread is free"));
    await engine.queue.depth().then(note("read before"));
    const marked = engine.queue.mark([mark(pullRef(1))]).then(note("marked"));
    // The commit is in the turn after this one.
    await new Promise((resolve) => void setImmediate(() => setImmediate(resolve)));
    const read = engine.queue.depth().then(({ due }) => order.push(`read ${due}`));
    await Promise.all([busy, marked, read]);
    expect(order.slice(0, 2)).toEqual(["read before", "a thread is free"]);
    expect(order.slice(2).toSorted()).toEqual(["marked", "read 1"]);
  });

  it("is acknowledged so for a signature, too, which has a connection of its own", async () => {
    const order: string[] = [];
    const busy = busyThreads().then(() => order.push("a thread is free"));
    const signed = engine.signatures
      .sign([[row(alice, 1)]], { evidence: "page" })
      .then(({ added }) => order.push(`signed ${added}`));
    await Promise.all([busy, signed]);
    expect(order).toEqual(["a thread is free", "signed 1"]);
  });

  it("is written no more when the disk did not keep it", async () => {
    // Nothing can be synced to this device.
    symlinkSync("/dev/null", `${store.file}-broken-wal`);
    const guard = guardFile(store.file);
    const log = openLogSync(`${store.file}-broken`, guard.lose);
    expect(() => guard.check()).not.toThrow();
    const failed = log.sync();
    const waiting = log.sync();
    expect(log.pending).not.toBeNull();
    await expect(failed).rejects.toMatchObject({
      code: "database-unreachable",
      message: expect.stringContaining("check the disk, and start again"),
    });
    expect(await guard.lost).toMatchObject({ code: "database-unreachable" });
    expect(() => guard.check()).toThrow("did not keep what was written");
    // The system reports such an error once, so that the next sync would succeed after a gap.
    const first: unknown = await failed.catch((error: unknown) => error);
    await expect(waiting).rejects.toBe(first);
    await expect(log.sync()).rejects.toBe(first);
    await log.close();
    expect(log.pending).toBeNull();
    guard.stop();
  });
});
