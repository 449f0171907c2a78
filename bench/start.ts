/**
 * Measures how soon `countersign serve` of the built package is ready: for the first time on a machine, and with its
 * modules compiled before, as the image contains them. Then its memory when idle, with the image's settings.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startHosts } from "../playground/stage.ts";
import { inFolder } from "./folder.ts";
import { median, megabytes, type Bench, type Result } from "./result.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const MEMORY = Object.fromEntries(
  readFileSync(new URL("../Dockerfile", import.meta.url), "utf8")
    .matchAll(/(MALLOC_\w+)=(\d+)/g)
    .map(([, name, value]) => [name, value]),
);
const GOAL_SECONDS = 1;
const GOAL_BYTES = 110e6;
/** Eight seconds after its first collection, V8 gives back what an idle process does not need (`src/cli/serve.ts`). */
const IDLE_MS = 15_000;

export const starting: Bench = ({ quick }) =>
  inFolder(async (folder) => {
    const program = buildIn(folder);
    const first: Start[] = [];
    const later: Start[] = [];
    for (let round = 0; round < (quick ? 2 : 5); round += 1) {
      // A folder without compiled modules and a database, as on a machine that never ran it.
      const NODE_COMPILE_CACHE = join(folder, `compiled-${round}`);
      const hosts = await startHosts();
      const env = { PATH: process.env["PATH"], ...MEMORY, ...hosts.variables, NODE_COMPILE_CACHE };
      try {
        first.push(await start(program, env, 0));
        later.push(await start(program, env, IDLE_MS));
      } finally {
        await hosts.stop();
      }
    }
    const bytes = median(later.map(({ resident }) => resident));
    return [
      time("from the first start to /readyz, nothing compiled", first),
      time("from the start to /readyz, modules compiled before", later),
      {
        what: "resident when idle",
        measured: megabytes(bytes),
        goal: `< ${megabytes(GOAL_BYTES)}`,
        met: bytes < GOAL_BYTES,
      },
    ];
  });

interface Start {
  readonly seconds: number;
  /** In bytes. */
  readonly resident: number;
}

/** @returns the package's program */
function buildIn(folder: string): string {
  execFileSync(process.execPath, [join(ROOT, "tools/build.js")]);
  for (const part of ["bin", "db", "dist", "package.json"])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return join(folder, "bin/countersign.js");
}

/** @param idle how long it is left idle before its memory is read, in milliseconds */
async function start(program: string, env: NodeJS.ProcessEnv, idle: number): Promise<Start> {
  const started = performance.now();
  const child = spawn(process.execPath, [program, "serve"], { env, stdio: "ignore" });
  while (!(await isReady(Number(env["PORT"])))) await sleep(5);
  const seconds = (performance.now() - started) / 1_000;
  await sleep(idle);
  const resident = residentOf(child.pid ?? 0);
  child.kill();
  await once(child, "exit");
  return { seconds, resident };
}

function time(what: string, starts: readonly Start[]): Result {
  const seconds = median(starts.map((one) => one.seconds));
  return {
    what,
    measured: `${seconds.toFixed(2)} s`,
    goal: `< ${GOAL_SECONDS} s`,
    met: seconds < GOAL_SECONDS,
  };
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}

function residentOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1024;
}
