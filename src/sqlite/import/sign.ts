import { accountOf, type Account, type HostName } from "../../account.ts";
import { changesOf, importDetails, type SignOutcome, type Signatures } from "../../ports/engine.ts";
import { applyKinds, keepDigests } from "./apply.ts";
import { prepareAppend } from "../records/audit.ts";
import { connect, stopWaitingInside, type Connection } from "../connection/connect.ts";
import { dismissEmpty, employ } from "./employ.ts";
import { explain } from "../connection/failure.ts";
import type { LogSync } from "../connection/log-sync.ts";
import { lookAhead, type Ahead } from "./look-ahead.ts";
import { countHeld, endWhatIsMissing } from "./replace.ts";
import { requireSmallRemoval } from "../../records/removal-limit.ts";
import { applyRevocations, leaveAll } from "./revoked.ts";
import type { Kind } from "../../records/row-kind.ts";
import { openStaging, type Staging } from "./staging.ts";
import { tombstoneFile } from "../erasure/tombstone-file.ts";
import { liftTombstone, prepareTombstoneTag, tombstoneKey } from "../erasure/tombstone.ts";
import { prepareRequireHeld } from "../queue/held.ts";
import { prepareMarkBulk, prepareMarkPulls, pullsTouched } from "../queue/wake.ts";
import { patiently } from "../connection/writer.ts";

type Rows = Parameters<Signatures["sign"]>[0];
type Options = Parameters<Signatures["sign"]>[1];

/** What a transaction did, and the tags of the tombstones that it removed. */
type Applied = SignOutcome & { readonly lifted: readonly Buffer[] };

/**
 * Collects the rows outside the database, then applies them set by set in one transaction, on a separate connection. If
 * anything throws, including the rows, the database does not change.
 * @param log what keeps the commit on the disk
 */
export async function sign(
  file: string,
  rows: Rows,
  options: Options,
  log: LogSync,
  now: () => number,
): Promise<SignOutcome> {
  let connection: Connection | null = null;
  let staging: Staging | null = null;
  try {
    const own = (connection = connect(file));
    stopWaitingInside(connection);
    log.takeOver(connection);
    staging = openStaging(connection, file);
    for await (const batch of rows) staging.add(batch);
    const kinds = staging.end();
    const at = now();
    // What people sign themselves is small, and checked against what they saw.
    const ahead =
      options.evidence === "import" || typeof options.replace === "string"
        ? await patiently(() => lookAhead(own, kinds, options))
        : { unchanged: 0, kept: 0 };
    const { lifted, onDisk, ...outcome } = await patiently(() => {
      const applied = inTransaction(own, kinds, options, at, ahead);
      return { ...applied, onDisk: log.sync() };
    });
    await onDisk;
    if (options.dryRun !== true) for (const tag of lifted) tombstoneFile(file).lifted(tag, at);
    return outcome;
  } catch (error) {
    throw explain(error);
  } finally {
    staging?.close();
    connection?.close();
  }
}

function inTransaction(
  connection: Connection,
  kinds: readonly Kind[],
  options: Options,
  now: number,
  ahead: Ahead,
): Applied {
  connection.exec("BEGIN IMMEDIATE");
  try {
    const outcome = apply(connection, kinds, options, now, ahead);
    connection.exec(options.dryRun === true ? "ROLLBACK" : "COMMIT");
    return outcome;
  } finally {
    if (connection.inTransaction) connection.exec("ROLLBACK");
  }
}

function apply(
  connection: Connection,
  kinds: readonly Kind[],
  options: Options,
  now: number,
  ahead: Ahead,
): Applied {
  const { evidence, replace = null, dryRun = false, allowRemovals = null, by = "cli", held } = options;
  prepareRequireHeld(connection)(held);
  const outcome = {
    added: 0,
    restored: 0,
    changed: 0,
    unchanged: 0,
    kept: 0,
    revoked: 0,
    unclear: 0,
    erased: 0,
    ended: 0,
    removed: 0,
    held: replace === null ? 0 : countHeld(connection, replace, now),
    entities: 0,
  };
  const own = evidence === "import" ? [] : signersOf(connection, kinds);
  // A person who signs after an erasure wants to be stored again; a file can't decide that for them.
  const lifted = own.flatMap(({ account, signedAt }) => liftTombstone(connection, account, signedAt) ?? []);
  outcome.erased = leaveErasedOut(connection, kinds);
  const employers = employ(connection, kinds);
  leaveAll(connection, now, options.endedEmployers?.() ?? []);
  outcome.ended = applyRevocations(connection, now);
  Object.assign(outcome, applyKinds(connection, kinds, evidence, now));
  outcome.entities = dismissEmpty(connection, employers);
  outcome.unchanged += ahead.unchanged;
  outcome.kept += ahead.kept;
  keepDigests(connection, evidence);
  if (replace !== null) {
    outcome.removed = endWhatIsMissing(connection, replace, now);
    if (!dryRun) requireSmallRemoval(replace, outcome, allowRemovals);
  }
  const touched = pullsTouched("staging.touched");
  const mark =
    evidence === "import" ? prepareMarkBulk(connection, touched) : prepareMarkPulls(connection, touched);
  const marked = mark({ now });
  if (changesOf(outcome) > 0) {
    const append = prepareAppend(connection);
    const details = importDetails(outcome);
    if (evidence === "import") append({ by, act: "import", details }, null, now);
    for (const { account, agreement, version } of own)
      append(
        { by: evidence === "page" ? "page" : "comment", act: "sign", details: { agreement, version } },
        account,
        now,
      );
  }
  return { ...outcome, marked, lifted };
}

/** The staged rows one by one; for the few that people signed themselves. */
function signersOf(
  connection: Connection,
  kinds: readonly Kind[],
): readonly { account: Account; signedAt: number; agreement: string; version: string }[] {
  const lines = connection.prepare<[number], { account: number; signedAt: number }>(
    "SELECT account, signed_at AS signedAt FROM staging.line WHERE kind = ?",
  );
  return kinds.flatMap(({ kind, host, agreement, version }) =>
    lines
      .all(kind)
      .map(({ account, signedAt }) => ({ account: accountOf(host, account), signedAt, agreement, version })),
  );
}

/** Removes the staged rows of erased accounts and returns their number. */
function leaveErasedOut(connection: Connection, kinds: readonly Kind[]): number {
  if (connection.prepare("SELECT 1 FROM tombstone").get() === undefined) return 0;
  const key = tombstoneKey(connection);
  const tags = new Set(
    connection
      .prepare<[], Buffer>("SELECT tag FROM tombstone")
      .pluck()
      .all()
      .map((tag) => tag.toString("hex")),
  );
  let erased = 0;
  const tagOf = prepareTombstoneTag(key);
  connection.function("is_erased", { directOnly: true }, (host: HostName, account: number) =>
    tags.has(tagOf(accountOf(host, account))) ? 1 : 0,
  );
  const leave = connection.prepare<[number, HostName]>(
    "DELETE FROM staging.line WHERE kind = ? AND is_erased(?, account)",
  );
  for (const { kind, host } of kinds) erased += leave.run(kind, host).changes;
  for (const table of ["revoked", "left_place"])
    connection.exec(`DELETE FROM staging.${table} WHERE is_erased(host, account)`);
  return erased;
}
