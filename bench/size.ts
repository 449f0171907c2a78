/**
 * What commands cost among ten million signatures, on SQLite and on a PostgreSQL of the system: their time and peak
 * memory, and how long another process waits for the database while a whole list is replaced, or loaded at first.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pullTask } from "../src/ports/queue.ts";
import type { Engine } from "../src/ports/engine.ts";
import { openPostgres } from "../src/postgres/open.ts";
import { openSqlite } from "../src/sqlite/open.ts";
import { inFolder } from "./folder.ts";
import { fill } from "./lookup.ts";
import { megabytes, type Bench, type Result } from "./result.ts";
import { withPostgres } from "./postgres.ts";
import { accountNumber, environmentIn, RANGE, STEP } from "./signature-rows.ts";

const GOAL_BYTES = 200e6;
const GOAL_STATS = 1;
const GOAL_WAIT = 1;
const PROGRAM = fileURLToPath(new URL("../bin/countersign.js", import.meta.url));
const PEAK = new URL("report-peak.ts", import.meta.url).href;

/** Rows of a first import into an empty database. */
const FIRST = 1_000_000;

export const size: Bench = async ({ quick, signatures }) => {
  const count = signatures ?? (quick ? 1_000_000 : 10_000_000);
  return [
    ...(await inFolder(async (folder) => {
      const environment = await environmentIn(folder);
      const file = join(folder, "countersign.db");
      await (await openSqlite(file)).close();
      fill(file, count);
      return measureAll("SQLite", { folder, count, environment, open: () => openSqlite(file) });
    })),
    ...(await withPostgres(async ({ folder, url, query }) => {
      const environment = { ...(await environmentIn(folder)), DATABASE_URL: url };
      await (await openPostgres(url)).close();
      await query(`INSERT INTO signature (agreement, host, account, version, signed_at, evidence)
SELECT 'icla', 'github', ((at * ${STEP}) % ${RANGE} + 1) * 2, '1.0', 1740787200000, 'import'
FROM generate_series(0, ${count - 1}::bigint) AS at`);
      await query("ANALYZE");
      return measureAll("PostgreSQL", { folder, count, environment, open: () => openPostgres(url) });
    })),
    ...(await inFolder(firstImport)),
  ];
};

interface Filled {
  readonly folder: string;
  /** The stored signatures. */
  readonly count: number;
  readonly environment: Record<string, string>;
  readonly open: () => Promise<Engine>;
}

async function measureAll(
  engine: "SQLite" | "PostgreSQL",
  { folder, count, environment, open }: Filled,
): Promise<readonly Result[]> {
  const [some, all] = [join(folder, "some.csv"), join(folder, "all.csv")];
  const rows = Math.round(count * 0.03);
  await writeList(some, count - rows / 2, count + rows / 2);
  await writeList(all, count * 0.001, count + rows / 2);
  const run = (...args: string[]) => measure(args, environment);
  const among = `among ${count.toLocaleString("en")} signatures on ${engine}`;
  const results: Result[] = [];
  const add = (what: string, { seconds, peak }: Measured, goal: number | null = null): void => {
    results.push({
      what: `${what} ${among}`,
      measured: `${seconds.toFixed(2)} s, ${megabytes(peak)}`,
      goal: `< ${megabytes(GOAL_BYTES)}${goal === null ? "" : `, < ${goal} s`}`,
      met: peak < GOAL_BYTES && (goal === null || seconds < goal),
    });
  };
  add("stats", await run("stats", "--json"), GOAL_STATS);
  add(`import of ${rows.toLocaleString("en")} rows, half of them known,`, await run("import", some));
  const waits = watchWaits(open);
  add("import --replace of the whole list", await run("import", all, "--replace", "--yes"));
  results.push(waitOf("longest wait of a delivery meanwhile", await waits.end()));
  add("export", await run("export"));
  // PostgreSQL has its own tools for that.
  if (engine === "SQLite") add("backup", await run("backup", join(folder, "copy.db")));
  add("audit verify", await run("audit", "verify"));
  add("subject erase", await run("subject", "erase", `github:${accountNumber(count / 2) * 2}`, "--yes"));
  return results;
}

/** All rows of a first import become visible together, so the database is locked while they are applied. */
async function firstImport(folder: string): Promise<readonly Result[]> {
  const environment = await environmentIn(folder);
  const file = join(folder, "countersign.db");
  const list = join(folder, "first.csv");
  await writeList(list, 0, FIRST);
  const waits = watchWaits(() => openSqlite(file));
  const { seconds } = await measure(["import", list], environment);
  const longest = await waits.end();
  const what = `longest wait of a delivery during a first import of ${FIRST.toLocaleString("en")} rows (${seconds.toFixed(1)} s)`;
  return [{ what, measured: `${longest.toFixed(2)} s`, goal: "", met: null }];
}

function waitOf(what: string, longest: number): Result {
  return { what, measured: `${longest.toFixed(2)} s`, goal: `< ${GOAL_WAIT} s`, met: longest < GOAL_WAIT };
}

interface Measured {
  readonly seconds: number;
  /** In bytes. */
  readonly peak: number;
}

export async function measure(
  args: readonly string[],
  environment: Record<string, string>,
): Promise<Measured> {
  const env = { ...process.env, ...environment, NODE_OPTIONS: `--import=${PEAK}` };
  const started = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  const [said, peak] = await Promise.all([
    child.stderr?.toArray() ?? [],
    (child.stdio[3] as typeof child.stderr)?.toArray() ?? [],
    once(child, "exit"),
  ]);
  const seconds = (performance.now() - started) / 1_000;
  if (child.exitCode !== 0) throw new Error(`${args.join(" ")}: ${Buffer.concat(said).toString()}`);
  return { seconds, peak: Number(Buffer.concat(peak).toString()) };
}

/** Writes a list with the signatures from one place of the stored ones to another. */
async function writeList(file: string, from: number, to: number): Promise<void> {
  function* lines(): Generator<string> {
    yield "host,account_id,agreement,version,signed_at\n";
    for (let at = Math.round(from); at < to; at += 1_000) {
      let text = "";
      for (let row = at; row < Math.min(at + 1_000, to); row += 1)
        text += `github,${accountNumber(row) * 2},icla,1.0,2025-03-01T00:00:00Z\n`;
      yield text;
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(file));
}

/** Stores a delivery's mark every few milliseconds. @returns the longest wait, in seconds, when it ends */
function watchWaits(open: () => Promise<Engine>): { end(): Promise<number> } {
  const stop = new AbortController();
  const longest = (async () => {
    const engine = await open();
    let most = 0;
    while (!stop.signal.aborted) {
      const started = performance.now();
      await engine.queue.mark([
        { task: pullTask({ host: "github", repository: 1, number: 1 }), route: null },
      ]);
      most = Math.max(most, (performance.now() - started) / 1_000);
      await sleep(5);
    }
    await engine.close();
    return most;
  })();
  return {
    end: async () => {
      stop.abort();
      return longest;
    },
  };
}
