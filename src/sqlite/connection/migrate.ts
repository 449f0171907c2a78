import { readdirSync, readFileSync } from "node:fs";
import { lastVersion, migrationsOf, otherSchema, type Migration } from "../../ports/opening.ts";
import type { Connection } from "./connect.ts";

const FOLDER = new URL("../../../db/sqlite/", import.meta.url);

/**
 * Upgrades the database to this program's schema, one file at a time, never back.
 * @param now milliseconds since the epoch
 * @throws Failure `refused` if a newer program wrote the database
 */
export function migrate(connection: Connection, now: number): void {
  const migrations = migrationsOf(readdirSync(FOLDER));
  const known = lastVersion(migrations);
  const found = schemaVersion(connection);
  if (found > known) throw otherSchema(found, known);
  for (const migration of migrations.filter(({ version }) => version > found))
    connection.transaction(() => run(connection, migration, now)).immediate();
}

/** The number of the last migration that this program knows. */
export function knownSchema(): number {
  return lastVersion(migrationsOf(readdirSync(FOLDER)));
}

/** The number of the database's last migration; 0 for an empty database. */
export function schemaVersion(connection: Connection): number {
  const table = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").get();
  if (table === undefined) return 0;
  return connection.prepare<[], number>("SELECT coalesce(max(version), 0) FROM migration").pluck().get() ?? 0;
}

function run(connection: Connection, { version, name }: Migration, now: number): void {
  connection.exec(`CREATE TABLE IF NOT EXISTS migration (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`);
  // The row comes first: if two processes start at once, the second finds the row and has nothing to do.
  const { changes } = connection
    .prepare("INSERT INTO migration (version, name, applied_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
    .run(version, name, now);
  if (changes === 1) connection.exec(readFileSync(new URL(name, FOLDER), "utf8"));
}
