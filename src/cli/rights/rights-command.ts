import type { Command } from "commander";
import type { Declare } from "../command-line.ts";
import type { OpenRights } from "./rights-context.ts";

/** A command about rights opens no more than it needs, and only once its arguments are known to be right. */
export function withRights(
  load: () => Promise<(program: Command, open: OpenRights) => void>,
): () => Promise<Declare> {
  return async () => {
    const declare = await load();
    return (program, console) =>
      declare(program, async (intent) => (await import("../opened.ts")).openRights(console, intent));
  };
}
