/**
 * Tombstones a second time, in a file beside the database, so that putting an older backup in the database's place
 * does not bring back who was erased since. It holds what the table holds: keyed hashes and times, nothing more. A
 * backup does not hold it, because it is there to outlive one.
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { accountOf, type Account, type HostName } from "../../account.ts";
import { RETENTION } from "../../records/retention.ts";
import { prepareAppend } from "../records/audit.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareDirty, prepareRemove } from "./erase.ts";
import { prepareTombstoneTag, tombstoneKey } from "./tombstone.ts";
import { prepareMarkAccount } from "../queue/wake.ts";

export interface TombstoneFile {
  /** An account was erased; durable when it returns. */
  erased(tag: Buffer, at: number): void;
  /** The person signed again. */
  lifted(tag: Buffer, at: number): void;
  /** Drops what is older than the retention. */
  tidy(now: number): void;
}

type Tombstones = ReadonlyMap<string, number>;

const LINE = /^(erased|lifted) ([0-9a-f]{64}) (\d{1,16})$/;

export function tombstoneFile(database: string): TombstoneFile {
  const file = nameOf(database);
  return {
    erased: (tag, at) => write(file, "a", `erased ${tag.toString("hex")} ${at}\n`),
    lifted: (tag, at) => write(file, "a", `lifted ${tag.toString("hex")} ${at}\n`),
    tidy: (now) => {
      const all = read(file);
      const kept = [...all].filter(([, at]) => at >= now - RETENTION.tombstone);
      if (kept.length === all.size) return;
      write(`${file}.new`, "w", kept.map(([tag, at]) => `erased ${tag} ${at}\n`).join(""));
      renameSync(`${file}.new`, file);
    },
  };
}

/**
 * Erases again whom the database does not know to be erased: it is an older copy of itself.
 * @returns how many accounts were erased again
 */
export function eraseAgain(connection: Connection, database: string, now: number): number {
  const missing = missingFrom(connection, read(nameOf(database)), now);
  if (missing.size === 0) return 0;
  const again = connection.transaction(() => {
    const append = prepareAppend(connection);
    const remove = prepareRemove(connection);
    const mark = prepareMarkAccount(connection);
    const bury = connection.prepare<[Buffer, number]>(
      "INSERT INTO tombstone (tag, at) VALUES (?, ?) ON CONFLICT DO NOTHING",
    );
    const back = accountsOf(connection, missing);
    for (const account of back) {
      append(
        { by: "bot", act: "erase", details: { because: "an older copy of the database" } },
        account,
        now,
      );
      remove(account);
      mark(account, now);
    }
    for (const [tag, at] of missing) bury.run(Buffer.from(tag, "hex"), at);
    if (back.size > 0) prepareDirty(connection).set();
    return back.size;
  });
  return again.immediate();
}

function nameOf(database: string): string {
  return `${database}-tombstones`;
}

function missingFrom(connection: Connection, all: Tombstones, now: number): Tombstones {
  if (all.size === 0) return all;
  const known = connection.prepare<[Buffer]>("SELECT 1 FROM tombstone WHERE tag = ?");
  return new Map(
    [...all].filter(
      ([tag, at]) => at >= now - RETENTION.tombstone && known.get(Buffer.from(tag, "hex")) === undefined,
    ),
  );
}

const EVERYBODY = `SELECT host, account FROM signature
UNION ALL SELECT host, account FROM entity_member
UNION ALL SELECT host, account FROM entity_manager
UNION ALL SELECT host, account FROM request
UNION ALL SELECT host, account FROM subject
UNION ALL SELECT host, account FROM revocation
UNION ALL SELECT host, account FROM session WHERE account IS NOT NULL
UNION ALL SELECT host, maintainer FROM waiver WHERE maintainer IS NOT NULL`;

/** The accounts of tombstones that the database holds something of. */
function accountsOf(connection: Connection, tombstones: Tombstones): ReadonlySet<Account> {
  const tagOf = prepareTombstoneTag(tombstoneKey(connection));
  const found = new Set<Account>();
  const rows = connection.prepare<[], { host: HostName; account: number }>(EVERYBODY);
  for (const { host, account: number } of rows.iterate()) {
    const account = accountOf(host, number);
    if (tombstones.has(tagOf(account))) found.add(account);
  }
  return found;
}

/** @throws what the disk refuses, but for a file that is not there: nobody was erased yet */
function read(file: string): Tombstones {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return new Map();
    throw error;
  }
  const tombstones = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, kind, tag = "", at] = LINE.exec(line) ?? [];
    if (kind === "erased") tombstones.set(tag, Number(at));
    if (kind === "lifted") tombstones.delete(tag);
  }
  return tombstones;
}

function write(file: string, flags: "a" | "w", text: string): void {
  const descriptor = openSync(file, flags, 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
