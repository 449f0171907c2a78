/** `npm run bench [name…]`: measures the bot's promises on loopback, and prints a table. */
import { execFileSync } from "node:child_process";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { VERSION } from "../src/bot/version.ts";
import { printResults, valuesOf, type Bench, type Result, type Value } from "./result.ts";

const BENCHES: ReadonlyMap<string, () => Promise<Bench>> = new Map([
  ["deliveries", async () => (await import("./deliveries.ts")).deliveries],
  ["import", async () => (await import("./import.ts")).importing],
  ["lookup", async () => (await import("./lookup.ts")).lookup],
  ["size", async () => (await import("./size.ts")).size],
  ["start", async () => (await import("./start.ts")).starting],
  ["raise", async () => (await import("./raise.ts")).raise],
  ["sweep", async () => (await import("./sweep.ts")).sweeping],
  ["signing", async () => (await import("./signing.ts")).signing],
  ["memory", async () => (await import("./memory.ts")).memory],
  ["backlog", async () => (await import("./backlog.ts")).backlog],
  ["pace", async () => (await import("./pace.ts")).pace],
]);

const USAGE = `npm run bench -- [${[...BENCHES.keys()].join("|")}]… [--quick] [--strict] [--json] [--signatures N]
  --quick         fewer rounds and rows
  --strict        exit with 1 when a goal is missed
  --json          print one JSON object, to compare versions
  --signatures N  how many signatures the lookup and the size are measured among (10000000)
`;

const { values, positionals } = readOptions();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const signatures = values.signatures === undefined ? null : Number(values.signatures);
if (signatures !== null && !(Number.isSafeInteger(signatures) && signatures > 0))
  misunderstood(`--signatures needs a whole number above zero, not ${values.signatures}`);
const unknown = positionals.filter((name) => !BENCHES.has(name));
if (unknown.length > 0) misunderstood(`there is no bench ${unknown.join(", ")}`);

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: "boolean", default: false },
        strict: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        signatures: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    return misunderstood(error instanceof Error ? error.message : "the options were not understood");
  }
}

function misunderstood(why: string): never {
  process.stderr.write(`bench: ${why}\n${USAGE}`);
  process.exit(2);
}

/** The commit that is measured; null outside a clone. */
function commitOf(): string | null {
  try {
    const stdio = ["ignore", "pipe", "ignore"] as const;
    const git = (...args: string[]) =>
      execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8", stdio: [...stdio] }).trim();
    return git("rev-parse", "HEAD") + (git("status", "--porcelain", "-uno") === "" ? "" : "-changed");
  } catch {
    return null;
  }
}

const [cpu] = cpus();
const machine = {
  date: new Date().toISOString().slice(0, 10),
  processors: cpus().length,
  processor: cpu?.model ?? "an unknown processor",
  memory_gb: Math.round(totalmem() / 1e9),
  node: process.versions.node,
  load_average: Math.round((loadavg()[0] ?? 0) * 100) / 100,
};
/** Prints for a person; with --json only the object at the end is printed. */
function say(text: string): void {
  if (!values.json) process.stdout.write(text);
}
say(
  `${machine.date}, ${machine.processors} × ${machine.processor}, ${machine.memory_gb} GB, Node.js ${machine.node}\n`,
);
let missed = 0;
const measured: (Result & { readonly bench: string; readonly values: readonly Value[] })[] = [];
for (const name of positionals.length > 0 ? positionals : BENCHES.keys()) {
  say(`\n${name}\n`);
  const bench = await BENCHES.get(name)?.();
  const results = (await bench?.({ quick: values.quick, signatures })) ?? [];
  say(printResults(results));
  measured.push(...results.map((result) => ({ bench: name, ...result, values: valuesOf(result.measured) })));
  missed += results.filter(({ met }) => met === false).length;
}
if (missed > 0) say(`\n${missed} goals missed\n`);
if (values.json)
  process.stdout.write(
    `${JSON.stringify({ ...machine, version: VERSION, commit: commitOf(), quick: values.quick, signatures, results: measured })}\n`,
  );
process.exitCode = values.strict && missed > 0 ? 1 : 0;
