/**
 * What an import finds out before it takes its locks, on one state of the database: the rows that change nothing, and
 * what a replace ends. So the locks are held for the changes, not for the whole table. What others write between the
 * look and the locks counts as written after the import: it is neither ended nor overwritten.
 */
import type { Evidence } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";
import { own } from "./apply.ts";
import { noteMissing } from "./replace.ts";

/** Rows that were taken out of the staging, because they change nothing. */
export interface Ahead {
  readonly unchanged: number;
  readonly kept: number;
  /** Whether the staged rows are few against the stored signatures. */
  readonly few: boolean;
}

/** From this many signatures for each staged row on, each row is looked up alone rather than the table read. */
const ONE_IN = 10;

/** Takes the rows out of the staging that change nothing, and stores in it what a replace ends. */
export async function lookAhead(
  connection: Connection,
  { evidence, replace = null }: { readonly evidence: Evidence; readonly replace?: string | null },
): Promise<Ahead> {
  await connection.exec("BEGIN ISOLATION LEVEL REPEATABLE READ");
  try {
    const size = await connection.get<{
      few: boolean;
    }>(sql`SELECT ((SELECT count(*) FROM staged_line) + (SELECT count(*) FROM staged_revoked)) * ${ONE_IN}::bigint
  < coalesce((SELECT sum(signatures) FROM signature_count), 0) AS few`);
    const few = size?.few === true;
    if (replace !== null) await noteMissing(connection, replace);
    const idle = await connection.get<Omit<Ahead, "few">>(sql`WITH idle AS (
  DELETE FROM staged_line AS line USING (${own(evidence, few)}) AS met
  WHERE line.kind = met.kind AND line.account = met.account AND met.outcome IN ('unchanged', 'kept')
    AND NOT EXISTS (SELECT 1 FROM staged_revoked AS r
      WHERE r.agreement = met.agreement AND r.host = met.host AND r.account = met.account)
  RETURNING met.outcome
)
SELECT count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged, count(*) FILTER (WHERE outcome = 'kept') AS kept
FROM idle`);
    await connection.exec("ANALYZE staged_line");
    await connection.exec("COMMIT");
    return { unchanged: idle?.unchanged ?? 0, kept: idle?.kept ?? 0, few };
  } catch (error) {
    await connection.exec("ROLLBACK");
    throw error;
  }
}
