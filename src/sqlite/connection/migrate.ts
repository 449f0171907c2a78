import { readdirSync, readFileSync } from "node:fs";
import {
  migrationsOf,
  otherSchema,
  schemaState,
  type Migration,
  type SchemaState,
} from "../../ports/opening.ts";
import type { Connection } from "./connect.ts";

const FOLDER = new URL("../../../db/sqlite/", import.meta.url);

/**
 * Upgrades the database to this program's schema, one file at a time, never back. A new database gets all of them in one
 * transaction, which waits for the disk once.
 * @param now milliseconds since the epoch
 * @throws Failure `refused` if a newer program wrote the database
 */
export function migrate(connection: Connection, now: number): void {
  for (;;) {
    const { from, to, missing, renumbered } = stateOf(connection);
    if (from > to) throw otherSchema(from, to);
    if (missing.length === 0 && renumbered.length === 0) return;
    const steps = from === 0 ? missing.length : 1;
    connection
      .transaction(() => {
        for (let done = 0; done < steps; done += 1) step(connection, now);
      })
      .immediate();
  }
}

/** Compares the database's migrations with this program's. @throws Failure `refused` for a migration of neither */
export function stateOf(connection: Connection): SchemaState {
  return schemaState(appliedTo(connection), migrationsOf(readdirSync(FOLDER)));
}

function appliedTo(connection: Connection): readonly Migration[] {
  const table = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migration'").get();
  if (table === undefined) return [];
  return connection.prepare<[], Migration>("SELECT version, name FROM migration").all();
}

/** Two processes may start at once: inside the transaction, the second one finds what the first one did. */
function step(connection: Connection, now: number): void {
  connection.exec(`CREATE TABLE IF NOT EXISTS migration (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at INTEGER NOT NULL
) STRICT`);
  const { missing, renumbered } = stateOf(connection);
  // A number may be another migration's until that one is renumbered, too.
  const move = connection.prepare("UPDATE migration SET version = ?, name = ? WHERE version = ?");
  for (const { version, name, before } of renumbered) move.run(-version, name, before);
  for (const { version, name } of renumbered) move.run(version, name, -version);
  const [next] = missing;
  if (next === undefined) return;
  connection
    .prepare("INSERT INTO migration (version, name, applied_at) VALUES (?, ?, ?)")
    .run(next.version, next.name, now);
  connection.exec(readFileSync(new URL(next.name, FOLDER), "utf8"));
}
