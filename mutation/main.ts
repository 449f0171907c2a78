/**
 * Mutation testing: changes the code of a room at thousands of places, one at a time, and counts the changes that the
 * room's tests notice. Stryker's instrumenter makes the changes; all of them run in one process, so that a room takes
 * minutes.
 *
 *     npm run mutation [-- --room verdict|records|check|queue] [--files src/verdict/patch.ts,…]
 *
 * Prints each change that no test notices. Ends with 1 if less than 85% are noticed, or if a test fails without a change:
 * what such a test noticed does not count.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { ROOMS } from "./rooms.ts";

const ENOUGH = 85;
/** A test run in which nothing happens for so long runs in a circle, in milliseconds. */
const PATIENCE = 60_000;

interface Mutant {
  readonly id: string;
  readonly fileName: string;
  readonly mutatorName: string;
  readonly replacement: string;
  readonly location: { readonly start: { readonly line: number; readonly column: number } };
}

const { values } = parseArgs({ options: { room: { type: "string" }, files: { type: "string" } } });
const rooms = ROOMS.filter(({ name }) => values.room === undefined || values.room === name);
if (rooms.length === 0) {
  process.stderr.write(`mutation: --room: expected one of ${ROOMS.map(({ name }) => name).join(", ")}\n`);
  process.exit(2);
}

const vitest = createRequire(import.meta.url)
  .resolve("vitest/package.json")
  .replace(/package\.json$/, "vitest.mjs");
let [allNoticed, all] = [0, 0];
let isBroken = false;
for (const { name } of rooms) {
  const folder = `coverage/mutation/${name}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const env = {
    ...process.env,
    MUTATION_ROOM: name,
    MUTATION_FOLDER: folder,
    ...(values.files === undefined ? {} : { MUTATION_FILES: values.files }),
  };
  await run({ ...env, MUTATION_PHASE: "reach" }, null);
  while (!(await run({ ...env, MUTATION_PHASE: "kill" }, `${folder}/turns.log`)));
  const read = (file: string): unknown => JSON.parse(readFileSync(`${folder}/${file}`, "utf8"));
  const broken = read("broken.json") as readonly { readonly name: string; readonly why: string }[];
  for (const one of broken)
    process.stderr.write(`mutation: ${name}: a test fails without a change: ${one.name}: ${one.why}\n`);
  isBroken ||= broken.length > 0;
  const reached = new Set(Object.values(read("reached.json") as Record<string, readonly string[]>).flat());
  const loaded = new Set(read("loaded.json") as readonly string[]);
  const turns = existsSync(`${folder}/turns.log`) ? readFileSync(`${folder}/turns.log`, "utf8") : "";
  // What a test that also fails without a change has noticed does not count.
  const unsure = new Set(broken.map((one) => JSON.stringify(one.name)));
  const noticed = new Set(
    [...turns.matchAll(/^(\d+): (.*)$/gm)].flatMap(([, id, by = ""]) => (unsure.has(by) ? [] : [id])),
  );
  const mutants = read("mutants.json") as readonly Mutant[];
  // A change in what runs only once, when a file is loaded, can't be switched on. One that no test reaches counts.
  const counted = mutants.filter(({ id }) => reached.has(id) || !loaded.has(id));
  const survivors = counted.filter(({ id }) => !noticed.has(id));
  for (const { id, fileName, location, mutatorName, replacement } of survivors) {
    const path = relative(process.cwd(), fileName);
    const { line, column } = location.start;
    const change = replacement.replaceAll(/\s+/g, " ").slice(0, 120);
    const how = reached.has(id) ? "" : " (no test reaches it)";
    process.stdout.write(`${path}:${line + 1}:${column + 1}: ${mutatorName}: ${change}${how}\n`);
  }
  say(name, counted.length - survivors.length, counted.length);
  allNoticed += counted.length - survivors.length;
  all += counted.length;
}
if (rooms.length > 1) say("all", allNoticed, all);
process.exitCode = !isBroken && all > 0 && (100 * allNoticed) / all >= ENOUGH ? 0 : 1;

/**
 * Runs the room's tests. A change at which they hang is noticed, and they are ended.
 * @param turns the file that tells which change has its turn; null: no change has
 * @returns whether they came to their end
 */
async function run(env: NodeJS.ProcessEnv, turns: string | null): Promise<boolean> {
  const words = [vitest, "run", "--config", "mutation/vitest.config.ts"];
  // A group of its own, so that its workers end with it.
  const child = spawn(process.execPath, words, {
    env,
    detached: true,
    stdio: ["ignore", "ignore", "inherit"],
  });
  let hangs = false;
  const timer = setInterval(() => {
    if (turns === null || !existsSync(turns) || Date.now() - statSync(turns).mtimeMs < PATIENCE) return;
    hangs = true;
    const last = readFileSync(turns, "utf8").trimEnd().split("\n").at(-1)?.split(/[: ]/)[0];
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    appendFileSync(turns, `${last}: hangs\n`);
  }, 1_000);
  await once(child, "exit");
  clearInterval(timer);
  return !hangs;
}

function say(name: string, noticed: number, of: number): void {
  process.stdout.write(
    `${name}: ${noticed} of ${of} changes noticed, ${((100 * noticed) / of).toFixed(1)}%\n`,
  );
}
