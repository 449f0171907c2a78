/** How far each exemption reaches: one step beyond it, a signature is needed. */
import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Person, Pull } from "../../src/pull.ts";
import { isSigned } from "../../src/verdict/finding.ts";
import { readPatch } from "../../src/verdict/patch.ts";
import { judge, type Facts, type Judgment } from "../../src/verdict/verdict.ts";
import { commit, facts, person, policy, pull, signedBy, stranger } from "./facts.ts";

const DEPENDABOT = 49699333;
const ACTIONS = 41898282;
const [IMGBOT, IMGBOT_APP] = [31301654, 31427850];

const alice = person(1);
const bob = person(2);
const coverage = signedBy(alice);
const noBots = policy({ exempt: { bots: "none" } });

function judged(pull: Pull, more: Partial<Facts> = {}): Judgment {
  return judge(facts(pull, { coverage, ...more }));
}

function standings({ signers }: Judgment): readonly unknown[] {
  return signers.map(({ standing }) => standing);
}

function claims(number: number, more: Partial<Person> = {}): Person {
  return stranger({ claimed: { account: accountOf("github", number), by: "number" }, ...more });
}

describe("a commit that the host signed", () => {
  const signed = { signedByHost: true };

  it("exempts no person whom the policy exempts as the opener", () => {
    const exempt = policy({ exempt: { accounts: [accountOf("github", 2)] } });
    const seen = judged(pull(alice, [commit("a1", bob, signed)]), { policy: exempt });
    expect([seen.verdict, seen.signers[1]?.standing.kind]).toEqual(["unsigned", "missing"]);
  });

  it("exempts a listed bot without a linked account only by the bot's exact address", () => {
    const own = claims(DEPENDABOT, { email: `${DEPENDABOT}+dependabot[bot]@users.noreply.github.com` });
    const typed = claims(DEPENDABOT, { email: `${DEPENDABOT}+somebody@users.noreply.github.com` });
    expect(judged(pull(alice, [commit("a1", own, signed)])).verdict).toBe("signed");
    expect(judged(pull(alice, [commit("a1", typed, signed)])).verdict).toBe("unsigned");
    const elsewhere = { ownNumbers: true };
    expect(judged(pull(alice, [commit("a1", own, signed)], elsewhere)).verdict).toBe("unsigned");
  });

  it("says nothing about its co-authors", () => {
    const listed = policy({ exempt: { bots: "none", accounts: [accountOf("github", ACTIONS)] } });
    const commits = [commit("a1", alice, { ...signed, coauthors: [person(ACTIONS)] })];
    const seen = judged(pull(alice, commits), { policy: listed });
    expect([seen.verdict, seen.signers[1]?.standing.kind]).toEqual(["unsigned", "missing"]);
  });
});

describe("the account under which a bot commits", () => {
  const commits = [commit("a1", person(IMGBOT_APP))];

  it("is exempt as the bot is, where the bot is", () => {
    const seen = judged(pull(person(IMGBOT), commits));
    expect(standings(seen)).toEqual([
      { kind: "exempt", by: "bot" },
      { kind: "exempt", by: "bot" },
    ]);
  });

  it("is not where the policy knows no bots, nor by its number on a server with numbers of its own", () => {
    const covered = { coverage: signedBy(person(IMGBOT)) };
    expect(judged(pull(person(IMGBOT), commits), { ...covered, policy: noBots }).verdict).toBe("unsigned");
    const bot = person(IMGBOT, { bot: true });
    const seen = judged(pull(bot, commits, { ownNumbers: true }));
    expect([seen.verdict, seen.signers[0]?.standing.kind]).toEqual(["unsigned", "exempt"]);
  });
});

describe("a number in an address", () => {
  it("counts for a listed bot that is no assistant, in its own pull request", () => {
    const seen = judged(pull(person(DEPENDABOT), [commit("a1", claims(DEPENDABOT))]));
    expect([seen.verdict, seen.unlinked]).toEqual(["signed", []]);
  });

  it("counts on a server with numbers of its own for the bot that opened the pull request, and for nobody else", () => {
    const helper = person(5, { bot: true });
    const own = { ownNumbers: true };
    const unlinked = (opener: Person, number: number): number =>
      judged(pull(opener, [commit("a1", claims(number))], own)).unlinked.length;
    expect([unlinked(helper, 5), unlinked(helper, 6), unlinked(alice, 1)]).toEqual([0, 1, 1]);
  });
});

it("a number in the address of a co-author of whom the policy only warns is covered by no signature", () => {
  const warns = policy({ require: { coauthors: "warn" }, exempt: { bots: "none" } });
  const commits = [commit("a1", alice, { coauthors: [claims(DEPENDABOT)] })];
  const seen = judged(pull(alice, commits), {
    policy: warns,
    coverage: signedBy(alice, person(DEPENDABOT)),
  });
  expect([seen.verdict, seen.signers[1]?.standing]).toEqual(["signed", { kind: "missing", outdated: false }]);
});

it("a contribution without an account says whether a program typed it, and which number", () => {
  const unlinked = (author: Person): unknown => {
    const [one] = judged(pull(alice, [commit("a1", author)])).unlinked;
    return [one?.automated, one?.typed];
  };
  expect(unlinked(stranger())).toEqual([false, null]);
  expect(unlinked(stranger({ email: "noreply@anthropic.com" }))).toEqual([true, null]);
  expect(unlinked(stranger({ email: "new[bot]@example.com" }))).toEqual([true, null]);
  expect(unlinked(claims(6))).toEqual([false, accountOf("github", 6)]);
  const named = stranger({ claimed: { account: accountOf("github", 6), by: "name" } });
  expect(unlinked(named)).toEqual([false, null]);
});

it("this bot's own pull request and a listed author are exempt by name of the reason", () => {
  const itself = person(77);
  const opened = judged(pull(itself, [commit("a1", itself)], { own: true }), { policy: noBots });
  expect(standings(opened)).toEqual([{ kind: "exempt", by: "bot" }]);
  const listed = policy({ exempt: { authors: [accountOf("github", 2)] } });
  const authored = judged(pull(alice, [commit("a1", bob)]), { policy: listed });
  expect(authored.signers[1]?.standing).toEqual({ kind: "exempt", by: "account" });
});

it("who only merged is told apart from a co-author of a merge", () => {
  const merge = { parents: 2 };
  const onlyMerges = (pull: Pull): unknown =>
    judged(pull).signers.find(({ account }) => account === bob.account)?.onlyMerges;
  expect(onlyMerges(pull(alice, [commit("m1", bob, merge)]))).toBe(true);
  expect(onlyMerges(pull(alice, [commit("m1", alice, { ...merge, coauthors: [bob] })]))).toBe(false);
});

it("only a judgment is signed, and only if all have signed", () => {
  const of = (opener: Person) =>
    isSigned({
      kind: "judged",
      judgment: judged(pull(opener, [commit("a1", opener)])),
      blockedByAnother: false,
    });
  expect([of(alice), of(bob), isSigned({ kind: "uncovered" })]).toEqual([true, false, false]);
});

it("a change of the mode of no path that can be read is no patch", () => {
  const modes = "old mode 100644\nnew mode 100755\n";
  expect(readPatch(`diff --git a/run b/run\n${modes}`)).not.toBeNull();
  expect(readPatch(`diff --git a/run b/walk\n${modes}`)).toBeNull();
});
