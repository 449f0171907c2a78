/**
 * What an import finds out before it takes the write lock, on one state of the database: the rows that change nothing,
 * and what a replace ends. So the lock is held for the changes, not for the whole table. What others write between the
 * look and the lock counts as written after the import: it is neither ended nor overwritten.
 */
import type { Evidence } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import type { Kind } from "../../records/row-kind.ts";
import { JOIN_OWN, LEFT_JOIN_OWN, OWN_OUTCOME } from "./apply.ts";
import { noteMissing } from "./replace.ts";
import { createLines } from "./staging.ts";

/** Rows that were taken out of the staging, because they change nothing. */
export interface Ahead {
  readonly unchanged: number;
  readonly kept: number;
}

/** So many rows of a kind are looked at first. If fewer than one in ten of them changes nothing, all are applied. */
const SAMPLE = 1_000;
const ONE_IN = 10;

/** Takes the rows out of the staging that change nothing, and stores in it what a replace ends. */
export function lookAhead(
  connection: Connection,
  kinds: readonly Kind[],
  { evidence, replace = null }: { readonly evidence: Evidence; readonly replace?: string | null },
): Ahead {
  let ahead: Ahead = { unchanged: 0, kept: 0 };
  connection.exec("BEGIN");
  try {
    if (replace !== null) noteMissing(connection, replace);
    const idle = kinds.filter((kind) => isMostlyIdle(connection, kind, evidence));
    if (idle.length > 0) ahead = leaveIdleOut(connection, kinds, new Set(idle), evidence);
    connection.exec("COMMIT");
    return ahead;
  } finally {
    if (connection.inTransaction) connection.exec("ROLLBACK");
  }
}

type Parameters = Omit<Kind, "entity"> & { readonly evidence: Evidence };

/** SQL for: a file or a form in this import ends the row's signature, so the row is looked at with the lock. */
const ENDED = `EXISTS (SELECT 1 FROM staging.revoked AS r
  WHERE r.agreement = @agreement AND r.host = @host AND r.account = line.account)`;

/** The rows with a signature that nothing ends, each with its outcome. */
function known(lines: string): string {
  return `SELECT line.account, ${OWN_OUTCOME} AS outcome FROM ${lines} AS line ${JOIN_OWN}
WHERE line.kind = @kind AND NOT ${ENDED}`;
}

function isMostlyIdle(connection: Connection, { entity, ...kind }: Kind, evidence: Evidence): boolean {
  if (entity !== null) return false;
  const parameters = { ...kind, evidence };
  const sample = `(SELECT * FROM staging.line WHERE kind = @kind LIMIT ${SAMPLE})`;
  const count = (of: string): number =>
    connection.prepare<[typeof parameters], number>(`SELECT count(*) FROM ${of}`).pluck().get(parameters) ??
    0;
  const rows = count(sample);
  const idle = count(`(${known(sample)}) WHERE outcome IN ('unchanged', 'kept')`);
  return rows > 0 && idle * ONE_IN >= rows;
}

/**
 * Writes the other rows to a new table, which takes the place of the first. They are few for a list that is loaded again;
 * to delete the many from the first would hold its former pages in memory until the end.
 */
function leaveIdleOut(
  connection: Connection,
  kinds: readonly Kind[],
  idle: ReadonlySet<Kind>,
  evidence: Evidence,
): Ahead {
  connection.exec(createLines("rest"));
  const copy = connection.prepare<[number]>(
    "INSERT INTO staging.rest SELECT * FROM staging.line WHERE kind = ?",
  );
  const changing = connection.prepare<[Parameters]>(`INSERT INTO staging.rest SELECT line.*
FROM staging.line AS line ${LEFT_JOIN_OWN}
WHERE line.kind = @kind AND (${ENDED} OR ${OWN_OUTCOME} <> 'unchanged')`);
  const staged = connection
    .prepare<[number], number>("SELECT count(*) FROM staging.line WHERE kind = ?")
    .pluck();
  const keep = connection.prepare<[Parameters]>(`DELETE FROM staging.rest WHERE kind = @kind AND account IN (
  SELECT account FROM (${known("staging.rest")}) WHERE outcome = 'kept')`);
  const ahead = { unchanged: 0, kept: 0 };
  for (const kind of kinds) {
    if (!idle.has(kind)) {
      copy.run(kind.kind);
      continue;
    }
    const { entity: _, ...own } = kind;
    const parameters = { ...own, evidence };
    ahead.unchanged += (staged.get(kind.kind) ?? 0) - changing.run(parameters).changes;
    ahead.kept += keep.run(parameters).changes;
  }
  connection.exec("ALTER TABLE staging.line RENAME TO all_lines; ALTER TABLE staging.rest RENAME TO line");
  return ahead;
}
