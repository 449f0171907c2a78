import { readdirSync, readFileSync } from "node:fs";
import type { Pool } from "pg";
import {
  migrationsOf,
  otherSchema,
  schemaState,
  type Migration,
  type SchemaState,
} from "../../ports/opening.ts";
import { borrow, inTransaction, type Connection } from "./connect.ts";
import { lockMigration } from "./lock.ts";
import { sql } from "./sql.ts";

const FOLDER = new URL("../../../db/postgres/", import.meta.url);

/**
 * Upgrades the database to this program's schema, one file at a time, never back.
 * @param now milliseconds since the epoch
 * @throws Failure `refused` if a newer program wrote the database
 */
export async function migrate(pool: Pool, now: number): Promise<{ from: number; to: number }> {
  let first: number | null = null;
  for (;;) {
    const { from, to, missing, renumbered } = await borrow(pool, stateOf);
    if (from > to) throw otherSchema(from, to);
    first ??= from;
    if (missing.length === 0 && renumbered.length === 0) return { from: first, to };
    await inTransaction(pool, "BEGIN", (connection) => step(connection, now));
  }
}

/**
 * Checks that the database has this program's schema, and changes nothing.
 * @throws Failure `refused`
 */
export async function requireCurrent(pool: Pool): Promise<{ from: number; to: number }> {
  const { from, to } = await borrow(pool, stateOf);
  if (from !== to) throw otherSchema(from, to);
  return { from, to };
}

/** Compares the database's migrations with this program's. @throws Failure `refused` for a migration of neither */
async function stateOf(connection: Connection): Promise<SchemaState> {
  return schemaState(await appliedTo(connection), migrationsOf(readdirSync(FOLDER)));
}

async function appliedTo(connection: Connection): Promise<readonly Migration[]> {
  const table = await connection.get<{ there: boolean }>(
    sql`SELECT to_regclass('migration') IS NOT NULL AS there`,
  );
  return table?.there === true ? connection.all<Migration>(sql`SELECT version, name FROM migration`) : [];
}

async function step(connection: Connection, now: number): Promise<void> {
  // If two processes start at once, the second waits here, and then finds what the first one did.
  await lockMigration(connection);
  await connection.exec(`CREATE TABLE IF NOT EXISTS migration (
  version bigint PRIMARY KEY,
  name text NOT NULL,
  applied_at bigint NOT NULL
)`);
  const { missing, renumbered } = await stateOf(connection);
  const move = (to: number, name: string, before: number) =>
    connection.run(sql`UPDATE migration SET version = ${to}, name = ${name} WHERE version = ${before}`);
  // A number may be another migration's until that one is renumbered, too.
  for (const { version, name, before } of renumbered) await move(-version, name, before);
  for (const { version, name } of renumbered) await move(version, name, -version);
  const [next] = missing;
  if (next === undefined) return;
  await connection.run(
    sql`INSERT INTO migration (version, name, applied_at) VALUES (${next.version}, ${next.name}, ${now})`,
  );
  await connection.exec(readFileSync(new URL(next.name, FOLDER), "utf8"));
}
