import type { Pool } from "pg";
import { lend, type Connection } from "./connect.ts";
import { sql, verbatim, type Statement } from "./sql.ts";

/** How many rows are held at once. */
const BATCH = 1_000;

/** Begins a read-only transaction that sees one state of the database. */
export const BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/** Reads the rows of a query batch by batch, inside the connection's transaction. */
export async function* readThrough<Row>(connection: Connection, query: Statement): AsyncGenerator<Row> {
  await connection.run(sql`DECLARE reading NO SCROLL CURSOR FOR ${query}`);
  for (;;) {
    const rows = await connection.all<Row>(verbatim(`FETCH ${BATCH} FROM reading`));
    yield* rows;
    if (rows.length < BATCH) return;
  }
}

/** Reads the rows of a query on a separate connection, from one state of the database, while others write. */
export async function* readRows<Row>(pool: Pool, query: Statement): AsyncGenerator<Row> {
  const loan = await lend(pool);
  try {
    await loan.connection.exec(BEGIN_READING);
    yield* readThrough<Row>(loan.connection, query);
  } finally {
    await loan.connection.exec("ROLLBACK").catch(loan.spoil);
    loan.giveBack();
  }
}
