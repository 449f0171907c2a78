/**
 * What commands cost among ten million signatures: their time and peak memory, and how long another process waits for
 * the database while a whole list is replaced.
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
import { openSqlite } from "../src/sqlite/open.ts";
import { inFolder } from "./folder.ts";
import { fill } from "./lookup.ts";
import { megabytes, type Bench, type Result } from "./result.ts";
import { accountNumber, environmentIn } from "./signature-rows.ts";

const GOAL_BYTES = 200e6;
const GOAL_STATS = 1;
const GOAL_WAIT = 1;
const PROGRAM = fileURLToPath(new URL("../bin/countersign.js", import.meta.url));
const PEAK = new URL("report-peak.ts", import.meta.url).href;

export const size: Bench = ({ quick, signatures }) =>
  inFolder(async (folder) => {
    const count = signatures ?? (quick ? 1_000_000 : 10_000_000);
    const environment = await environmentIn(folder);
    const file = join(folder, "countersign.db");
    await (await openSqlite(file)).close();
    fill(file, count);
    const [some, all] = [join(folder, "some.csv"), join(folder, "all.csv")];
    const rows = Math.round(count * 0.03);
    await writeList(some, count - rows / 2, count + rows / 2);
    await writeList(all, count * 0.001, count + rows / 2);
    const run = (...args: string[]) => measure(args, environment);
    const among = `among ${count.toLocaleString("en")} signatures`;
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
    const waits = watchWaits(file);
    add("import --replace of the whole list", await run("import", all, "--replace", "--yes"));
    const longest = await waits.end();
    results.push({
      what: "longest wait of a delivery meanwhile",
      measured: `${longest.toFixed(2)} s`,
      goal: `< ${GOAL_WAIT} s`,
      met: longest < GOAL_WAIT,
    });
    add("export", await run("export"));
    add("backup", await run("backup", join(folder, "copy.db")));
    add("audit verify", await run("audit", "verify"));
    add("subject erase", await run("subject", "erase", `github:${accountNumber(count / 2) * 2}`, "--yes"));
    return results;
  });

interface Measured {
  readonly seconds: number;
  /** In bytes. */
  readonly peak: number;
}

async function measure(args: readonly string[], environment: Record<string, string>): Promise<Measured> {
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
function watchWaits(file: string): { end(): Promise<number> } {
  const stop = new AbortController();
  const longest = (async () => {
    const engine = await openSqlite(file);
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
