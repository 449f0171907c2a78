/**
 * Holds the rows of an import until all are read, in a separate database file. So the real database is locked only
 * while they are applied, and a file of any size needs little memory. On POSIX the file has no name from the start, so
 * that nothing of it outlives the process.
 */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, rmSync } from "node:fs";
import { hostOf, numberOf } from "../../account.ts";
import { Failure } from "../../error.ts";
import { collectKinds, type Kind } from "../../records/row-kind.ts";
import { doubtOf, type SignatureRow } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";

/** Rows per statement: most of a row's cost is the call from JavaScript to SQLite. */
const TOGETHER = 32;

export interface Staging {
  add(rows: readonly SignatureRow[]): void;
  /** All rows are staged. Returns their kinds in the stored order of signatures. */
  end(): readonly Kind[];
  close(): void;
}

export function openStaging(connection: Connection, file: string): Staging {
  const path = `${file}-import-${randomUUID()}`;
  createPrivately(path);
  connection.prepare("ATTACH ? AS staging").run(path);
  connection.pragma("staging.journal_mode = MEMORY");
  connection.pragma("staging.synchronous = OFF");
  connection.pragma("staging.secure_delete = OFF");
  connection.pragma("staging.cache_size = -16000");
  connection.exec(`CREATE TABLE staging.kind (
  kind INTEGER PRIMARY KEY, agreement TEXT NOT NULL, host TEXT NOT NULL, version TEXT NOT NULL, entity TEXT
) STRICT;
CREATE INDEX staging.kind_by_version ON kind (agreement, host, version);
CREATE INDEX staging.kind_by_entity ON kind (entity, host);
${createLines("line")}
CREATE TABLE staging.digest (
  kind INTEGER NOT NULL, account INTEGER NOT NULL, signed_at INTEGER NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE TABLE staging.revoked (
  agreement TEXT NOT NULL, host TEXT NOT NULL, account INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (agreement, host, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE staging.left_place (
  entity TEXT NOT NULL, host TEXT NOT NULL, account INTEGER NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (entity, host, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE staging.missing (
  host TEXT NOT NULL, account INTEGER NOT NULL, version TEXT NOT NULL, signed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE staging.touched (
  agreement TEXT NOT NULL, host TEXT NOT NULL, bucket INTEGER NOT NULL, lost INTEGER NOT NULL,
  PRIMARY KEY (agreement, host, bucket, lost)
) STRICT, WITHOUT ROWID;`);
  if (process.platform !== "win32") rmSync(path);

  // One transaction for all rows: it touches only the staging.
  connection.exec("BEGIN");

  const insertKind = connection.prepare<[Kind]>(
    "INSERT INTO staging.kind VALUES (@kind, @agreement, @host, @version, @entity)",
  );
  const insert = connection.prepare<[number[]]>(insertRows(1));
  const insertMany = connection.prepare<[number[]]>(insertRows(TOGETHER));
  const kinds = collectKinds((kind) => void insertKind.run(kind));

  const insertRevoked = connection.prepare<[string, string, number, number]>(
    "INSERT INTO staging.revoked VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
  );

  const insertLeft = connection.prepare<[string, string, number, number]>(
    "INSERT INTO staging.left_place VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
  );

  const insertDigest = connection.prepare<[number, number, number, string]>(
    "INSERT INTO staging.digest VALUES (?, ?, ?, ?)",
  );

  // Filled again for each statement, so that a row leaves no garbage.
  const values = Array.from({ length: TOGETHER * 4 }, () => 0);
  const one = [0, 0, 0, 0];

  function fill(into: number[], at: number, row: SignatureRow): void {
    into[at] = kinds.of(row);
    into[at + 1] = numberOf(row.account);
    into[at + 2] = row.signedAt;
    into[at + 3] = doubtOf(row);
  }

  function isSignature({ account, agreement, entity, revokedAt }: SignatureRow): boolean {
    if (revokedAt === undefined) return true;
    if (entity === null) insertRevoked.run(agreement, hostOf(account), numberOf(account), revokedAt);
    else insertLeft.run(entity, hostOf(account), numberOf(account), revokedAt);
    return false;
  }

  return {
    add: (all) => {
      const rows = all.some(({ revokedAt }) => revokedAt !== undefined) ? all.filter(isSignature) : all;
      // Where the current statement begins, and how many rows it has by now.
      let begin = 0;
      let filled = 0;
      for (const row of rows) {
        if (rows.length - begin < TOGETHER) {
          fill(one, 0, row);
          insert.run(one);
          continue;
        }
        fill(values, filled * 4, row);
        filled += 1;
        if (filled < TOGETHER) continue;
        insertMany.run(values);
        begin += TOGETHER;
        filled = 0;
      }
      // Few files tell which text was signed.
      for (const row of rows)
        if (row.digest !== undefined)
          insertDigest.run(kinds.of(row), numberOf(row.account), row.signedAt, row.digest);
    },
    end: () => {
      connection.exec("COMMIT");
      return kinds.sorted();
    },
    close: () => {
      if (connection.inTransaction) connection.exec("ROLLBACK");
      connection.exec("DETACH staging");
      rmSync(path, { force: true });
    },
  };
}

/** SQL that creates a table of rows: without the agreement and the like, which rows of one kind share. */
export function createLines(name: "line" | "rest"): string {
  return `CREATE TABLE staging.${name} (
  kind INTEGER NOT NULL, account INTEGER NOT NULL, signed_at INTEGER NOT NULL, doubt INTEGER NOT NULL,
  PRIMARY KEY (kind, account)
) STRICT, WITHOUT ROWID;`;
}

function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch (cause) {
    const full = cause instanceof Error && "code" in cause && cause.code === "ENOSPC";
    throw new Failure(
      "database-unreachable",
      full
        ? "the disk that holds the database is full: free some space"
        : "an import needs room beside the database file: check who may write in its folder",
      { cause },
    );
  }
}

function insertRows(count: number): string {
  return `INSERT INTO staging.line VALUES ${Array.from({ length: count }, () => "(?, ?, ?, ?)").join()}
ON CONFLICT DO UPDATE SET signed_at = excluded.signed_at, doubt = excluded.doubt
WHERE excluded.signed_at > signed_at OR (excluded.signed_at = signed_at AND excluded.doubt > doubt)`;
}
