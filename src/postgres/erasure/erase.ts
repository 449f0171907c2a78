/**
 * Erasing an account from the tables. What the server's files hold of a deleted row is the server's to clear: the
 * old versions of rows and what the planner sampled are cleared here by VACUUM; the write-ahead log, replicas and base
 * backups are the operator's. See docs/operations.md.
 */
import type { Pool } from "pg";
import { hostOf, numberOf, type Account } from "../../account.ts";
import type { Erased } from "../../records/subject.ts";
import { append } from "../records/audit.ts";
import { borrow, type Connection } from "../connection/connect.ts";
import { ownSignatures, SIGNED_AGREEMENTS, theirs } from "../records/held.ts";
import { sql, verbatim } from "../connection/sql.ts";
import { broughtBack } from "./tombstone.ts";
import { markAccount } from "../queue/wake.ts";

/** Removes everything that is held about an account; runs in a transaction of its caller's. */
export async function remove(
  connection: Connection,
  account: Account,
): Promise<Omit<Erased, "marked" | "trace">> {
  const removeFrom = (table: string): Promise<number> =>
    connection.run(sql`DELETE FROM ${verbatim(table)} WHERE ${theirs(account)}`);
  const signatures = await connection.run(
    sql`${SIGNED_AGREEMENTS} DELETE FROM signature WHERE ${ownSignatures(account)}`,
  );
  const places = await removeFrom("entity_member");
  const managed = await removeFrom("entity_manager");
  for (const table of ["request", "entity_request", "session", "subject", "revocation"])
    await removeFrom(table);
  const waivers = await connection.run(sql`UPDATE waiver SET maintainer = NULL
WHERE host = ${hostOf(account)} AND maintainer = ${numberOf(account)}`);
  return { signatures, places, managed, waivers };
}

/**
 * Erases again whom an older copy of the database brought back.
 * @returns how many accounts those were
 */
export async function eraseAgain(connection: Connection, now: number): Promise<number> {
  const accounts = await broughtBack(connection);
  const details = { because: "an older copy of the database" };
  for (const account of accounts) {
    await append(connection, { by: "bot", act: "erase", details }, account, now);
    await remove(connection, account);
  }
  for (const account of accounts) await markAccount(connection, account, now);
  return accounts.length;
}

const TABLES =
  "signature, entity_member, entity_manager, request, entity_request, session, subject, revocation, waiver";

/**
 * Clears the old versions of rows, as far as nobody reads an earlier state, and samples anew for the planner. Where
 * the server refuses, its own autovacuum does the same later.
 */
export async function clean(long: Pool): Promise<Erased["trace"]> {
  await borrow(long, (connection) => connection.exec(`VACUUM (ANALYZE) ${TABLES}`)).catch(() => {});
  return "server";
}
