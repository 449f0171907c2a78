import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Person, Pull } from "../../src/pull.ts";
import { judge, type Facts } from "../../src/verdict/verdict.ts";
import { commit, DAY, facts, NOW, own, person, policy, pull, signedBy, stranger } from "./facts.ts";

const [alice, bob] = [person(1), person(2)];
const judged = (of: Pull, more: Partial<Facts> = {}) => judge(facts(of, more));
const signer = (of: Pull, account: Person["account"], more: Partial<Facts> = {}) =>
  judged(of, more).signers.find((one) => one.account === account);

describe("an address without an account", () => {
  it.each([
    [{ name: "Alex", email: "alex@example.org" }, "Alex"],
    [{ name: null, email: "alex@example.org" }, "alex@…"],
    [{ name: null, email: "1234+alex@users.example.org" }, "alex@…"],
    [{ name: null, email: "x+alex@example.org" }, "x+alex@…"],
    [{ name: null, email: "nobody" }, null],
    [{ name: null, email: "a b@example.org" }, null],
    [{ name: null, email: "@example.org" }, null],
    [{ name: null, email: null }, null],
  ])("is shown by the commit's name or the mailbox: %j", (more, name) => {
    const { unlinked } = judged(pull(alice, [commit("c1", stranger(more))]));
    expect(unlinked).toEqual([
      { commit: "c1", role: "author", name, required: true, automated: false, typed: null, waived: false },
    ]);
  });
});

describe("a signer", () => {
  it("is shown with the first login and name that the host gave", () => {
    const opener = { ...alice, login: null, name: null };
    expect(
      signer(
        pull(opener, [commit("c1", alice), commit("c2", { ...alice, login: "x", name: "X" })]),
        alice.account,
      ),
    ).toMatchObject({ login: "user-1", name: "Person 1" });
    expect(signer(pull(opener, [commit("c1", opener)]), alice.account)).toMatchObject({
      login: null,
      name: null,
    });
  });

  it("has the commits and roles that count, each once", () => {
    const of = pull(alice, [
      commit("c1", alice, { coauthors: [alice, bob] }),
      commit("c2", alice, { parents: 2 }),
    ]);
    expect(signer(of, alice.account)).toMatchObject({
      roles: new Set(["opener", "author", "coauthor"]),
      commits: ["c1", "c2"],
      required: true,
      automated: false,
      onlyMerges: false,
    });
    expect(signer(pull(alice, []), alice.account)).toMatchObject({ commits: [] });
    const merges = pull(alice, [commit("c1", bob, { parents: 2 }), commit("c2", bob, { parents: 2 })]);
    expect(signer(merges, bob.account)).toMatchObject({ onlyMerges: true });
    expect(signer(pull(alice, [...merges.commits, commit("c3", bob)]), bob.account)).toMatchObject({
      onlyMerges: false,
    });
  });

  it.each<[string, Person, Partial<Pull>, Partial<Facts>, boolean]>([
    ["the host says so", { ...bob, bot: true }, {}, {}, true],
    ["the host says that it is none", { ...bob, bot: false }, {}, {}, false],
    ["it is a listed bot", person(49_699_333), {}, {}, true],
    ["it is a listed bot's number on another server", person(49_699_333), { ownNumbers: true }, {}, false],
    ["it is a listed assistant", person(198_982_749), {}, {}, true],
    [
      "it is a listed assistant's number on another server",
      person(198_982_749),
      { ownNumbers: true },
      {},
      false,
    ],
    [
      "the policy lists it as an opener",
      bob,
      {},
      { policy: policy({ exempt: { accounts: [accountOf("github", 2)] } }) },
      true,
    ],
    [
      "the policy lists it as an author",
      bob,
      {},
      { policy: policy({ exempt: { authors: [accountOf("github", 2)] } }) },
      true,
    ],
    [
      "the policy lists another",
      bob,
      {},
      { policy: policy({ exempt: { authors: [accountOf("github", 3)] } }) },
      false,
    ],
  ])("is automated or not where %s", (_, author, change, more, automated) => {
    const of = pull(alice, [commit("c1", author), commit("c2", { ...author, bot: false })], change);
    expect(signer(of, author.account, more)).toMatchObject({ automated });
  });

  it("is a bot of a server with numbers of its own by what that server says of the opener", () => {
    const bot = { ...bob, bot: true, login: "house[bot]" };
    const own = (opener: Person) => pull(opener, [commit("c1", bob)], { ownNumbers: true });
    expect(signer(own(bot), bob.account)).toMatchObject({
      automated: true,
      standing: { kind: "exempt", by: "bot" },
    });
    expect(signer(own({ ...alice, bot: true }), bob.account)).toMatchObject({ automated: false });
    expect(signer(own(bob), bob.account)).toMatchObject({ automated: false, standing: { kind: "missing" } });
  });
});

