import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { printTrace, traceOf } from "../bot/trace.ts";
import { VERSION } from "../bot/version.ts";
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";

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
if (existsSync(".env")) {
  try {
    // Not process.loadEnvFile: a byte order mark, with which Windows begins files, would end up in the first name.
    const text = readFileSync(".env", "utf8").replace(/^\uFEFF/, "");
    for (const [name, value] of Object.entries(parseEnv(text))) process.env[name] ??= value;
  } catch {
    stderr.write("countersign: .env is there and can't be read: check who may read it\n");
  }
}
process.exitCode = await runCommandLine(
  process.argv.slice(2),
  COMMANDS,
  { variables: process.env, stdin, stdout, stderr },
  VERSION,
);
