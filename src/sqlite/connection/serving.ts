/**
 * One process at a time serves from a SQLite file. Two would work on one disk, but each has its own schedule, so the
 * second is nearly always a mistake. The serving process holds SQLite's exclusive
 * lock on an empty file next to the database; the system releases it when the process ends.
 */
import { closeSync, openSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import Database from "better-sqlite3";
import { Failure } from "../../error.ts";
import type { Connection } from "./connect.ts";

/** How long to wait for the previous process, in milliseconds. */
const PATIENCE = 1_000;
const PAUSE = 50;

/** The lock file of a database. */
export function servingLock(file: string): string {
  return `${file}-serving`;
}

/**
 * Takes the right to serve.
 * @param now milliseconds since the epoch
 * @returns what gives it back
 * @throws Failure `refused`, with who holds it
 */
export async function takeServing(file: string, connection: Connection, now: number): Promise<() => void> {
  const lock = openLock(servingLock(file));
  for (let waited = 0; ; waited += PAUSE) {
    try {
      lock.exec("BEGIN EXCLUSIVE");
      break;
    } catch (error) {
      if ((error as { code?: string }).code !== "SQLITE_BUSY" || waited >= PATIENCE) {
        lock.close();
        if ((error as { code?: string }).code !== "SQLITE_BUSY") throw unusable(error);
        throw new Failure(
          "refused",
          `another countersign serve uses this database: ${holderIn(connection)}. Stop it first; for several at once use PostgreSQL`,
        );
      }
    }
    await setTimeout(PAUSE);
  }
  const holder = `process ${process.pid}, since ${new Date(now).toISOString()}`;
  connection
    .prepare(
      "INSERT INTO instance (key, value) VALUES ('serving', ?) ON CONFLICT DO UPDATE SET value = excluded.value",
    )
    .run(Buffer.from(holder));
  return () => lock.close();
}

function openLock(path: string): Connection {
  try {
    closeSync(openSync(path, "a", 0o600));
    return new Database(path, { timeout: 0 });
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(cause: unknown): Failure {
  return new Failure(
    "database-unreachable",
    "the lock file next to the database can't be opened: check who may write in its folder",
    { cause },
  );
}

function holderIn(connection: Connection): string {
  const found = connection
    .prepare<[], Buffer>("SELECT value FROM instance WHERE key = 'serving'")
    .pluck()
    .get();
  return found?.toString() ?? "a process that has just begun";
}
