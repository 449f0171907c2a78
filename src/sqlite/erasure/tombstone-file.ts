/**
 * A second copy of the tombstones, in a file beside the database, so that restoring an older backup does not bring back
 * accounts that were erased since. Like the table, it holds only keyed hashes and times. Backups do not contain it,
 * because it must outlive them.
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
  /** Records an erased account; durable when it returns. */
  erased(tag: Buffer, at: number): void;
  /** Removes a tombstone: the person signed again. */
  lifted(tag: Buffer, at: number): void;
  /** Drops tombstones that are older than the retention. */
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
 * Erases accounts again if the database has no tombstone for them, because it is an older copy.
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

/** The accounts with a tombstone and with data in the database. */
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

/** @throws errors of the disk, except for a missing file: nobody was erased yet */
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
