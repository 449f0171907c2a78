import type { Pool } from "pg";
import { accountOf, type Account, type HostName } from "../../account.ts";
import { changesOf, importDetails, type SignOutcome, type Signatures } from "../../ports/engine.ts";
import { applyStaged, keepDigests } from "./apply.ts";
import { append, appendAll } from "../records/audit.ts";
import { borrow, type Connection } from "../connection/connect.ts";
import { dismissEmpty, employ } from "./employ.ts";
import { lookAhead, type Ahead } from "./look-ahead.ts";
import { oneByOne } from "./one-by-one.ts";
import { countHeld, endWhatIsMissing } from "./replace.ts";
import { requireSmallRemoval } from "../../records/removal-limit.ts";
import { applyRevocations, leaveAll } from "./revoked.ts";
import { lockRecords } from "../connection/lock.ts";
import { sql } from "../connection/sql.ts";
import type { Kind } from "../../records/row-kind.ts";
import { openStaging } from "./staging.ts";
import { closeTrial, openTrial } from "./trial.ts";
import { leaveErasedOut, liftTombstone } from "../erasure/tombstone.ts";
import { requireHeld } from "../queue/held.ts";
import { markTouchedIn } from "../queue/wake.ts";
import { again } from "../connection/writer.ts";

type Rows = Parameters<Signatures["sign"]>[0];
type Options = Parameters<Signatures["sign"]>[1];

/**
 * Collects the rows outside the tables, then applies them as sets in one transaction. If anything throws, including the
 * rows, the database does not change.
 */
export function sign(long: Pool, rows: Rows, options: Options, now: () => number): Promise<SignOutcome> {
  return borrow(long, async (connection, spoil) => {
    try {
      if (options.dryRun === true) await openTrial(connection);
      const staging = await openStaging(connection);
      for await (const batch of rows) await staging.add(batch);
      const kinds = await staging.end();
      const { evidence, replace } = options;
      // What people sign themselves is small, and checked against what they saw.
      const ahead =
        evidence === "import" || typeof replace === "string"
          ? await again(() => lookAhead(connection, options))
          : { unchanged: 0, kept: 0, few: false };
      return await again(() => inOne(connection, kinds, options, now(), ahead));
    } finally {
      await connection.exec("DISCARD TEMPORARY").catch(spoil);
      if (options.dryRun === true) await closeTrial(connection).catch(spoil);
    }
  });
}

async function inOne(
  connection: Connection,
  kinds: readonly Kind[],
  options: Options,
  now: number,
  ahead: Ahead,
): Promise<SignOutcome> {
  await connection.exec("BEGIN");
  try {
    await lockRecords(connection);
    const outcome = await apply(connection, kinds, options, now, ahead);
    await connection.exec(options.dryRun === true ? "ROLLBACK" : "COMMIT");
    return outcome;
  } catch (error) {
    await connection.exec("ROLLBACK");
    throw error;
  }
}

async function apply(
  connection: Connection,
  kinds: readonly Kind[],
  options: Options,
  now: number,
  ahead: Ahead,
): Promise<SignOutcome> {
  const { evidence, replace = null, dryRun = false, allowRemovals = null, by = "cli", held: lease } = options;
  await requireHeld(connection, lease);
  const own = evidence === "import" ? [] : await signersOf(connection);
  // A person who signs after an erasure wants to be stored again; a file can't decide that for them.
  for (const { account, signedAt } of own) await liftTombstone(connection, account, signedAt);
  const erased = await leaveErasedOut(connection);
  const employers = await employ(connection, kinds);
  const held = replace === null ? 0 : await countHeld(connection, replace, now);
  await leaveAll(connection, now, options.endedEmployers?.() ?? []);
  const ended = await applyRevocations(connection, now, ahead.few);
  const counts = await applyStaged(connection, evidence, now, ahead.few);
  const entities = await dismissEmpty(connection, employers);
  await oneByOne(connection, ahead.few, () => keepDigests(connection, evidence));
  const removed = replace === null ? 0 : await endWhatIsMissing(connection, replace, now);
  const outcome = {
    ...counts,
    unchanged: counts.unchanged + ahead.unchanged,
    kept: counts.kept + ahead.kept,
    erased,
    ended,
    removed,
    held,
    entities,
  };
  if (replace !== null && !dryRun) requireSmallRemoval(replace, outcome, allowRemovals);
  if (changesOf(outcome) > 0) {
    const details = importDetails(outcome);
    if (evidence === "import") await append(connection, { by, act: "import", details }, null, now);
    await appendAll(
      connection,
      own.map(({ account, agreement, version }) => ({
        entry: { by: evidence === "page" ? "page" : "comment", act: "sign", details: { agreement, version } },
        account,
      })),
      now,
    );
  }
  const marked = await markTouchedIn(connection, sql`staged_touched`, now, {
    bulk: evidence === "import",
  });
  return { ...outcome, marked };
}

/** The staged rows one by one; for the few that people signed themselves. */
async function signersOf(
  connection: Connection,
): Promise<readonly { account: Account; signedAt: number; agreement: string; version: string }[]> {
  const rows = await connection.all<{
    host: HostName;
    number: number;
    signedAt: number;
    agreement: string;
    version: string;
  }>(sql`SELECT k.host, line.account AS number, line.signed_at AS "signedAt", k.agreement, k.version
FROM staged_kind AS k JOIN staged_line AS line ON line.kind = k.kind
ORDER BY k.agreement, k.host, k.version, line.account`);
  return rows.map(({ host, number, ...row }) => ({ account: accountOf(host, number), ...row }));
}
