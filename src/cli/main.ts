import { readFileSync } from "node:fs";
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";
import { printTrace, traceOf } from "../bot/trace.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const { stdin, stdout, stderr } = process;
// Whoever reads a pipe may have seen enough; what a command does is done to its end all the same.
for (const stream of [stdout, stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
// Node.js would print a bug whole, with whatever its message quotes.
process.on("uncaughtException", (error) => {
  stderr.write(`countersign: met a bug, please report it: ${printTrace(traceOf(error))}`);
  process.exit(1);
});
process.exitCode = await runCommandLine(
  process.argv.slice(2),
  COMMANDS,
  { variables: process.env, stdin, stdout, stderr },
  version,
);
