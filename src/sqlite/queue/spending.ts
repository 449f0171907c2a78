import {
  bookOn,
  changesBetween,
  postponeOn,
  waitOn,
  type Spending,
  type Spent,
} from "../../ports/spending.ts";
import type { Connection } from "../connection/connect.ts";
import type { Writer } from "../connection/writer.ts";

export function openSpending(connection: Connection, writer: Writer, now: () => number): Spending {
  const all = connection.prepare<[string], Spent>(
    "SELECT what, at, amount FROM spending WHERE purse = ? ORDER BY at, what",
  );
  const put = connection.prepare<[{ purse: string } & Spent]>(
    `INSERT INTO spending (purse, what, at, amount) VALUES (@purse, @what, @at, @amount)
ON CONFLICT DO UPDATE SET amount = excluded.amount`,
  );
  const remove = connection.prepare<[string, string, number]>(
    "DELETE FROM spending WHERE purse = ? AND what = ? AND at = ?",
  );

  /** Changes the rows of a purse in one transaction. */
  function change<Result>(
    purse: string,
    work: (before: readonly Spent[], now: number) => { after: readonly Spent[]; result: Result },
  ): Promise<Result> {
    return writer.write(() => {
      const before = all.all(purse);
      const { after, result } = work(before, now());
      const changes = changesBetween(before, after);
      for (const { what, at } of changes.remove) remove.run(purse, what, at);
      for (const row of changes.put) put.run({ purse, ...row });
      return result;
    });
  }

  return {
    book: (purse, requests) =>
      change(purse, (before, moment) => {
        const booking = bookOn(before, requests, moment);
        return { after: booking.spent, result: booking };
      }),
    postpone: (purse, costs, at) =>
      change(purse, (before, moment) => ({
        after: postponeOn(before, costs, at, moment),
        result: undefined,
      })),
    wait: (purse, ms) =>
      change(purse, (before, moment) => ({ after: waitOn(before, ms, moment), result: undefined })),
  };
}
