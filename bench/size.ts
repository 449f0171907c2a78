/**
 * What commands cost among ten million signatures, on SQLite and on a PostgreSQL of the system, while a bot serves from
 * the same database: their time and peak memory, how long another process waits for the database while a whole list is
 * replaced, or loaded at first, and how long the bot's event loop is blocked.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startHosts, type StageHosts } from "../playground/stage.ts";
import { accountOf } from "../src/account.ts";
import { pullTask } from "../src/ports/queue.ts";
import type { Engine } from "../src/ports/engine.ts";
import { openPostgres } from "../src/postgres/open.ts";
import { openSqlite } from "../src/sqlite/open.ts";
import { serve, type Served } from "../test/whole-way/serve-process.ts";
import { inFolder } from "./folder.ts";
import { fill } from "./lookup.ts";
import { megabytes, type Bench, type Result } from "./result.ts";
import { withPostgres } from "./postgres.ts";
import { accountNumber, environmentIn, RANGE, STEP } from "./signature-rows.ts";

const GOAL_BYTES = 200e6;
const GOAL_STATS = 1;
const GOAL_WAIT = 1;
/** For the event loop, in milliseconds. */
const GOAL_BLOCK = 100;
const PROGRAM = fileURLToPath(new URL("../bin/countersign.js", import.meta.url));
const PEAK = new URL("report-peak.ts", import.meta.url).href;
const LOOP = new URL("report-loop.ts", import.meta.url).href;

/** Rows of a first import into an empty database. */
const FIRST = 1_000_000;

export const size: Bench = async ({ quick, signatures }) => {
  const count = signatures ?? (quick ? 1_000_000 : 10_000_000);
  return [
    ...(await inFolder(async (folder) => {
      const file = join(folder, "countersign.db");
      await (await openSqlite(file)).close();
      fill(file, count);
      return measureAll("SQLite", { folder, count, url: `file:${file}`, open: () => openSqlite(file) });
    })),
    ...(await withPostgres(async ({ folder, url, query }) => {
      await (await openPostgres(url)).close();
      await query(`INSERT INTO signature (agreement, host, account, version, signed_at, evidence)
SELECT 'icla', 'github', ((at * ${STEP}) % ${RANGE} + 1) * 2, '1.0', 1740787200000, 'import'
FROM generate_series(0, ${count - 1}::bigint) AS at`);
      await query("ANALYZE");
      return measureAll("PostgreSQL", { folder, count, url, open: () => openPostgres(url) });
    })),
    ...(await inFolder(firstImport)),
  ];
};

interface Filled {
  readonly folder: string;
  /** The stored signatures. */
  readonly count: number;
  /** The database's. */
  readonly url: string;
  readonly open: () => Promise<Engine>;
}

async function measureAll(
  engine: "SQLite" | "PostgreSQL",
  { folder, count, url, open }: Filled,
): Promise<readonly Result[]> {
  const [some, all] = [join(folder, "some.csv"), join(folder, "all.csv")];
  const rows = Math.round(count * 0.03);
  await writeList(some, count - rows / 2, count + rows / 2);
  await writeList(all, count * 0.001, count + rows / 2);
  const hosts = await startHosts({ variables: { DATABASE_URL: url } });
  const results: Result[] = [];
  const among = `among ${count.toLocaleString("en")} signatures on ${engine}`;
  const add = (result: Result): void => {
    // A run takes long, so each is shown when it is known.
    process.stderr.write(`  ${result.what}: ${result.measured}\n`);
    results.push(result);
  };
  const run = async (what: string, args: readonly string[], goal: number | null = null): Promise<void> => {
    const { seconds, peak } = await measure(args, hosts.variables);
    add({
      what: `${what} ${among}`,
      measured: `${seconds.toFixed(2)} s, ${megabytes(peak)}`,
      goal: `< ${megabytes(GOAL_BYTES)}${goal === null ? "" : `, < ${goal} s`}`,
      met: peak < GOAL_BYTES && (goal === null || seconds < goal),
    });
  };
  await run("stats", ["stats", "--json"], GOAL_STATS);
  const bot = await startBusyBot(hosts);
  try {
    await run(`import of ${rows.toLocaleString("en")} rows, half of them known,`, ["import", some]);
    bot.startWaiting();
    await run("import --replace of the whole list", ["import", all, "--replace", "--yes"]);
    add(waitOf("longest wait of a delivery meanwhile", bot.longestWait()));
    await run("export", ["export"]);
    // PostgreSQL has its own tools for that.
    if (engine === "SQLite") await run("backup", ["backup", join(folder, "copy.db")]);
    await run("audit verify", ["audit", "verify"]);
    await run("subject erase", ["subject", "erase", `github:${accountNumber(count / 2) * 2}`, "--yes"]);
    add(blockOf(`the event loop of a bot that serves during all this ${among}`, bot.longestBlock()));
    add(
      blockOf(
        `the event loop during a person's rights and the night's work ${among}`,
        await ownBlock(open, count),
      ),
    );
  } finally {
    await bot.end();
    await hosts.stop();
  }
  return results;
}

