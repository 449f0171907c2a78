import type { Commands } from "../../src/cli/command-line.ts";
import { withRights } from "../../src/cli/rights/rights-command.ts";
import { withSignatures } from "../../src/cli/signatures/signature-command.ts";

/** The bot's commands that the page runs. The list of all would hold the playground itself. */
export const PAGE_COMMANDS: Commands = new Map([
  ["import", withSignatures(async () => (await import("../../src/cli/signatures/import.ts")).declareImport)],
  ["revoke", withSignatures(async () => (await import("../../src/cli/signatures/revoke.ts")).declareRevoke)],
  ["subject", withRights(async () => (await import("../../src/cli/rights/subject.ts")).declareSubject)],
  ["sweep", async () => (await import("../../src/cli/pulls/sweep.ts")).declareSweep],
  ["stats", withRights(async () => (await import("../../src/cli/stats.ts")).declareStats)],
]);
