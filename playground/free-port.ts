import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the ports that systems assign automatically (from 32768 on Linux), so that nothing takes it meanwhile. */
const FIRST = 12_000;
const LAST = 32_000;
const TRIES = 50;

/** A free port on loopback, for a server whose address must be known before it starts. */
export async function freePort(): Promise<number> {
  for (let left = TRIES; left > 0; left -= 1) {
    const port = randomInt(FIRST, LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${FIRST} to ${LAST} is free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
