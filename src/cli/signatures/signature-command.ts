import type { Command } from "commander";
import type { Declare } from "../command-line.ts";
import type { OpenSignatures } from "../context.ts";

/** A command about signatures opens no more than it needs, and only once its arguments are known to be right. */
export function withSignatures(
  load: () => Promise<(program: Command, open: OpenSignatures) => void>,
): () => Promise<Declare> {
  return async () => {
    const declare = await load();
    return (program, console) =>
      declare(program, async (intent) => (await import("../opened.ts")).openSignatures(console, intent));
  };
}
