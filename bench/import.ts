/** Signature files against the `sqlite3` shell's own `.import` of the same rows into a table with the same key. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inFolder } from "./folder.ts";
import { median, megabytes, type Bench, type Result } from "./result.ts";
import { environmentIn, writeRows, type Order } from "./signature-rows.ts";

const GOAL_TIMES = 3;
const GOAL_BYTES = 200e6;
const PROGRAM = fileURLToPath(new URL("../bin/countersign.js", import.meta.url));
const PEAK = new URL("report-peak.ts", import.meta.url).href;

export const importing: Bench = async ({ quick }) => {
  const results: Result[] = [];
  for (const rows of quick ? [100_000] : [500_000, 1_000_000])
    for (const order of ["in the key's order", "in any order"] as const)
      results.push(...(await inFolder((folder) => measure(folder, rows, order, quick ? 1 : 3))));
  return results;
};

async function measure(
  folder: string,
  rows: number,
  order: Order,
  rounds: number,
): Promise<readonly Result[]> {
  const file = join(folder, "signed.csv");
  await writeRows(file, rows, order);
  const own: { seconds: number; peak: number }[] = [];
  const shell: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    own.push(await inFolder((empty) => importFile(empty, file, rows)));
    const seconds = await inFolder(async (empty) => importByShell(empty, file, rows));
    if (seconds !== null) shell.push(seconds);
  }
  const seconds = median(own.map((one) => one.seconds));
  const peak = Math.max(...own.map((one) => one.peak));
  const ratio = seconds / median(shell);
  const name = `${rows.toLocaleString("en")} rows ${order}`;
  const results: Result[] = [
    {
      what: `${name}: peak memory`,
      measured: megabytes(peak),
      goal: `< ${megabytes(GOAL_BYTES)}`,
      met: peak < GOAL_BYTES,
    },
  ];
  const measured = `${seconds.toFixed(2)} s, ${Math.round(rows / seconds)} rows/s`;
  if (shell.length === 0)
    return [{ what: `${name} (no sqlite3 here to compare with)`, measured, goal: "", met: null }, ...results];
  return [
    {
      what: name,
      measured: `${measured}, ${ratio.toFixed(2)} × of .import's ${median(shell).toFixed(2)} s`,
      goal: `≤ ${GOAL_TIMES} ×`,
      met: ratio <= GOAL_TIMES,
    },
    ...results,
  ];
}

async function importFile(folder: string, file: string, rows: number) {
  const env = { ...process.env, ...(await environmentIn(folder)), NODE_OPTIONS: `--import=${PEAK}` };
  const started = performance.now();
  const child = spawn(process.execPath, [PROGRAM, "import", file, "--json"], {
    env,
    stdio: ["ignore", "pipe", "inherit", "pipe"],
  });
  const [output, peak] = await Promise.all([
    child.stdout?.toArray() ?? [],
    (child.stdio[3] as typeof child.stdout)?.toArray() ?? [],
    once(child, "exit"),
  ]);
  const seconds = (performance.now() - started) / 1_000;
  if (child.exitCode !== 0 || !Buffer.concat(output).includes(`"added": ${rows}`))
    throw new Error(`the import did not add ${rows} rows`);
  return { seconds, peak: Number(Buffer.concat(peak).toString()) };
}

/** Null if there is no `sqlite3`. */
function importByShell(folder: string, file: string, rows: number): number | null {
  const database = join(folder, "shell.db");
  const script = [
    "CREATE TABLE signature (host TEXT, account INTEGER, agreement TEXT, version TEXT, signed_at TEXT, PRIMARY KEY (agreement, host, account, version)) WITHOUT ROWID;",
    ".mode csv",
    `.import --skip 1 ${file} signature`,
    "SELECT count(*) FROM signature;",
  ].join("\n");
  const started = performance.now();
  const { error, stdout } = spawnSync("sqlite3", [database], { input: script, encoding: "utf8" });
  const seconds = (performance.now() - started) / 1_000;
  if (error !== undefined) return null;
  if (Number(stdout) !== rows) throw new Error("the sqlite3 shell did not import the rows");
  return seconds;
}
