import type { Due } from "../../ports/engine.ts";
import { EXPIRIES, momentsOf, type Moments } from "../../ports/expiry.ts";
import { RETENTION, type Retention } from "../../records/retention.ts";
import { append } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";

/** `FROM` and `WHERE` with the moments as parameters. */
function statementOf(rows: string, moments: Moments): Statement {
  const parts = rows.split(/@(now|ended|closed|buried|written)\b/);
  return {
    texts: parts.filter((_, at) => at % 2 === 0),
    values: parts.filter((_, at) => at % 2 === 1).map((name) => moments[name as keyof Moments]),
  };
}

/** Drops expired records. PostgreSQL's own vacuum frees the space. */
export async function drop(
  connection: Connection,
  now: number,
  retention: Retention = RETENTION,
): Promise<void> {
  await expireAudit(connection, now, retention);
  // The subject of failed work that was not marked for this long is gone.
  await connection.run(
    sql`DELETE FROM task WHERE due_at IS NULL AND lease IS NULL AND failing_since < ${now - retention.closedPull}`,
  );
  // No limit counts it anymore.
  await connection.run(sql`DELETE FROM spending WHERE at < ${now - 7_200_000}`);
  const dropped: Record<string, number> = {};
  const moments = momentsOf(now, retention);
  for (const { what, rows, audited } of EXPIRIES) {
    const changes = await connection.run(sql`DELETE FROM ${statementOf(rows, moments)}`);
    if (changes > 0 && audited) dropped[what] = changes;
  }
  await connection.run(sql`DELETE FROM repository WHERE forgotten_at < ${now - retention.closedPull}`);
  if (Object.keys(dropped).length > 0)
    await append(connection, { by: "bot", act: "tidy", details: dropped }, null, now);
}

/** What {@link drop} would drop. */
export async function due(
  connection: Connection,
  now: number,
  retention: Retention = RETENTION,
): Promise<readonly Due[]> {
  const found: Due[] = [];
  const moments = momentsOf(now, retention);
  for (const { what, rows } of EXPIRIES)
    found.push({ what, count: await count(connection, statementOf(rows, moments)) });
  const last = await lastOver(connection, now, retention);
  found.push({
    what: "audit lines",
    count: await count(connection, sql`audit WHERE line <= ${last?.line ?? 0}`),
  });
  return found.filter((one) => one.count > 0);
}

async function count(connection: Connection, rows: Statement): Promise<number> {
  return (await connection.get<{ rows: number }>(sql`SELECT count(*) AS rows FROM ${rows}`))?.rows ?? 0;
}

function lastOver(
  connection: Connection,
  now: number,
  retention: Retention,
): Promise<{ line: number; hash: string } | undefined> {
  return connection.get(
    sql`SELECT line, hash FROM audit WHERE at < ${now - retention.audit} ORDER BY line DESC LIMIT 1`,
  );
}

/** Moves the beginning of the chain, and confirms this with a line at its end. */
async function expireAudit(connection: Connection, now: number, retention: Retention): Promise<void> {
  const last = await lastOver(connection, now, retention);
  if (last === undefined) return;
  await connection.run(sql`DELETE FROM audit WHERE line <= ${last.line}`);
  await connection.run(sql`UPDATE audit_chain SET first = ${last.line + 1}, before = ${last.hash}`);
  const details = { through: last.line, hash: last.hash };
  await append(connection, { by: "bot", act: "audit expire", details }, null, now);
}
