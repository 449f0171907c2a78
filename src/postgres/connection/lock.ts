/**
 * Advisory locks, held to the end of the transaction. Each has a name. They do not lock tables, so readers and other
 * work do not wait.
 *
 * Order: a transaction that takes several locks takes them in the order of this file.
 */
import type { Connection } from "./connect.ts";
import { sql } from "./sql.ts";

/** Only one process upgrades the schema. */
const MIGRATION = "countersign: migration";
/**
 * Only one process at a time changes signatures, rosters, rights, agreements and the audit, because audit lines are a
 * chain.
 */
const RECORDS = "countersign: records";
/**
 * Shared for recording a pull request's people; exclusive for marking pull requests by people. Otherwise, a pull
 * request that is being recorded would not be marked.
 */
const PULLS = "countersign: pulls";

export async function lockMigration(connection: Connection): Promise<void> {
  await connection.get(sql`SELECT pg_advisory_xact_lock(hashtextextended(${MIGRATION}::text, 0))`);
}

export async function lockRecords(connection: Connection): Promise<void> {
  await connection.get(sql`SELECT pg_advisory_xact_lock(hashtextextended(${RECORDS}::text, 0))`);
}

export async function lockPulls(connection: Connection): Promise<void> {
  await connection.get(sql`SELECT pg_advisory_xact_lock(hashtextextended(${PULLS}::text, 0))`);
}

/** Pull requests of one repository may share a head, so they are recorded one after the other. */
export async function lockPullsOf(
  connection: Connection,
  { host, repository }: { readonly host: string; readonly repository: number },
): Promise<void> {
  const name = `countersign: pulls of ${host} ${repository}`;
  await connection.get(sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${PULLS}::text, 0)),
  pg_advisory_xact_lock(hashtextextended(${name}::text, 0))`);
}

/** What is spent of one host's limits is counted by one process at a time. Taken alone. */
export async function lockPurse(connection: Connection, purse: string): Promise<void> {
  const name = `countersign: spending of ${purse}`;
  await connection.get(sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}::text, 0))`);
}
