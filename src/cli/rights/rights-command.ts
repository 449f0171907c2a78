import type { Command } from "commander";
import type { Declare } from "../command-line.ts";
import type { OpenRights } from "./rights-context.ts";

/** Runs a command about rights. It opens only what it needs, after its arguments are checked. */
export function withRights(
  load: () => Promise<(program: Command, open: OpenRights) => void>,
): () => Promise<Declare> {
  return async () => {
    const declare = await load();
    return (program, console) =>
      declare(program, async (intent) => (await import("../opened.ts")).openRights(console, intent));
  };
}
