import { closeSync, openSync, readSync } from "node:fs";
import { randomInt } from "node:crypto";
import type { Connection } from "./connect.ts";

/**
 * A number in the header of a database that is served from, which shows whether other bytes were written over the file,
 * e.g. by `cp BACKUP FILE`. It grows with what is stored, so that an older copy of the same database has a smaller one.
 * The header is read past SQLite, by a descriptor that stays open: closing one would drop SQLite's locks
 * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
export interface Stamp {
  /** Whether the file still holds this database. */
  isThere(): boolean;
  /** Called within each transaction. */
  renew(): void;
  /** Called after the connection was closed. */
  close(): void;
}

/** Where the header has the number, which SQLite leaves to applications. https://www.sqlite.org/fileformat.html */
export const STAMP_AT = 60;
const HEADER = 100;
const MAGIC = "SQLite format 3\0";
/** The shortest time between two numbers, in milliseconds: each costs a page of the write-ahead log. */
const EVERY = 1_000;
const FIRST_BELOW = 2 ** 30;

/**
 * @param every see {@link EVERY}
 * @throws SQLite's error if the database can't be written
 */
export function stampFile(file: string, connection: Connection, every = EVERY): Stamp {
  const write = (number: number): void => void connection.pragma(`user_version = ${number}`);
  const first = randomInt(1, FIRST_BELOW);
  write(first);
  const descriptor = openSync(file, "r");
  const header = Buffer.alloc(HEADER);
  const read = (): number | null => {
    const length = readSync(descriptor, header, 0, HEADER, 0);
    const isDatabase = length === HEADER && header.toString("latin1", 0, MAGIC.length) === MAGIC;
    return isDatabase ? header.readInt32BE(STAMP_AT) : null;
  };

  const before = read();
  let latest = first;
  /** Null: the first number is only in the write-ahead log yet. */
  let seen: number | null = null;
  let renewed = performance.now();
  connection.pragma("wal_checkpoint(PASSIVE)");

  const holds = (): boolean => {
    const number = read();
    if (number === null || number > latest || number < (seen ?? first))
      return seen === null && number !== null && number === before;
    seen = number;
    return true;
  };

  return {
    // Another process may be writing the header right now.
    isThere: () => holds() || holds(),
    renew: () => {
      if (performance.now() - renewed < every) return;
      renewed = performance.now();
      latest += 1;
      write(latest);
    },
    close: () => closeSync(descriptor),
  };
}
