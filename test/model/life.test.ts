import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Database from "better-sqlite3";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Life, type KillPoint } from "../../playground/model/life.ts";
import { resetNetwork } from "../../playground/model/network.ts";

/** Writes to a database and to a host in turn, as a bot, until something fails. */
async function writeOn(url: string, file: string): Promise<void> {
  const connection = new Database(file);
  const add = connection.prepare("INSERT INTO row VALUES (1)");
  for (;;) {
    connection.exec("BEGIN");
    add.run();
    connection.exec("COMMIT");
    await fetch(url, { method: "POST" });
  }
}

it.each<[KillPoint, number, rows: number, requests: number]>([
  ["write", 0, 0, 0],
  // A write begins a transaction, changes a row or commits.
  ["write", 2, 0, 0],
  ["write", 3, 1, 1],
  ["commit", 0, 1, 0],
  ["commit", 1, 2, 1],
  ["request", 0, 1, 0],
  ["request", 1, 2, 1],
  ["answer", 0, 1, 1],
  ["answer", 1, 2, 2],
])(
  "a bot that is killed at a %s, after %i of them, has written no more",
  async (at, left, rows, requests) => {
    resetNetwork();
    let arrived = 0;
    const server = createServer((_, response) => {
      arrived += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const file = join(await mkdtemp(join(tmpdir(), "countersign-life-")), "test.db");
    const own = new Database(file);
    own.exec("CREATE TABLE row (id INTEGER)");
    const life = new Life({ at, left });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(life.run(() => writeOn(url, file))).rejects.toThrow(/fetch failed|not open/);
    expect(life.isOver).toBe(true);
    expect(own.prepare("SELECT count(*) FROM row").pluck().get()).toBe(rows);
    expect(arrived).toBe(requests);
    // The lock of a killed bot is free.
    own.exec("BEGIN IMMEDIATE");
    own.close();
  },
);
