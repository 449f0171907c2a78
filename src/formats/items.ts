import { z } from "zod";
import { ALL_COLUMNS, fieldOfKey, type Field } from "./columns.ts";
import { cellsOf, peerOf, type Peer } from "./peers.ts";
import { count, type Import } from "./import.ts";
import { RowCheck } from "./row.ts";

const item = z.record(z.string(), z.unknown());

/** Reads the entries of a JSON or NDJSON file: our own columns as keys, or another tool's. */
export class ItemRows {
  readonly dropped = new Map<string, number>();
  check: RowCheck | null = null;
  readonly #import: Import;
  readonly #file: string;
  #peer: Peer | null = null;

  constructor(shared: Import, file: string) {
    this.#import = shared;
    this.#file = file;
  }

  get source(): string | null {
    return this.#peer?.name ?? null;
  }

  take(value: unknown, line: number): void {
    const check = (this.check ??= this.#begin(value));
    if (this.#peer !== null) return this.#takePeers(check, this.#peer, value, line);
    const entry = item.safeParse(value);
    if (!entry.success) {
      check.findings.rows++;
      check.problem(line, null, "an object is expected, with the columns as its keys");
      return;
    }
    const fields: Partial<Record<Field, string>> = {};
    const unread: string[] = [];
    for (const [key, content] of Object.entries(entry.data)) {
      const field = fieldOfKey(key);
      if (field === null) unread.push(key);
      else fields[field] ??= textOf(content);
    }
    check.check(line, cellsOf(fields));
    // Keys of an entry that names no column may be anybody's data.
    if (Object.keys(fields).length > 0) for (const key of unread) count(this.dropped, key);
  }

  #begin(first: unknown): RowCheck {
    this.#peer = peerOf(first);
    const columns = this.#peer?.loginsOnly
      ? { ...ALL_COLUMNS, account_id: -1, github_id: -1, gitee_id: -1 }
      : ALL_COLUMNS;
    return new RowCheck(this.#import, this.#file, {
      columns,
      names: {},
      weakAccount: false,
      host: this.#peer === null ? null : "github",
    });
  }

  #takePeers(check: RowCheck, peer: Peer, value: unknown, line: number): void {
    const entry = peer.read(value);
    if (entry === null) {
      check.findings.rows++;
      check.problem(line, null, `the entry is not of the shape that ${peer.name} writes`);
    } else if (entry.kind === "left-out") check.leaveOut(entry.reason);
    else {
      check.check(line, cellsOf(entry.fields));
      if (typeof value === "object" && value !== null)
        for (const key of Object.keys(value)) if (!peer.keys.includes(key)) count(this.dropped, key);
    }
  }
}

/** A cell's text. What JSON read as a number too large to be exact stays visibly so. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (typeof content === "number" || typeof content === "boolean") return String(content);
  return content === null || content === undefined ? "" : JSON.stringify(content);
}
