import { PassThrough } from "node:stream";
import type { Variables } from "../src/bot/environment.ts";
import { runCommandLine, type Commands, type Console } from "../src/cli/command-line.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command on the stage's database and hosts, as an admin would beside the running bot: in this process, without
 * the time that a start takes.
 */
export async function runHere(
  commands: Commands,
  variables: Variables,
  args: readonly string[],
): Promise<Ran> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const texts = [stdout, stderr].map(async (stream) => Buffer.concat(await stream.toArray()).toString());
  const stdin = new PassThrough();
  stdin.end();
  const console = { variables, stdin, stdout, stderr } as unknown as Console;
  const code = await runCommandLine(args, commands, console, "1.2.3");
  stdout.end();
  stderr.end();
  const [out = "", errors = ""] = await Promise.all(texts);
  return { code, stdout: out, stderr: errors };
}
