import { EXPIRIES, type Expiry, type Moments } from "../../ports/expiry.ts";
import type { Connection } from "../connection/connect.ts";
import type { Writer } from "../connection/writer.ts";

/** How many rows one transaction drops, or looks at: it stops everything else for some milliseconds. */
export const STEP = 1_000;

/** Tables with an index of their expired rows; the others are read row by row. */
const INDEXED: readonly string[] = ["pull", "signature", "session"];

/** Some expired rows of one kind. */
export interface Expired {
  readonly what: Expiry["what"];
  readonly audited: boolean;
  /** Drops them; must run in a transaction. @returns how many */
  drop(): number;
}

type Key = Readonly<Record<string, string | number | Buffer>>;
/** Finds the next expired rows; null: no more. */
export type Search = (moments: Moments) => Promise<Expired | null>;

/** Prepares a search for each kind of record; each begins at the first one. */
export function prepareExpired(connection: Connection, read: Writer["read"]): readonly (() => Search)[] {
  return EXPIRIES.map((expiry) => {
    const [table = "", ...rest] = expiry.rows.split(/\sWHERE\s/);
    const condition = rest.join(" WHERE ");
    return INDEXED.includes(table)
      ? searchByIndex(connection, read, expiry, { table, condition })
      : searchInOrder(connection, read, expiry, { table, condition });
  });
}

interface Rows {
  readonly table: string;
  readonly condition: string;
}

function searchByIndex(
  connection: Connection,
  read: Writer["read"],
  { what, audited }: Expiry,
  { table, condition }: Rows,
): () => Search {
  const key = keyOf(connection, table).join(", ");
  const any = connection.prepare<[Moments], 1>(`SELECT 1 FROM ${table} WHERE ${condition} LIMIT 1`);
  const drop = connection.prepare<[Moments]>(
    `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${STEP})`,
  );
  return () => async (moments) => {
    if ((await read(() => any.get(moments))) === undefined) return null;
    return { what, audited, drop: () => drop.run(moments).changes };
  };
}

function searchInOrder(
  connection: Connection,
  read: Writer["read"],
  { what, audited }: Expiry,
  { table, condition }: Rows,
): () => Search {
  const columns = keyOf(connection, table);
  const key = columns.join(", ");
  const namesOf = (side: "after" | "to"): string => columns.map((column) => `@${side}_${column}`).join(", ");
  const parametersOf = (side: "after" | "to", bound: Key): Key =>
    Object.fromEntries(columns.map((column) => [`${side}_${column}`, bound[column] ?? 0]));
  const AFTER = `(${key}) > (${namesOf("after")})`;
  const TO = `(${key}) <= (${namesOf("to")})`;
  const bound = (from: string) =>
    connection.prepare<[Key], Key>(
      `SELECT ${key} FROM ${table} WHERE ${from} ORDER BY ${key} LIMIT 1 OFFSET ${STEP - 1}`,
    );
  const last = (from: string) =>
    connection.prepare<[Key], Key>(
      `SELECT ${key} FROM ${table} WHERE ${from} ORDER BY ${columns.map((column) => `${column} DESC`).join(", ")} LIMIT 1`,
    );
  // The first part has no lower bound.
  const [first, next] = ["true", AFTER].map((from) => {
    const part = `${from} AND ${TO} AND (${condition})`;
    return {
      bound: bound(from),
      last: last(from),
      any: connection.prepare<[Moments & Key], 1>(`SELECT 1 FROM ${table} WHERE ${part} LIMIT 1`),
      drop: connection.prepare<[Moments & Key]>(`DELETE FROM ${table} WHERE ${part}`),
    };
  });
  if (first === undefined || next === undefined) throw new Error("there are two parts");
  return () => {
    let after: Key | null = null;
    return async (moments) => {
      for (;;) {
        const part: typeof first = after === null ? first : next;
        const from: Key = after === null ? {} : parametersOf("after", after);
        const to: Key | undefined = await read(() => part.bound.get(from) ?? part.last.get(from));
        if (to === undefined) return null;
        after = to;
        const parameters = { ...moments, ...from, ...parametersOf("to", to) };
        if ((await read(() => part.any.get(parameters))) !== undefined)
          return { what, audited, drop: () => part.drop.run(parameters).changes };
        await turn();
      }
    };
  };
}

/** The columns of a table's primary key. */
function keyOf(connection: Connection, table: string): readonly string[] {
  return connection
    .prepare<[string], string>("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk")
    .pluck()
    .all(table);
}

/** Lets everything else run that is due. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
