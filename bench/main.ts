/** `npm run bench [name…]`: measures the bot's promises on loopback, and prints a table. */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { printResults, type Bench } from "./result.ts";

const BENCHES: ReadonlyMap<string, () => Promise<Bench>> = new Map([
  ["deliveries", async () => (await import("./deliveries.ts")).deliveries],
  ["import", async () => (await import("./import.ts")).importing],
  ["lookup", async () => (await import("./lookup.ts")).lookup],
  ["start", async () => (await import("./start.ts")).starting],
  ["sweep", async () => (await import("./sweep.ts")).sweeping],
  ["signing", async () => (await import("./signing.ts")).signing],
  ["pace", async () => (await import("./pace.ts")).pace],
]);

const USAGE = `npm run bench -- [${[...BENCHES.keys()].join("|")}]… [--quick] [--strict] [--signatures N]
  --quick         fewer rounds and rows
  --strict        exit with 1 when a goal is missed
  --signatures N  how many signatures the look-up is measured among (10000000)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    strict: { type: "boolean", default: false },
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
process.stdout.write(
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model ?? "an unknown processor"}, ${Math.round(totalmem() / 1e9)} GB, Node.js ${process.versions.node}\n`,
);
let missed = 0;
for (const name of positionals.length > 0 ? positionals : BENCHES.keys()) {
  process.stdout.write(`\n${name}\n`);
  const bench = await BENCHES.get(name)?.();
  const signatures = values.signatures === undefined ? null : Number(values.signatures);
  const results = (await bench?.({ quick: values.quick, signatures })) ?? [];
  process.stdout.write(printResults(results));
  missed += results.filter(({ met }) => met === false).length;
}
if (missed > 0) process.stdout.write(`\n${missed} goals missed\n`);
process.exitCode = values.strict && missed > 0 ? 1 : 0;
