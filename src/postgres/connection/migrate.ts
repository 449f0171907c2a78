import { readdirSync, readFileSync } from "node:fs";
import type { Pool } from "pg";
import { lastVersion, migrationsOf, otherSchema, type Migration } from "../../ports/opening.ts";
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
  const migrations = migrationsOf(readdirSync(FOLDER));
  const known = lastVersion(migrations);
  const found = await borrow(pool, schemaVersion);
  if (found > known) throw otherSchema(found, known);
  for (const migration of migrations.filter(({ version }) => version > found))
    await inTransaction(pool, "BEGIN", (connection) => run(connection, migration, now));
  return { from: found, to: known };
}

/**
 * Checks that the database has this program's schema, and changes nothing.
 * @throws Failure `refused`
 */
export async function requireCurrent(pool: Pool): Promise<{ from: number; to: number }> {
  const [found, known] = [await borrow(pool, schemaVersion), lastVersion(migrationsOf(readdirSync(FOLDER)))];
  if (found !== known) throw otherSchema(found, known);
  return { from: found, to: known };
}

/** The number of the database's last migration; 0 for an empty database. */
async function schemaVersion(connection: Connection): Promise<number> {
  const table = await connection.get<{ there: boolean }>(
    sql`SELECT to_regclass('migration') IS NOT NULL AS there`,
  );
  if (table?.there !== true) return 0;
  const last = await connection.get<{ version: number }>(
    sql`SELECT coalesce(max(version), 0) AS version FROM migration`,
  );
  return last?.version ?? 0;
}

async function run(connection: Connection, { version, name }: Migration, now: number): Promise<void> {
  // If two processes start at once, the second waits here, finds the row below and has nothing to do.
  await lockMigration(connection);
  await connection.exec(`CREATE TABLE IF NOT EXISTS migration (
  version bigint PRIMARY KEY,
  name text NOT NULL,
  applied_at bigint NOT NULL
)`);
  const written = await connection.run(
    sql`INSERT INTO migration (version, name, applied_at) VALUES (${version}, ${name}, ${now}) ON CONFLICT DO NOTHING`,
  );
  if (written === 1) await connection.exec(readFileSync(new URL(name, FOLDER), "utf8"));
}