/** A bot that checks a pull request again and again, and whose metrics are read. */
async function startBusyBot(hosts: StageHosts) {
  const served = await serve(hosts, { NODE_OPTIONS: `--import=${LOOP}`, LOG_LEVEL: "error" });
  const { github } = hosts;
  const hello = github.repository({ owner: "octo", name: "hello" });
  const { head } = hello.openPull({ opener: github.user({ login: "alice" }) });
  while (hello.statusesOf(head.sha).length === 0) await sleep(20);
  const opened = github.deliveries.log.find(({ event }) => event === "pull_request");
  if (opened === undefined) throw new Error("GitHub delivered nothing about an opened pull request");
  const waits = watchWaits(() => github.deliveries.redeliver(opened));
  const scrapes = setInterval(() => void fetch(`${served.url}/metrics`).catch(() => {}), 2_000);
  // What the start itself costs is another bench's.
  const from = served.lines.length;
  return {
    startWaiting: () => waits.forget(),
    longestWait: () => waits.longest(),
    longestBlock: () => longestBlock(served, from),
    async end() {
      clearInterval(scrapes);
      await waits.end();
      await served.end("SIGTERM");
    },
  };
}

/** In milliseconds. */
function longestBlock({ lines }: Served, from: number): number {
  const told = lines.slice(from).filter((line) => line.startsWith("loop "));
  return Math.max(...told.map((line) => Number(line.slice("loop ".length))));
}

/** What pages and scheduled jobs make the database do, in this process. @returns in milliseconds */
async function ownBlock(open: () => Promise<Engine>, count: number): Promise<number> {
  const engine = await open();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  for (let at = 0; at < 3; at += 1) {
    const account = accountOf("github", accountNumber(count / 4 + at) * 2);
    await engine.subjects.held(account);
    await engine.subjects.restrict(account, "page");
    await engine.subjects.unrestrict(account, "page");
    await engine.subjects.withdraw(account, "icla", "page");
    await engine.subjects.erase(account, "page");
  }
  await engine.subjects.finishErasures();
  await engine.sessions.tidy(Date.now());
  await engine.signatures.count();
  await engine.due();
  await engine.tidy();
  await sleep(20);
  delay.disable();
  await engine.close();
  return delay.max / 1e6;
}

/** All rows of a first import become visible together, so the database is locked while they are applied. */
async function firstImport(folder: string): Promise<readonly Result[]> {
  const environment = await environmentIn(folder);
  const file = join(folder, "countersign.db");
  const list = join(folder, "first.csv");
  await writeList(list, 0, FIRST);
  const task = pullTask({ host: "github", repository: 1, number: 1 });
  const engine = await openSqlite(file, { serving: true });
  const waits = watchWaits(() => engine.queue.mark([{ task, route: null }]));
  const { seconds } = await measure(["import", list], environment);
  await waits.end();
  await engine.close();
  const longest = waits.longest();
  const what = `longest wait of a delivery during a first import of ${FIRST.toLocaleString("en")} rows (${seconds.toFixed(1)} s)`;
  return [{ what, measured: `${longest.toFixed(2)} s`, goal: "", met: null }];
}

function waitOf(what: string, longest: number): Result {
  return { what, measured: `${longest.toFixed(2)} s`, goal: `< ${GOAL_WAIT} s`, met: longest < GOAL_WAIT };
}

function blockOf(what: string, longest: number): Result {
  return {
    what,
    measured: `blocked for ${Math.round(longest)} ms at most`,
    goal: `< ${GOAL_BLOCK} ms`,
    met: longest < GOAL_BLOCK,
  };
}

interface Measured {
  readonly seconds: number;
  /** In bytes. */
  readonly peak: number;
}

export async function measure(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
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

interface Waits {
  /** In seconds, since the last `forget`. */
  longest(): number;
  forget(): void;
  end(): Promise<void>;
}

/** Does something twenty times a second. */
function watchWaits(work: () => Promise<unknown>): Waits {
  const stop = new AbortController();
  let longest = 0;
  const ended = (async () => {
    while (!stop.signal.aborted) {
      const started = performance.now();
      await work();
      longest = Math.max(longest, (performance.now() - started) / 1_000);
      await sleep(50);
    }
  })();
  return {
    longest: () => longest,
    forget: () => {
      longest = 0;
    },
    end: async () => {
      stop.abort();
      await ended;
    },
  };
}
