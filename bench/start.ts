/** Measures how soon `countersign serve` is ready, and its memory when idle, with the image's settings of the memory. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startHosts } from "../playground/stage.ts";
import { median, megabytes, type Bench } from "./result.ts";

const PROGRAM = fileURLToPath(new URL("../bin/countersign.js", import.meta.url));
const MEMORY = Object.fromEntries(
  readFileSync(new URL("../Dockerfile", import.meta.url), "utf8")
    .matchAll(/(MALLOC_\w+)=(\d+)/g)
    .map(([, name, value]) => [name, value]),
);
const GOAL_SECONDS = 1;
const GOAL_BYTES = 110e6;

export const starting: Bench = async ({ quick }) => {
  const hosts = await startHosts();
  const seconds: number[] = [];
  const resident: number[] = [];
  try {
    for (let round = 0; round < (quick ? 2 : 7); round += 1) {
      const env = { PATH: process.env["PATH"], ...MEMORY, ...hosts.variables };
      const started = performance.now();
      const child = spawn(process.execPath, [PROGRAM, "serve"], { env, stdio: "ignore" });
      while (!(await isReady(Number(hosts.variables["PORT"])))) await sleep(5);
      // The first start creates the database and compiles the modules for the later ones.
      if (round > 0) seconds.push((performance.now() - started) / 1_000);
      await sleep(quick ? 2_000 : 5_000);
      resident.push(residentOf(child.pid ?? 0));
      child.kill();
      await once(child, "exit");
    }
  } finally {
    await hosts.stop();
  }
  const [time, bytes] = [median(seconds), median(resident)];
  return [
    {
      what: "from the start to /readyz",
      measured: `${time.toFixed(2)} s`,
      goal: `< ${GOAL_SECONDS} s`,
      met: time < GOAL_SECONDS,
    },
    {
      what: "resident when idle",
      measured: megabytes(bytes),
      goal: `< ${megabytes(GOAL_BYTES)}`,
      met: bytes < GOAL_BYTES,
    },
  ];
};

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
