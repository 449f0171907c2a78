import type { Capabilities } from "../ports/host.ts";
import { POLICY_PATH } from "./traffic/marks.ts";

/** @param webUrl the server's address, without a trailing slash */
export function gitHubCapabilities(webUrl: string): Capabilities {
  return {
    reportByDefault: "status",
    labelsByDefault: false,
    coauthorsByDefault: "require",
    statuses: true,
    sharedHeads: true,
    resolvesCoauthors: true,
    wellKnownBots: true,
    removesFormerLabels: false,
    policyPath: POLICY_PATH,
    language: "en",
    title: "GitHub",
    emailsUrl: `${webUrl}/settings/emails`,
    ownDomain: new URL(webUrl).hostname,
  };
}
