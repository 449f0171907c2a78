/**
 * A dry run on a database that is read-only for this user or session. It uses temporary copies of the tables, which
 * come before the real ones in PostgreSQL's search path
 * (https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SEARCH-PATH) and end with the session.
 */
import { Failure } from "../../error.ts";
import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";

/** Tables that a dry run only writes to, or that may be large or about people: their copies stay empty. */
const LEFT_EMPTY: ReadonlySet<string> = new Set(["task", "audit", "session", "notice", "migration"]);

interface Table {
  readonly schema: string;
  readonly name: string;
}

/**
 * Prepares a session in which the rows of a dry run can be applied and undone. {@link closeTrial} ends it.
 * @throws Failure `refused` on a standby, which allows no temporary tables
 */
export async function openTrial(connection: Connection): Promise<void> {
  const at = await connection.get<{ standby: boolean }>(sql`SELECT pg_is_in_recovery() AS standby`);
  if (at?.standby === true)
    throw new Failure(
      "refused",
      "DATABASE_URL names a standby, on which PostgreSQL holds no rows for a dry run: name the primary server, where " +
        "a user that may only read is enough",
    );
  // A setting for new transactions, which a session may change; its user's rights stay the same.
  await connection.exec("SET default_transaction_read_only = off");
  const tables = await connection.all<Table & { writable: boolean }>(
    sql`SELECT schemaname AS schema, tablename AS name, has_table_privilege(t, 'INSERT') AND
  has_table_privilege(t, 'UPDATE') AND has_table_privilege(t, 'DELETE') AS writable
FROM pg_tables, format('%I.%I', schemaname, tablename) AS t WHERE schemaname = current_schema() ORDER BY tablename`,
  );
  if (tables.every(({ writable }) => writable)) return;
  for (const table of tables) await connection.exec(copyOf(table));
}

export async function closeTrial(connection: Connection): Promise<void> {
  await connection.exec("RESET default_transaction_read_only");
}

function copyOf({ schema, name }: Table): string {
  const [copy, real] = [`pg_temp.${quote(name)}`, `${quote(schema)}.${quote(name)}`];
  const make = `CREATE TEMPORARY TABLE ${quote(name)} (LIKE ${real} INCLUDING ALL)`;
  if (LEFT_EMPTY.has(name)) return make;
  return `${make}; INSERT INTO ${copy} SELECT * FROM ${real}; ANALYZE ${copy}`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
