import type { Command } from "commander";
import type { Commands, Declare } from "./command-line.ts";
import type { OpenSignatures } from "./context.ts";

/** Every command, each loaded only when it is named or when all are listed. */
export const COMMANDS: Commands = new Map([
  ["serve", async () => (await import("./serve.ts")).declareServe],
  ["playground", async () => (await import("./playground.ts")).declarePlayground],
  ["import", withSignatures(async () => (await import("./import.ts")).declareImport)],
  ["export", withSignatures(async () => (await import("./export.ts")).declareExport)],
  ["revoke", withSignatures(async () => (await import("./revoke.ts")).declareRevoke)],
  ["check", async () => (await import("./check.ts")).declareCheck],
  ["sweep", async () => (await import("./sweep.ts")).declareSweep],
]);

/** A command about signatures opens no more than it needs, and only once its arguments are known to be right. */
function withSignatures(
  load: () => Promise<(program: Command, open: OpenSignatures) => void>,
): () => Promise<Declare> {
  return async () => {
    const declare = await load();
    return (program, console) =>
      declare(program, async () => (await import("./open.ts")).openSignatures(console));
  };
}
