import { describe, expect, it } from "vitest";
import { accountOf } from "../../../src/account.ts";
import { headlineOf } from "../../../src/http/pages/pull/headline.ts";
import type { Visitor } from "../../../src/http/pages/sign-in/visitor.ts";
import { pagesEn } from "../../../src/http/pages/texts/en.ts";
import { pagesZhCN } from "../../../src/http/pages/texts/zh-CN.ts";
import type { PullView } from "../../../src/ports/pages.ts";
import type { Agreement } from "../../../src/records/agreement.ts";
import { en } from "../../../src/report/texts/en.ts";
import { zhCN } from "../../../src/report/texts/zh-CN.ts";
import type { Judgment, Signer } from "../../../src/verdict/verdict.ts";

const agreement: Agreement = {
  id: "icla",
  title: "ICLA",
  version: "2.0",
  url: null,
  document: "icla.md",
  repositories: ["github:*/*"],
  accepts: [],
  graceDays: 30,
  effective: 0,
  sign: ["page"],
  withdrawal: "self",
};

function signer(number: number, standing: Signer["standing"], required = true): Signer {
  return {
    account: accountOf("github", number),
    login: `user${number}`,
    name: null,
    roles: new Set(["author"]),
    commits: [],
    required,
    automated: false,
    onlyMerges: false,
    standing,
  };
}

const signed = (graceUntil: number | null = null): Signer["standing"] => ({
  kind: "signed",
  through: [null],
  graceUntil,
});

function headline(
  changes: Partial<Judgment>,
  state: "open" | "closed" = "open",
  language: "en" | "zh-CN" = "en",
  ownNumbers = false,
) {
  const judgment: Judgment = {
    verdict: "signed",
    agreement,
    signers: [],
    unlinked: [],
    doubts: [],
    exemption: null,
    backports: [],
    merged: [],
    changesAt: null,
    ...changes,
  };
  const view = {
    pull: { state, ownNumbers },
    finding: { kind: "judged", judgment, blockedByAnother: false },
  };
  const visitor = language === "en" ? { texts: pagesEn, words: en } : { texts: pagesZhCN, words: zhCN };
  return headlineOf(view as unknown as PullView, visitor as unknown as Visitor);
}

const waived = {
  commit: "a",
  role: "author",
  name: null,
  required: true,
  waived: true,
  automated: false,
  typed: null,
} as const;
const until = Date.UTC(2026, 4, 1);

describe("the heading of a pull request's page", () => {
  it("says that everybody has signed only where everybody has", () => {
    expect(headline({ signers: [signer(1, signed())] })).toMatchObject({
      tone: "good",
      heading: "Everybody has signed",
    });
  });

  it("says of everybody who is exempt what it says of those who signed", () => {
    const own = headline({ signers: [signer(1, signed())] });
    for (const by of ["bot", "account", "organization"] as const)
      expect(headline({ signers: [signer(1, { kind: "exempt", by })] })).toEqual(own);
  });

  it.each(["account", "bot"] as const)("never says that a known bot has signed, exempt by %s", (by) => {
    const dependabot = signer(49_699_333, { kind: "exempt", by });
    const other = { ...signer(2, { kind: "exempt", by }), login: "other[bot]" };
    for (const bot of [dependabot, other]) {
      expect(headline({ signers: [bot] })).toMatchObject({ tone: "good", heading: "No signature needed" });
      expect(headline({ signers: [signer(1, signed()), bot] }).heading).toBe(
        "Everybody who must sign has signed",
      );
    }
  });

  it("does not take a person for a bot by the number that a bot has on another server", () => {
    const person = signer(49_699_333, { kind: "exempt", by: "organization" });
    expect(headline({ signers: [person] }, "open", "en", true).heading).toBe("Everybody has signed");
  });

  it("says in a grace period who needs to sign which version by when", () => {
    const signers = [signer(1, signed(until)), signer(2, signed(until)), signer(3, signed())];
    expect(headline({ signers }).heading).toBe(
      "Everybody has signed. 2 people need to sign version 2.0 before 2026-05-01",
    );
    expect(headline({ signers }, "open", "zh-CN").heading).toBe(
      "所有人均已签署，其中 2 人需在 2026-05-01 前签署新版本 2.0",
    );
  });

  it.each([
    [
      "one that the policy exempts",
      { signers: [signer(1, { kind: "missing", outdated: false })], exemption: "paths" },
    ],
    ["one of waived commits alone", { unlinked: [waived] }],
  ] as const)("says of %s that no signature is needed", (_what, changes) => {
    expect(headline(changes)).toMatchObject({ tone: "good", heading: "No signature needed" });
  });

  it("says of one with waived commits, or with people who are only asked, who must sign and has", () => {
    const missing = signer(2, { kind: "missing", outdated: false }, false);
    for (const changes of [{ unlinked: [waived] }, {}])
      expect(headline({ signers: [signer(1, signed()), missing], ...changes }).heading).toBe(
        "Everybody who must sign has signed",
      );
  });

  it("is neutral where the pull request is closed", () => {
    const signers = [signer(1, { kind: "missing", outdated: false })];
    expect(headline({ verdict: "unsigned", signers }, "closed")).toEqual({
      tone: "calm",
      heading: "This pull request is closed",
      more: [
        "Nobody needs to do anything here. This is what a check would say now:",
        "1 person must still sign",
      ],
    });
  });
});
