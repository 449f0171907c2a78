import type { Capabilities } from "../ports/host.ts";
import { domainOf } from "./read/person.ts";
import { POLICY_PATH } from "./read/policy-file.ts";

/** @param webUrl the server's address */
export function giteeCapabilities(webUrl: string): Capabilities {
  return {
    reportByDefault: "auto",
    labelsByDefault: true,
    // Gitee links no co-author to an account, so requiring one would block pull requests that nobody can fix there.
    coauthorsByDefault: "warn",
    statuses: false,
    sharedHeads: false,
    resolvesCoauthors: false,
    wellKnownBots: false,
    removesFormerLabels: true,
    policyPath: POLICY_PATH,
    language: "zh-CN",
    title: "Gitee",
    emailsUrl: `${webUrl.replace(/\/+$/, "")}/profile/emails`,
    ownDomain: domainOf(webUrl),
  };
}
