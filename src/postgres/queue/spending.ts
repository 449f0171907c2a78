import {
  bookOn,
  changesBetween,
  postponeOn,
  waitOn,
  type Spending,
  type Spent,
} from "../../ports/spending.ts";
import type { Connection } from "../connection/connect.ts";
import { lockPurse } from "../connection/lock.ts";
import { sql } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";
import type { Clock } from "./clock.ts";

export function openSpending(writer: Writer, clock: Clock): Spending {
  /** Changes the rows of a purse, one process after the other. The time is the server's. */
  function change<Result>(
    purse: string,
    work: (before: readonly Spent[], now: number) => { after: readonly Spent[]; result: Result },
  ): Promise<Result> {
    return writer.write(async (connection) => {
      await lockPurse(connection, purse);
      // Read after the lock was taken, because others booked while this process waited for it.
      const { now, rows: before } = await read(connection, purse, clock);
      const { after, result } = work(before, now);
      const { put, remove } = changesBetween(before, after);
      if (remove.length > 0)
        await connection.run(sql`DELETE FROM spending WHERE purse = ${purse} AND (what, at) IN (
  SELECT * FROM unnest(${remove.map(({ what }) => what)}::text[], ${remove.map(({ at }) => at)}::bigint[]))`);
      if (put.length > 0)
        await connection.run(sql`INSERT INTO spending (purse, what, at, amount)
SELECT ${purse}, * FROM unnest(${put.map(({ what }) => what)}::text[], ${put.map(({ at }) => at)}::bigint[],
  ${put.map(({ amount }) => amount)}::bigint[])
ON CONFLICT (purse, what, at) DO UPDATE SET amount = excluded.amount`);
      return result;
    });
  }

  return {
    book: (purse, requests) =>
      change(purse, (before, now) => {
        const booking = bookOn(before, requests, now);
        return { after: booking.spent, result: booking };
      }),
    postpone: (purse, costs, at) =>
      change(purse, (before, now) => ({ after: postponeOn(before, costs, at, now), result: undefined })),
    wait: (purse, ms) =>
      change(purse, (before, now) => ({ after: waitOn(before, ms, now), result: undefined })),
  };
}

async function read(
  connection: Connection,
  purse: string,
  clock: Clock,
): Promise<{ now: number; rows: readonly Spent[] }> {
  const found = await connection.all<{ now: number; what: string | null; at: number; amount: number }>(
    sql`SELECT clock.now, what, at, amount FROM (SELECT ${clock.lease()} AS now) AS clock
LEFT JOIN spending ON purse = ${purse} ORDER BY at, what`,
  );
  return {
    now: found[0]?.now ?? clock.now(),
    rows: found.flatMap(({ what, at, amount }) => (what === null ? [] : [{ what, at, amount }])),
  };
}
