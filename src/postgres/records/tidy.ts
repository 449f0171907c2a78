import type { Due } from "../../ports/engine.ts";
import { RETENTION, type Retention } from "../../records/retention.ts";
import { append } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";

/** What is dropped when, in the required order: `FROM` and `WHERE` of the expired records. */
function over(now: number, retention: Retention): readonly (readonly [what: Due["what"], rows: Statement])[] {
  const ended = now - retention.ended;
  return [
    ["closed pull requests", sql`pull WHERE closed_at < ${now - retention.closedPull}`],
    [
      "waivers",
      sql`waiver WHERE EXISTS (SELECT 1 FROM repository AS r WHERE r.host = waiver.host
AND r.id = waiver.repository AND r.forgotten_at < ${now - retention.closedPull})`,
    ],
    ["signatures", sql`signature WHERE revoked_at < ${ended}`],
    ["roster places", sql`entity_member WHERE until_at < ${ended}`],
    ["employers", sql`entity WHERE ended_at < ${ended}`],
    ["revocations", sql`revocation WHERE at < ${ended}`],
    ["sessions", sql`session WHERE expires_at <= ${now}`],
    ["tombstones", sql`tombstone WHERE at < ${now - retention.tombstone}`],
    [
      "subjects",
      sql`subject WHERE restricted_since IS NULL AND (acted_at IS NULL OR acted_at < ${now - retention.audit})`,
    ],
  ];
}

/** The records whose deletion gets a line in the audit. */
const RECORDS: ReadonlySet<Due["what"]> = new Set(["signatures", "roster places", "employers", "tombstones"]);

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
  const dropped: Record<string, number> = {};
  for (const [what, rows] of over(now, retention)) {
    const changes = await connection.run(sql`DELETE FROM ${rows}`);
    if (changes > 0 && RECORDS.has(what)) dropped[what] = changes;
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
  for (const [what, rows] of over(now, retention)) found.push({ what, count: await count(connection, rows) });
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
