/**
 * Where the rows of an import wait until all of them are there. They stand in a database file of their own, so
 * that the lock on the real one is held only while they are applied, and a file of any size needs little memory.
 * On POSIX the file has no name from the first moment on, so that nothing of it outlives the process.
 */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, rmSync } from "node:fs";
import { hostOf, numberOf, type HostName } from "../../account.ts";
import type { SignatureRow } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";

/** What many rows have in common; `kind` numbers it. */
export interface Kind {
  readonly kind: number;
  readonly agreement: string;
  readonly host: HostName;
  readonly version: string;
  readonly entity: string | null;
}

/** Rows in a statement: of what a row costs, most is the way from JavaScript to SQLite. */
const TOGETHER = 32;

export interface Staging {
  add(rows: readonly SignatureRow[]): void;
  /** Every row is there. Returns their kinds in the order in which signatures are kept. */
  end(): readonly Kind[];
  close(): void;
}

export function openStaging(connection: Connection, file: string): Staging {
  const path = `${file}-import-${randomUUID()}`;
  closeSync(openSync(path, "wx", 0o600));
  connection.prepare("ATTACH ? AS staging").run(path);
  connection.pragma("staging.journal_mode = MEMORY");
  connection.pragma("staging.synchronous = OFF");
  connection.pragma("staging.secure_delete = OFF");
  connection.pragma("staging.cache_size = -16000");
  connection.exec(`CREATE TABLE staging.kind (
  kind INTEGER PRIMARY KEY, agreement TEXT NOT NULL, host TEXT NOT NULL, version TEXT NOT NULL, entity TEXT
) STRICT;
CREATE TABLE staging.line (
  kind INTEGER NOT NULL, account INTEGER NOT NULL, signed_at INTEGER NOT NULL, PRIMARY KEY (kind, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE staging.touched (
  agreement TEXT NOT NULL, host TEXT NOT NULL, bucket INTEGER NOT NULL, PRIMARY KEY (agreement, host, bucket)
) STRICT, WITHOUT ROWID;`);
  if (process.platform !== "win32") rmSync(path);

  // One transaction from the first row to the last: it touches nothing but the staging.
  connection.exec("BEGIN");

  const insertKind = connection.prepare<[Kind]>(
    "INSERT INTO staging.kind VALUES (@kind, @agreement, @host, @version, @entity)",
  );
  const insert = connection.prepare<[number[]]>(insertRows(1));
  const insertMany = connection.prepare<[number[]]>(insertRows(TOGETHER));
  const kinds = new Map<string, Kind>();
  let last: Kind | null = null;

  function kindOf({ account, agreement, version, entity }: SignatureRow): number {
    const host = hostOf(account);
    // Most files are of one kind throughout.
    if (
      last?.entity === entity &&
      last.agreement === agreement &&
      last.version === version &&
      last.host === host
    )
      return last.kind;
    const key = JSON.stringify([agreement, host, version, entity]);
    let kind = kinds.get(key);
    if (kind === undefined) {
      kind = { kind: kinds.size, agreement, host, version, entity };
      kinds.set(key, kind);
      insertKind.run(kind);
    }
    last = kind;
    return kind.kind;
  }

  function valuesOf(row: SignatureRow): [kind: number, account: number, signedAt: number] {
    return [kindOf(row), numberOf(row.account), row.signedAt];
  }

  return {
    add: (rows) => {
      let at = 0;
      for (; at + TOGETHER <= rows.length; at += TOGETHER)
        insertMany.run(rows.slice(at, at + TOGETHER).flatMap(valuesOf));
      for (const row of rows.slice(at)) insert.run(valuesOf(row));
    },
    end: () => {
      connection.exec("COMMIT");
      return [...kinds.values()].toSorted(
        (a, b) =>
          compare(a.agreement, b.agreement) || compare(a.host, b.host) || compare(a.version, b.version),
      );
    },
    close: () => {
      if (connection.inTransaction) connection.exec("ROLLBACK");
      connection.exec("DETACH staging");
      rmSync(path, { force: true });
    },
  };
}

function insertRows(count: number): string {
  return `INSERT INTO staging.line VALUES ${Array.from({ length: count }, () => "(?, ?, ?)").join()}
ON CONFLICT DO UPDATE SET signed_at = excluded.signed_at WHERE excluded.signed_at > signed_at`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
