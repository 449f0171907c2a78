/** `npm run bench [name…]`: measures the bot's promises on loopback, and prints a table. */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { VERSION } from "../src/bot/version.ts";
import { printResults, type Bench } from "./result.ts";

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

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    signatures: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const unknown = positionals.filter((name) => !BENCHES.has(name));
if (values.help || unknown.length > 0) {
  process.stdout.write(USAGE);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const [cpu] = cpus();
const machine = {
  date: new Date().toISOString().slice(0, 10),
  processors: cpus().length,
  processor: cpu?.model ?? "an unknown processor",
  memory_gb: Math.round(totalmem() / 1e9),
  node: process.versions.node,
};
/** Prints for a person; with --json only the object at the end is printed. */
function say(text: string): void {
  if (!values.json) process.stdout.write(text);
}
say(
  `${machine.date}, ${machine.processors} × ${machine.processor}, ${machine.memory_gb} GB, Node.js ${machine.node}\n`,
);
let missed = 0;
const measured: { bench: string; what: string; measured: string; goal: string; met: boolean | null }[] = [];
for (const name of positionals.length > 0 ? positionals : BENCHES.keys()) {
  say(`\n${name}\n`);
  const bench = await BENCHES.get(name)?.();
  const signatures = values.signatures === undefined ? null : Number(values.signatures);
  const results = (await bench?.({ quick: values.quick, signatures })) ?? [];
  say(printResults(results));
  measured.push(...results.map((result) => ({ bench: name, ...result })));
  missed += results.filter(({ met }) => met === false).length;
}
if (missed > 0) say(`\n${missed} goals missed\n`);
if (values.json)
  process.stdout.write(`${JSON.stringify({ ...machine, version: VERSION, results: measured })}\n`);
process.exitCode = values.strict && missed > 0 ? 1 : 0;