describe("a judgment", () => {
  it("changes at the earliest time at which anybody's standing does", () => {
    const until = (days: number) => [{ ...own, entity: "acme", from: 1, until: NOW + days * DAY }];
    const coverage = new Map([
      [accountOf("github", 1), until(3)],
      [accountOf("github", 2), until(2)],
    ]);
    const of = pull(alice, [commit("c1", bob)]);
    expect(judged(of, { coverage })).toMatchObject({ verdict: "signed", changesAt: NOW + 2 * DAY });
  });

  it("names the commits that are backports or merged, and no others", () => {
    const of = pull(alice, [commit("c1", bob), commit("c2", bob), commit("c3", alice)]);
    const more = {
      coverage: signedBy(alice),
      policy: policy({ require: { backports: "verify" } }),
      backports: new Set(["c1", "c9"]),
      merged: new Set(["c2", "c8"]),
    };
    expect(judged(of, more)).toMatchObject({ verdict: "signed", backports: ["c1"], merged: ["c2"] });
    expect(judged(of, { ...more, policy: policy() })).toMatchObject({ verdict: "unsigned", backports: [] });
  });

  it("has the committer of a backport sign, where the policy asks for committers", () => {
    const of = pull(alice, [commit("c1", bob, { committer: person(3) })]);
    const more = {
      coverage: signedBy(alice),
      policy: policy({ require: { backports: "verify", committers: "require" } }),
      backports: new Set(["c1"]),
    };
    expect(judged(of, more).signers.map(({ account }) => account)).toEqual([
      alice.account,
      accountOf("github", 3),
    ]);
    expect(judged(of, more).verdict).toBe("unsigned");
  });

  it("is in doubt about an address in a commit that was not compared, unless it is waived or only warned of", () => {
    const of = pull(alice, [commit("c1", alice, { coauthors: [stranger()] }), commit("c2", alice)]);
    const more = { coverage: signedBy(alice), uncompared: new Set(["c1"]) };
    expect(judged(of, more)).toMatchObject({ verdict: "unknown", doubts: ["look-up-failed"] });
    expect(judged(of, { ...more, unansweredBy: "lookup-unfinished" })).toMatchObject({
      doubts: ["lookup-unfinished"],
    });
    expect(judged(of, { ...more, waived: new Set(["c1"]) })).toMatchObject({ verdict: "signed", doubts: [] });
    expect(judged(of, { ...more, uncompared: new Set(["c2"]) })).toMatchObject({
      verdict: "unsigned",
      doubts: [],
    });
    const warned = policy({ require: { coauthors: "warn" } });
    expect(judged(of, { ...more, policy: warned })).toMatchObject({ verdict: "signed", doubts: [] });
  });

  it("of which a part was not compared is in doubt, once", () => {
    const of = pull(alice, [commit("c1", alice)]);
    const more = { coverage: signedBy(alice), comparedInPart: true };
    expect(judged(of, more)).toMatchObject({ verdict: "unknown", doubts: ["look-up-failed"] });
    expect(judged({ ...of, gaps: ["look-up-failed"] }, more)).toMatchObject({ doubts: ["look-up-failed"] });
    expect(judged(of, { ...more, comparedInPart: false })).toMatchObject({ verdict: "signed", doubts: [] });
  });

  it("has no commits only once as a doubt", () => {
    const more = { coverage: signedBy(alice) };
    expect(judged(pull(alice, []), more)).toMatchObject({ verdict: "unknown", doubts: ["no-commits"] });
    expect(judged(pull(alice, [], { gaps: ["no-commits"] }), more)).toMatchObject({ doubts: ["no-commits"] });
  });

  it("ignores committers where the policy does, and the host's own always", () => {
    const of = pull(alice, [commit("c1", alice, { committer: bob })]);
    expect(judged(of, { coverage: signedBy(alice) })).toMatchObject({ verdict: "signed", signers: [{}] });
    const asked = { coverage: signedBy(alice), policy: policy({ require: { committers: "require" } }) };
    expect(judged(of, asked)).toMatchObject({ verdict: "unsigned" });
    expect(judged(pull(alice, [commit("c1", alice)]), asked)).toMatchObject({ verdict: "signed" });
  });
});
