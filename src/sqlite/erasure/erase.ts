/**
 * Erasing an account from the tables and from the bytes of the files. `secure_delete` overwrites deleted rows in place.
 * But the unused part of a page that was split or rebuilt may hold an old copy of a row, the write-ahead log holds
 * earlier pages, and the query planner's samples hold keys.
 */
import { setTimeout } from "node:timers/promises";
import type { Account } from "../../account.ts";
import type { Erased } from "../../records/subject.ts";
import { emptyLog } from "../connection/checkpoint.ts";
import type { Connection } from "../connection/connect.ts";
import { OWN, SIGNED_AGREEMENTS } from "../records/held.ts";
import type { Trace } from "./residue.ts";
import { scrub } from "./scrub.ts";
import { keyOf, type SubjectKey } from "./subject-key.ts";
import { patiently } from "../connection/writer.ts";

/** How long to wait for a reader of an earlier state, in milliseconds. */
const READER_PATIENCE = 5_000;

type Removed = Omit<Erased, "marked" | "trace"> & {
  /** Bytes that no file may contain anymore. */
  readonly traces: readonly Trace[];
};

/** Prepares the deletion of everything that is stored about an account; runs in the caller's transaction. */
export function prepareRemove(connection: Connection): (account: Account) => Removed {
  const THEIRS = "WHERE host = @host AND account = @account";
  const signatures = connection.prepare<[SubjectKey]>(
    `${SIGNED_AGREEMENTS} DELETE FROM signature WHERE ${OWN}`,
  );
  const [places, managed, ...rest] = [
    "entity_member",
    "entity_manager",
    "request",
    "entity_request",
    "session",
    "subject",
    "revocation",
  ].map((table) => connection.prepare<[SubjectKey]>(`DELETE FROM ${table} ${THEIRS}`));
  const waived = connection
    .prepare<[SubjectKey], string>("SELECT sha FROM waiver WHERE host = @host AND maintainer = @account")
    .pluck();
  const waivers = connection.prepare<[SubjectKey]>(
    "UPDATE waiver SET maintainer = NULL WHERE host = @host AND maintainer = @account",
  );

  return (account) => {
    const key = keyOf(account);
    // In every row with an account, the host (for a waiver, the commit) is right before it.
    const before = [key.host, ...waived.all(key)];
    const removed = {
      signatures: signatures.run(key).changes,
      places: places?.run(key).changes ?? 0,
      managed: managed?.run(key).changes ?? 0,
      waivers: waivers.run(key).changes,
      traces: before.map((text): Trace => ({ before: text, number: key.account })),
    };
    for (const statement of rest) statement.run(key);
    if (hasSamples(connection)) connection.exec("DELETE FROM sqlite_stat4");
    return removed;
  };
}

/**
 * Whether an erasure ended before its bytes were cleaned. Set in the transaction that erases, until the files are
 * clean.
 */
export function prepareDirty(connection: Connection): { set(): void; clear(): void; is(): boolean } {
  const set = connection.prepare(
    "INSERT INTO instance (key, value) VALUES ('erasing', x'01') ON CONFLICT DO NOTHING",
  );
  const clear = connection.prepare("DELETE FROM instance WHERE key = 'erasing'");
  const is = connection.prepare("SELECT 1 FROM instance WHERE key = 'erasing'");
  return {
    set: () => void set.run(),
    clear: () => void clear.run(),
    is: () => is.get() !== undefined,
  };
}

/**
 * Removes the traces from the files of the database.
 * @returns see {@link Erased.trace}
 */
export async function clean(
  connection: Connection,
  file: string,
  traces: readonly Trace[],
): Promise<Erased["trace"]> {
  if (!(await emptyLogInTime(connection))) return "log-held";
  if (await scrub({ file, traces })) if (!(await emptyLogInTime(connection))) return "log-held";
  await patiently(() => prepareDirty(connection).clear());
  await emptyLogInTime(connection);
  return "none";
}

/**
 * Finishes an erasure: rewrites the whole database, because the traces are no longer known.
 * @returns whether it is done
 */
export async function cleanLater(connection: Connection): Promise<boolean> {
  const dirty = prepareDirty(connection);
  if (!dirty.is()) return true;
  // While somebody still reads, rewriting everything would not help.
  if (!(await emptyLogInTime(connection))) return false;
  await scrub({ file: connection.name, traces: null });
  if (!(await emptyLogInTime(connection))) return false;
  await patiently(() => dirty.clear());
  return true;
}

/** Empties the log; false if a reader holds it too long. */
async function emptyLogInTime(connection: Connection): Promise<boolean> {
  const deadline = performance.now() + READER_PATIENCE;
  while (!(await emptyLog(connection))) {
    if (performance.now() > deadline) return false;
    await setTimeout(50);
  }
  return true;
}

function hasSamples(connection: Connection): boolean {
  return connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat4'").get() !== undefined;
}
