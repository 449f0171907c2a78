import type { Commands } from "./command-line.ts";
import { withRights } from "./rights/rights-command.ts";
import { withSignatures } from "./signatures/signature-command.ts";

/** All commands. Each one is loaded only when it is named or when all are listed. */
export const COMMANDS: Commands = new Map([
  ["serve", async () => (await import("./serve.ts")).declareServe],
  ["playground", async () => (await import("./playground.ts")).declarePlayground],
  ["import", withSignatures(async () => (await import("./signatures/import.ts")).declareImport)],
  ["export", withSignatures(async () => (await import("./signatures/export.ts")).declareExport)],
  ["revoke", withSignatures(async () => (await import("./signatures/revoke.ts")).declareRevoke)],
  ["subject", withRights(async () => (await import("./rights/subject.ts")).declareSubject)],
  ["agreement", withRights(async () => (await import("./agreements/agreement.ts")).declareAgreement)],
  ["entity", withRights(async () => (await import("./agreements/entity.ts")).declareEntity)],
  ["audit", withRights(async () => (await import("./rights/audit.ts")).declareAudit)],
  ["migrate", async () => (await import("./database/migrate.ts")).declareMigrate],
  ["backup", async () => (await import("./database/backup.ts")).declareBackup],
  ["restore", async () => (await import("./database/restore.ts")).declareRestore],
  ["stats", withRights(async () => (await import("./stats.ts")).declareStats)],
  ["setup", async () => (await import("./setup/setup.ts")).declareSetup],
  ["config", async () => (await import("./config-check.ts")).declareConfig],
  ["doctor", async () => (await import("./doctor.ts")).declareDoctor],
  ["onboard", async () => (await import("./pulls/onboard.ts")).declareOnboard],
  ["check", async () => (await import("./pulls/check.ts")).declareCheck],
  ["waiver", async () => (await import("./pulls/waiver.ts")).declareWaiver],
  ["sweep", async () => (await import("./pulls/sweep.ts")).declareSweep],
  ["completion", async () => (await import("./completion.ts")).declareCompletion(COMMANDS)],
]);
