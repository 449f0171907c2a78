import { createHmac, hash } from "node:crypto";
import { hostOf, numberOf, type Account } from "../../account.ts";
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
import { connectToRead, type Connection } from "../connection/connect.ts";
import { explain } from "../connection/failure.ts";

/** Adds a line to the audit; called in the transaction of the recorded change. */
export type AppendAudit = (entry: AuditEntry, account: Account | null, now: number) => void;

export function prepareAppend(connection: Connection): AppendAudit {
  const chain = connection.prepare<[], Pick<AuditChain, "last" | "head">>(
    "SELECT last, head FROM audit_chain",
  );
  const move = connection.prepare<[number, string]>("UPDATE audit_chain SET last = ?, head = ?");
  const insert = connection.prepare<[KeptLine]>(
    `INSERT INTO audit (line, at, by, act, details, subject, previous, hash)
VALUES (@line, @at, @by, @act, @details, @subject, @previous, @hash)`,
  );
  const tag = prepareTag(connection);

  return ({ by, act, details }, account, now) => {
    const { last, head } = chainOf(chain.get());
    const subject = account === null ? null : tag(account, now);
    const line = { at: now, by, act, details, subject, previous: head };
    const hash = sha256(hashedText(line));
    insert.run({ ...line, line: last + 1, details: JSON.stringify(details), hash });
    move.run(last + 1, hash);
  };
}

/** The shared tag of an account's lines; its salt is created with the first line. */
function prepareTag(connection: Connection): (account: Account, now: number) => string {
  const act = connection
    .prepare<[string, number, number], Buffer>(
      `INSERT INTO subject (host, account, acted_at) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET acted_at = excluded.acted_at RETURNING salt`,
    )
    .pluck();
  return (account, now) => tagOf(act.get(hostOf(account), numberOf(account), now), account);
}

function tagOf(salt: Buffer | undefined, account: Account): string {
  if (salt === undefined) throw new Error("a subject was kept without a salt");
  return createHmac("sha256", salt).update(account).digest("hex");
}

const sha256 = (text: string): string => hash("sha256", text);

const LINES = "SELECT line, at, by, act, details, subject, previous, hash FROM audit";

/** Reads on a separate connection, from one state of the database. */
export function openAudit(file: string): Audit {
  return {
    list: ({ account } = {}) => listAudit(file, account),
    verify: (expected) =>
      reading(file, async (connection) => {
        const chain = chainOf(
          connection.prepare<[], AuditChain>("SELECT first, before, last, head FROM audit_chain").get(),
        );
        const lines = connection.prepare<[], KeptLine>(`${LINES} ORDER BY line`).iterate();
        return verifyChain(eachLine(lines), chain, sha256, expected);
      }),
  };
}

async function* listAudit(file: string, account: Account | undefined): AsyncGenerator<AuditLine> {
  const connection = connectToRead(file);
  try {
    if (account !== undefined) yield* linesAbout(connection, account);
    else yield* eachLine(connection.prepare<[], KeptLine>(`${LINES} ORDER BY line`).iterate());
  } catch (error) {
    throw explain(error);
  } finally {
    connection.close();
  }
}

/** The lines about an account; empty if its salt was erased or never created. */
export function linesAbout(connection: Connection, account: Account): readonly AuditLine[] {
  const salt = connection
    .prepare<[string, number], Buffer>("SELECT salt FROM subject WHERE host = ? AND account = ?")
    .pluck()
    .get(hostOf(account), numberOf(account));
  if (salt === undefined) return [];
  return connection
    .prepare<[string], KeptLine>(`${LINES} WHERE subject = ? ORDER BY line`)
    .all(tagOf(salt, account))
    .map(lineOf);
}

async function* eachLine(rows: Iterable<KeptLine>): AsyncGenerator<AuditLine> {
  for (const row of rows) yield lineOf(row);
}

async function reading<T>(file: string, read: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = connectToRead(file);
  try {
    // Two statements see the same state only inside a transaction.
    connection.exec("BEGIN");
    return await read(connection);
  } catch (error) {
    throw explain(error);
  } finally {
    connection.close();
  }
}
