import { printTrace, traceOf } from "../bot/trace.ts";
import { VERSION } from "../bot/version.ts";
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";
import { readEnvFile } from "./env-file.ts";
import { boundYoungSpace } from "./young-space.ts";

const { stdin, stdout, stderr } = process;
// The reader of a pipe may stop early. The command still does its work to the end.
for (const stream of [stdout, stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
// Node.js would print the whole error, and its message may quote personal data.
process.on("uncaughtException", (error) => {
  stderr.write(`countersign: this is a bug, please report it: ${printTrace(traceOf(error))}`);
  process.exit(1);
});
// As in Probot, so that .env files of its users work unchanged. Variables that are already set take precedence.
const { variables, fault } = readEnvFile(".");
for (const [name, value] of Object.entries(variables)) process.env[name] ??= value;
if (fault !== null) stderr.write(`countersign: .env: ${fault}\n`);
boundYoungSpace();
process.exitCode = await runCommandLine(
  process.argv.slice(2),
  COMMANDS,
  { variables: process.env, stdin, stdout, stderr },
  VERSION,
);
