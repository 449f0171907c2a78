/** Marks one pull request after another in the given database, and prints each number once it is stored. */
import { writeSync } from "node:fs";
import { openSqlite } from "../../src/sqlite/open.ts";
import { mark, pullRef } from "../ports/engine-scene.ts";

const [, , file = ""] = process.argv;
const engine = await openSqlite(file, { now: () => 0, serving: true });
let last = 0;

async function markOn(): Promise<never> {
  for (;;) {
    const number = ++last;
    await engine.queue.mark([mark(pullRef(number))]);
    writeSync(1, `${number}\n`);
  }
}

await Promise.all(Array.from({ length: 8 }, () => markOn()));
