/** The thread that watches a fuzz test; see `startWatchdog`. */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import type { Shared } from "./rounds.ts";

/** The seconds without a new text after which a test is ended. */
const PATIENCE = Number(process.env["FUZZ_PATIENCE"] ?? 60);

const { count, told } = workerData as Shared;
let seen = -1;
// Counted instead of measured, so that a machine that stood still ends nothing.
let still = 0;
setInterval(() => {
  const now = Atomics.load(count, 0);
  still = now === seen ? still + 1 : 0;
  seen = now;
  if (still < PATIENCE) return;
  const text = new TextDecoder().decode(told.slice(0, Atomics.load(count, 1)));
  writeSync(2, `fuzz: for ${PATIENCE} seconds there was no answer for ${JSON.stringify(text)}\n`);
  process.kill(process.pid, "SIGKILL");
}, 1_000);
