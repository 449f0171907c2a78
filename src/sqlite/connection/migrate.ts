import { readdirSync, readFileSync } from "node:fs";
import { otherSchema } from "../../ports/opening.ts";
import type { Connection } from "./connect.ts";

const FOLDER = new URL("../../../db/sqlite/", import.meta.url);

interface Migration {
  readonly version: number;
  readonly name: string;
}

/**
 * Upgrades the database to this program's schema, one file at a time, never back.
 * @param now milliseconds since the epoch
 * @throws Failure `refused` if a newer program wrote the database
 */
export function migrate(connection: Connection, now: number): void {
  const migrations = readMigrations();
  const known = lastOf(migrations);
  const found = schemaVersion(connection);
  if (found > known) throw otherSchema(found, known);
  for (const migration of migrations.filter(({ version }) => version > found))
    connection.transaction(() => run(connection, migration, now)).immediate();
}

/** The number of the last migration that this program knows. */
export function knownSchema(): number {
  return lastOf(readMigrations());
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

function readMigrations(): readonly Migration[] {
  return readdirSync(FOLDER)
    .filter((name) => /^[0-9]{4}_.+\.sql$/.test(name))
    .toSorted()
    .map((name) => ({ version: Number(name.slice(0, 4)), name }));
}

/** Numbers may have gaps, and a missing number is never reused. */
function lastOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}
