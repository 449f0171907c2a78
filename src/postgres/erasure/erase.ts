/**
 * Erasing an account from the tables. The server clears the bytes of deleted rows from its files. VACUUM clears old row
 * versions and the planner's samples here; the operator handles the write-ahead log, replicas and base backups. See
 * docs/operations.md.
 */
import type { Pool } from "pg";
import { hostOf, numberOf, type Account } from "../../account.ts";
import type { Erased } from "../../records/subject.ts";
import { append } from "../records/audit.ts";
import { borrow, type Connection } from "../connection/connect.ts";
import { ownSignatures, SIGNED_AGREEMENTS, theirs } from "../records/held.ts";
import { sql, verbatim } from "../connection/sql.ts";
import { erasedAmong } from "./tombstone.ts";
import { markAccount } from "../queue/wake.ts";

/** Deletes everything that is stored about an account; runs in the caller's transaction. */
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
 * Erases accounts again that an older copy of the database restored.
 * @param found see {@link broughtBack}
 * @returns how many accounts
 */
export async function eraseAgain(
  connection: Connection,
  found: readonly Account[],
  now: number,
): Promise<number> {
  if (found.length === 0) return 0;
  const accounts = [...(await erasedAmong(connection, found))];
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
 * Clears old row versions, unless somebody reads an earlier state, and samples again for the planner. If the server
 * refuses, its autovacuum does the same later.
 */
export async function clean(long: Pool): Promise<Erased["trace"]> {
  await borrow(long, (connection) => connection.exec(`VACUUM (ANALYZE) ${TABLES}`)).catch(() => {});
  return "server";
}
