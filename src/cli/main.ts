import { readFileSync } from "node:fs";
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const { stdin, stdout, stderr } = process;
process.exitCode = await runCommandLine(
  process.argv.slice(2),
  COMMANDS,
  { variables: process.env, stdin, stdout, stderr },
  version,
);
