import { createHmac, hash } from "node:crypto";
import type { Pool } from "pg";
import { hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import {
  chainOf,
  hashedText,
  lineOf,
  verifyChain,
  type Audit,
  type AuditChain,
  type AuditEntry,
  type AuditLine,
  type KeptLine,
} from "../../records/audit.ts";
import { borrow, inTransaction, type Connection } from "../connection/connect.ts";
import { BEGIN_READING, readRows, readThrough } from "../connection/rows.ts";
import { sql, type Statement } from "../connection/sql.ts";

/** Adds a line to the audit; called in the transaction of the recorded change. */
export function append(
  connection: Connection,
  entry: AuditEntry,
  account: Account | null,
  now: number,
): Promise<void> {
  return appendAll(connection, [{ entry, account }], now);
}

/** Adds lines to the audit, in the given order. */
export async function appendAll(
  connection: Connection,
  entries: readonly { readonly entry: AuditEntry; readonly account: Account | null }[],
  now: number,
): Promise<void> {
  if (entries.length === 0) return;
  const tags = await tagsOf(
    connection,
    entries.flatMap(({ account }) => account ?? []),
    now,
  );
  const chain = chainOf(
    await connection.get<Pick<AuditChain, "last" | "head">>(sql`SELECT last, head FROM audit_chain`),
  );
  let { last, head } = chain;
  const lines = entries.map(({ entry: { by, act, details }, account }) => {
    const subject = account === null ? null : (tags.get(account) ?? null);
    const line = { at: now, by, act, details, subject, previous: head };
    head = sha256(hashedText(line));
    last += 1;
    return { ...line, line: last, hash: head };
  });
  await connection.run(sql`INSERT INTO audit (at, line, by, act, details, subject, previous, hash)
SELECT ${now}::bigint, * FROM unnest(${lines.map(({ line }) => line)}::bigint[],
  ${lines.map(({ by }) => by)}::text[], ${lines.map(({ act }) => act)}::text[],
  ${lines.map(({ details }) => JSON.stringify(details))}::text[], ${lines.map(({ subject }) => subject)}::text[],
  ${lines.map(({ previous }) => previous)}::text[], ${lines.map(({ hash }) => hash)}::text[])`);
  await connection.run(sql`UPDATE audit_chain SET last = ${last}, head = ${head}`);
}

/** The shared tags of the accounts' lines; a salt is created with the first line. */
async function tagsOf(
  connection: Connection,
  accounts: readonly Account[],
  now: number,
): Promise<ReadonlyMap<Account, string>> {
  const wanted = [...new Set(accounts)];
  if (wanted.length === 0) return new Map();
  const rows = await connection.all<{ host: HostName; account: number; salt: Buffer }>(
    sql`INSERT INTO subject (host, account, acted_at)
SELECT host, account, ${now}::bigint FROM unnest(${wanted.map(hostOf)}::text[], ${wanted.map(numberOf)}::bigint[])
  AS t (host, account)
ON CONFLICT (host, account) DO UPDATE SET acted_at = excluded.acted_at RETURNING host, account, salt`,
  );
  const salts = new Map(rows.map(({ host, account, salt }) => [`${host}:${account}`, salt]));
  return new Map(wanted.map((account) => [account, tagOf(salts.get(account), account)]));
}

function tagOf(salt: Buffer | undefined, account: Account): string {
  if (salt === undefined) throw new Error("a subject was kept without a salt");
  return createHmac("sha256", salt).update(account).digest("hex");
}

const sha256 = (text: string): string => hash("sha256", text);

const LINES = sql`SELECT line, at, by, act, details, subject, previous, hash FROM audit`;
const IN_ORDER: Statement = sql`${LINES} ORDER BY line`;

/** Reads on a separate connection, from one state of the database. */
export function openAudit(long: Pool): Audit {
  return {
    list: ({ account } = {}) => listAudit(long, account),
    verify: (expected) =>
      inTransaction(long, BEGIN_READING, async (connection) => {
        const chain = chainOf(
          await connection.get<AuditChain>(sql`SELECT first, before, last, head FROM audit_chain`),
        );
        return verifyChain(eachLine(readThrough<KeptLine>(connection, IN_ORDER)), chain, sha256, expected);
      }),
  };
}

async function* listAudit(long: Pool, account: Account | undefined): AsyncGenerator<AuditLine> {
  if (account === undefined) yield* eachLine(readRows<KeptLine>(long, IN_ORDER));
  else yield* await borrow(long, (connection) => linesAbout(connection, account));
}

/** The lines about an account; empty if its salt was erased or never created. */
export async function linesAbout(connection: Connection, account: Account): Promise<readonly AuditLine[]> {
  const subject = await connection.get<{ salt: Buffer }>(
    sql`SELECT salt FROM subject WHERE host = ${hostOf(account)} AND account = ${numberOf(account)}`,
  );
  if (subject === undefined) return [];
  const rows = await connection.all<KeptLine>(
    sql`${LINES} WHERE subject = ${tagOf(subject.salt, account)} ORDER BY line`,
  );
  return rows.map(lineOf);
}

async function* eachLine(rows: AsyncIterable<KeptLine>): AsyncGenerator<AuditLine> {
  for await (const row of rows) yield lineOf(row);
}
