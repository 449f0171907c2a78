/**
 * app-cla-server (opensourceways/app-cla-server, signing/infrastructure/repositoryimpl/individual_signing_do.go and
 * employee_signing_do.go): it identifies people only by email address, which does not prove an account.
 */
import { refused, type Tool } from "./tool.ts";

const FAULT =
  "app-cla-server knows people by their email address alone, which is no evidence of an account: nothing of it can be " +
  "imported; ask its signers to sign again, on the agreement's page or by comment";

export const appClaServer: Tool = {
  name: "app-cla-server",
  recognizes: (keys) => keys.has("claid") && (keys.has("linkid") || keys.has("lang") || keys.has("domain")),
  lacks: () => FAULT,
  read: () => refused(null, FAULT),
  reads: new Set(),
  versionsAreDigests: false,
};
