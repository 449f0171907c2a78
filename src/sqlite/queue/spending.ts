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

  function change(purse: string, before: readonly Spent[], after: readonly Spent[]): void {
    const changes = changesBetween(before, after);
    for (const { what, at } of changes.remove) remove.run(purse, what, at);
    for (const row of changes.put) put.run({ purse, ...row });
  }

  return {
    book: (purse, requests) =>
      writer.write(() => {
        const before = all.all(purse);
        const booking = bookOn(before, requests, now());
        change(purse, before, booking.spent);
        return booking;
      }),
    postpone: (purse, costs, at) =>
      writer.write(() => {
        const before = all.all(purse);
        change(purse, before, postponeOn(before, costs, at, now()));
      }),
    wait: (purse, ms) =>
      writer.write(() => {
        const before = all.all(purse);
        change(purse, before, waitOn(before, ms, now()));
      }),
  };
}
