/**
 * What an import finds out before it takes the write lock, on one state of the database: the rows that change nothing,
 * and what a replace ends. So the lock is held for the changes, not for the whole table. What others write between the
 * look and the lock counts as written after the import: it is neither ended nor overwritten.
 */
import type { Evidence } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import type { Kind } from "../../records/row-kind.ts";
import { JOIN_OWN, OWN_OUTCOME } from "./apply.ts";
import { noteMissing } from "./replace.ts";

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
  const ahead = { unchanged: 0, kept: 0 };
  connection.exec("BEGIN");
  try {
    if (replace !== null) noteMissing(connection, replace);
    for (const { entity, ...kind } of kinds) {
      if (entity !== null) continue;
      const parameters = { ...kind, evidence };
      const idle = (lines: string): string => `SELECT line.account, ${OWN_OUTCOME} AS outcome
FROM ${lines} AS line ${JOIN_OWN} WHERE line.kind = @kind AND NOT EXISTS (
  SELECT 1 FROM staging.revoked AS r
  WHERE r.agreement = @agreement AND r.host = @host AND r.account = line.account)`;
      const count = (lines: string): Ahead =>
        connection
          .prepare<[typeof parameters], Ahead>(
            `SELECT count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
  count(*) FILTER (WHERE outcome = 'kept') AS kept FROM (${idle(lines)})`,
          )
          .get(parameters) ?? { unchanged: 0, kept: 0 };
      const sample = count(`(SELECT * FROM staging.line WHERE kind = @kind LIMIT ${SAMPLE})`);
      const [{ rows } = { rows: 0 }] = connection
        .prepare<[typeof parameters], { rows: number }>(
          `SELECT count(*) AS rows FROM (SELECT 1 FROM staging.line WHERE kind = @kind LIMIT ${SAMPLE})`,
        )
        .all(parameters);
      if ((sample.unchanged + sample.kept) * ONE_IN < rows || rows === 0) continue;
      const found = count("staging.line");
      connection
        .prepare<[typeof parameters]>(
          `DELETE FROM staging.line WHERE kind = @kind AND account IN (
  SELECT account FROM (${idle("staging.line")}) WHERE outcome IN ('unchanged', 'kept'))`,
        )
        .run(parameters);
      ahead.unchanged += found.unchanged;
      ahead.kept += found.kept;
    }
    connection.exec("COMMIT");
    return ahead;
  } finally {
    if (connection.inTransaction) connection.exec("ROLLBACK");
  }
}
