import { describe, expect, it } from "vitest";
import { standingChip } from "../../../src/http/pages/account/standing-chip.ts";
import { headlineOf } from "../../../src/http/pages/pull/headline.ts";
import type { Visitor } from "../../../src/http/pages/sign-in/visitor.ts";
import { pagesEn } from "../../../src/http/pages/texts/en.ts";
import { pagesZhCN } from "../../../src/http/pages/texts/zh-CN.ts";
import type { Capabilities } from "../../../src/ports/host.ts";
import type { PullView } from "../../../src/ports/pages.ts";
import { reportOf, TEXTS } from "../../../src/report/report.ts";
import { judge, type AccountStanding, type Signer } from "../../../src/verdict/verdict.ts";
import { commit, facts, person, policy, pull, signedBy } from "../../verdict/facts.ts";

const alice = person(1, { login: "alice" });
const bob = person(2, { login: "bob" });
const pullRequest = pull(alice, [commit("a".repeat(40), bob)]);

/** Why Bob is covered. */
const COVERED: Readonly<Record<string, AccountStanding>> = {
  "an own signature": { kind: "signed", through: [null], graceUntil: null },
  "an employer": { kind: "signed", through: ["acme-secret"], graceUntil: null },
  "an employer beside an own signature": { kind: "signed", through: [null, "acme-secret"], graceUntil: null },
  "the policy's accounts": { kind: "exempt", by: "account" },
  "an organization": { kind: "exempt", by: "organization" },
  "the list of bots": { kind: "exempt", by: "bot" },
};

const OPEN: Readonly<Record<string, AccountStanding>> = {
  "nothing signed": { kind: "missing", outdated: false },
  "an earlier version": { kind: "missing", outdated: true },
  "no answer": { kind: "unknown" },
  "a grace period": { kind: "signed", through: ["acme-secret"], graceUntil: Date.UTC(2027, 0, 1) },
};

/** What each place shows about Bob: status line, comment, check run, and the page to one signed in as `as`. */
async function shown(
  standing: AccountStanding,
  language: "en" | "zh-CN",
  as: Signer["account"] | null = null,
) {
  const judgment = judge(facts(pullRequest, { coverage: signedBy(alice, bob) }));
  const signers = judgment.signers.map((one) => (one.login === "bob" ? { ...one, standing } : one));
  const verdict = { missing: "unsigned", unknown: "unknown", signed: "signed", exempt: "signed" } as const;
  const finding = {
    kind: "judged",
    judgment: { ...judgment, signers, verdict: verdict[standing.kind] },
    blockedByAnother: false,
  } as const;
  const report = reportOf(finding, pullRequest, {
    policy: policy({ language, comment: "always" }),
    capabilities: { resolvesCoauthors: true, title: "GitHub", emailsUrl: "https://x" } as Capabilities,
    publicUrl: "https://cla.example.com",
  });
  const texts = language === "en" ? pagesEn : pagesZhCN;
  const visitor = { texts, words: TEXTS[language], account: as } as unknown as Visitor;
  const [signer] = signers.filter(({ login }) => login === "bob");
  if (signer === undefined) throw new Error("Bob is in the pull request");
  const view: Pick<PullView, "pull" | "finding"> = { pull: pullRequest, finding };
  return {
    line: report.line,
    comment: report.comment,
    checkRun: report.summary,
    chip: (await standingChip(signer, visitor, { unneeded: false, restricted: false })).toString(),
    headline: headlineOf(view, visitor),
  };
}

const OWN: AccountStanding = { kind: "signed", through: [null], graceUntil: null };

describe.each(["en", "zh-CN"] as const)("what is disclosed of a person, in %s", (language) => {
  it.each(Object.entries(COVERED))(
    "is the same for %s as for any other reason, in each place",
    async (_reason, standing) => {
      expect(await shown(standing, language)).toEqual(await shown(OWN, language));
    },
  );

  it("names no employer and no organization to others, whatever the state", async () => {
    for (const standing of Object.values({ ...COVERED, ...OPEN }))
      expect(JSON.stringify(await shown(standing, language))).not.toMatch(/acme-secret|organization|组织/);
  });

  it("is what is still to do where something is", async () => {
    const all = await Promise.all(Object.values(OPEN).map((standing) => shown(standing, language)));
    expect(new Set(all.map(({ chip }) => chip)).size).toBe(all.length);
  });

  it("is the reason to the person themself", async () => {
    const all = await Promise.all(
      Object.values(COVERED).map((standing) => shown(standing, language, bob.account)),
    );
    const chips = all.map(({ chip }) => chip);
    expect(chips.join(" ")).toContain("acme-secret");
    expect(chips.join(" ")).toMatch(/organization|组织/);
    expect(new Set(chips).size).toBe(5);
  });
});
