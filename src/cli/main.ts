import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";

enableCompileCache();

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
