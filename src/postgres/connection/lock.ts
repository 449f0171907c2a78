/**
 * Advisory locks, held to the end of the transaction. Each is named; the tables are not locked by them, so that who
 * reads or does something else does not wait.
 *
 * Order: a transaction that takes several takes them in the order in which they stand here.
 */
import type { Connection } from "./connect.ts";
import { sql } from "./sql.ts";

/** Only one process brings the database to a newer schema. */
const MIGRATION = "countersign: migration";
/** Signatures, rosters, rights, agreements and the audit are changed by one at a time, as each line follows the last. */
const RECORDS = "countersign: records";
/**
 * Shared by those who record what is behind a pull request; alone for those who mark pull requests by who is behind
 * them. Otherwise one that is recorded at the moment would be marked by nobody.
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
