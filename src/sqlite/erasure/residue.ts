/**
 * Searches the bytes of a database's files for remains of an account. A descriptor of the database stays open as long as
 * the process: closing it would drop SQLite's locks; see `connection/stamp.ts`.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";

const CHUNK = 1 << 20;
/** How far before the host's name a row may begin: its header, the id of an agreement or employer, a time. */
const REACH = 256;

/** The bytes right before an account's number in a row, and the number. */
export interface Trace {
  readonly before: string;
  readonly number: number;
}

/** The open descriptors of databases, by path. */
const OPEN = new Map<string, number>();

/** A descriptor of the database, which nobody closes. */
export function descriptorOf(file: string): number {
  const known = OPEN.get(file);
  if (known !== undefined && isSame(known, file)) return known;
  const descriptor = openSync(file, "r");
  OPEN.set(file, descriptor);
  return descriptor;
}

function isSame(descriptor: number, file: string): boolean {
  const [held, there] = [fstatSync(descriptor, { bigint: true }), statSync(file, { bigint: true })];
  return held.dev === there.dev && held.ino === there.ino;
}

/**
 * Whether the database's file or its write-ahead log holds one of the traces.
 * @param descriptor of the database
 */
export function holdsTrace(file: string, traces: readonly Trace[], descriptor = descriptorOf(file)): boolean {
  if (holds(descriptor, traces)) return true;
  const log = `${file}-wal`;
  if (!existsSync(log)) return false;
  // SQLite has no locks on the log.
  const own = openSync(log, "r");
  try {
    return holds(own, traces);
  } finally {
    closeSync(own);
  }
}

/**
 * How SQLite stores a whole number in a row: in the fewest of 1, 2, 3, 4, 6 or 8 bytes, the highest first; 1 takes no
 * byte. See https://www.sqlite.org/fileformat2.html#record_format
 */
export function storedInteger(number: number): Buffer {
  if (number === 1) return Buffer.alloc(0);
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(number));
  const size = [1, 2, 3, 4, 6, 8].find((width) => number < 2 ** (8 * width - 1)) ?? 8;
  return bytes.subarray(8 - size);
}

function holds(descriptor: number, traces: readonly Trace[]): boolean {
  const wanted = traces.map(({ before, number }) => {
    const stored = storedInteger(number);
    return {
      bytes: Buffer.concat([Buffer.from(before), stored]),
      before: before.length,
      stored: stored.length,
    };
  });
  const overlap = REACH + Math.max(...wanted.map(({ bytes }) => bytes.length));
  const buffer = Buffer.alloc(CHUNK + overlap);
  for (let at = 0, kept = 0; ;) {
    const read = readSync(descriptor, buffer, kept, CHUNK, at);
    if (read === 0) return false;
    at += read;
    const window = buffer.subarray(0, kept + read);
    for (const { bytes, before, stored } of wanted)
      for (let found = window.indexOf(bytes); found !== -1; found = window.indexOf(bytes, found + 1))
        // Bytes near the beginning were checked in the previous window, with their context.
        if ((kept < overlap || found >= REACH) && !isLonger(window, found, before, stored)) return true;
    kept = Math.min(overlap, window.length);
    window.copy(buffer, 0, window.length - kept);
  }
}

/**
 * Whether the bytes belong to a complete row of another account, whose longer number begins with the same bytes. If the
 * row is not complete, this is unknown and counts as found.
 */
function isLonger(bytes: Buffer, at: number, before: number, stored: number): boolean {
  for (let start = at - 1; start >= Math.max(0, at - REACH); start -= 1) {
    const types = columnTypes(bytes, start);
    if (types === null) continue;
    let offset = start + (bytes[start] ?? 0);
    for (const [index, type] of types.entries()) {
      const next = types[index + 1];
      if (offset === at && type === 13 + 2 * before && next !== undefined)
        if (next <= 6 && sizeOf(next) > stored) return true;
      offset += sizeOf(type);
      if (offset > at) break;
    }
  }
  return false;
}

/** The types of a row's columns, if a header of one begins at `start`. */
function columnTypes(bytes: Buffer, start: number): readonly number[] | null {
  const length = bytes[start] ?? 0;
  if (length < 3 || length > 24) return null;
  const types: number[] = [];
  let type = 0;
  for (const byte of bytes.subarray(start + 1, start + length)) {
    type = type * 128 + (byte & 127);
    if (byte >= 128) continue;
    types.push(type);
    type = 0;
  }
  return types;
}

/** How many bytes a column of a type takes. */
function sizeOf(type: number): number {
  return type >= 12 ? Math.floor((type - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8][type] ?? 0);
}
