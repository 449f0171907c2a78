/** Whether 50 accounts have signed, among ten million signatures. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { accountOf } from "../src/account.ts";
import { openSqlite } from "../src/sqlite/open.ts";
import { inFolder } from "./folder.ts";
import { milliseconds, quantile, type Bench } from "./result.ts";
import { accountNumber } from "./signature-rows.ts";

const ACCOUNTS = 50;

export const lookup: Bench = ({ quick, signatures }) =>
  inFolder(async (folder) => {
    const count = signatures ?? (quick ? 1_000_000 : 10_000_000);
    const file = join(folder, "countersign.db");
    const engine = await openSqlite(file);
    fill(file, count);
    const times: number[] = [];
    for (let round = 0; round < 400; round += 1) {
      // Half of them have signed.
      const accounts = Array.from({ length: ACCOUNTS }, (_, at) =>
        accountOf("github", accountNumber(Math.floor(Math.random() * count)) * 2 + (at % 2)),
      );
      const started = performance.now();
      const covered = await engine.signatures.covered(accounts, "icla");
      times.push(performance.now() - started);
      if (covered.size !== ACCOUNTS / 2) throw new Error(`${covered.size} of ${ACCOUNTS} were covered`);
    }
    await engine.close();
    const [middle, last] = [quantile(times, 0.5), quantile(times, 0.99)];
    return [
      {
        what: `${ACCOUNTS} accounts among ${count.toLocaleString("en")} signatures`,
        measured: `p50 ${milliseconds(middle)}, p99 ${milliseconds(last)}`,
        goal: "p50 < 1 ms",
        met: middle < 1,
      },
    ];
  });

/** Fills the table in the order of its key, which is the fastest; the numbers are even, and spread out. */
export function fill(file: string, count: number): void {
  const connection = new Database(file);
  connection.pragma("synchronous = OFF");
  const numbers = new Float64Array(count);
  for (let at = 0; at < count; at += 1) numbers[at] = accountNumber(at) * 2;
  numbers.sort();
  const insert = connection.prepare<[number]>(
    "INSERT INTO signature (agreement, host, account, version, signed_at, evidence) VALUES ('icla', 'github', ?, '1.0', 1740787200000, 'import')",
  );
  connection.transaction(() => numbers.forEach((number) => insert.run(number)))();
  connection.pragma("wal_checkpoint(TRUNCATE)");
  connection.close();
}
