import type { Command } from "commander";
import type { Declare } from "../command-line.ts";
import type { OpenSignatures } from "../context.ts";

/** Runs a command about signatures. It opens only what it needs, after its arguments are checked. */
export function withSignatures(
  load: () => Promise<(program: Command, open: OpenSignatures) => void>,
): () => Promise<Declare> {
  return async () => {
    const declare = await load();
    return (program, console) =>
      declare(program, async (intent) => (await import("../opened.ts")).openRights(console, intent));
  };
}
