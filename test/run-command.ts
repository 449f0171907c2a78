import { runHere, type Ran } from "../playground/command.ts";
import type { Variables } from "../src/bot/environment.ts";
import { COMMANDS } from "../src/cli/commands.ts";

export type { Ran };

/** Runs any command on the stage's database and hosts, in this process. */
export function run(variables: Variables, args: readonly string[]): Promise<Ran> {
  return runHere(COMMANDS, variables, args);
}
