import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Person, Pull } from "../../src/pull.ts";
import { accountsBehind, judge, type Facts, type Judgment } from "../../src/verdict/verdict.ts";
import {
  agreement,
  commit,
  DAY,
  facts,
  NOW,
  own,
  person,
  policy,
  pull,
  signedBy,
  stranger,
} from "./facts.ts";

const alice = person(1);
const bob = person(2);
const carol = person(3);
const dependabot = person(49699333, { login: "dependabot[bot]" });
const claude: Person = stranger({ name: "Claude", email: "noreply@anthropic.com" });

function verdict(pull: Pull, more: Partial<Facts> = {}): Judgment["verdict"] {
  return judge(facts(pull, more)).verdict;
}

describe("the people behind a pull request", () => {
  it("are in order when the opener and every author signed", () => {
    const seen = judge(
      facts(pull(alice, [commit("a1", alice), commit("b2", bob)]), { coverage: signedBy(alice, bob) }),
    );
    expect(seen.verdict).toBe("signed");
    expect(seen.doubts).toEqual([]);
    expect(seen.signers.map(({ account, roles }) => [account, [...roles]])).toEqual([
      [alice.account, ["opener", "author"]],
      [bob.account, ["author"]],
    ]);
  });

  it("are not in order when only the opener signed", () => {
    const seen = judge(facts(pull(alice, [commit("a1", bob)]), { coverage: signedBy(alice) }));
    expect(seen.verdict).toBe("unsigned");
    expect(seen.signers[1]).toMatchObject({
      account: bob.account,
      commits: ["a1"],
      standing: { kind: "missing", outdated: false },
    });
  });

  it("are not in order when only the author signed", () => {
    expect(verdict(pull(alice, [commit("a1", bob)]), { coverage: signedBy(bob) })).toBe("unsigned");
  });

  it.each([31, 101, 251, 5000])("are not in order when only the last of %i authors did not sign", (count) => {
    const commits = Array.from({ length: count }, (_, i) => commit(`c${i}`, i === count - 1 ? bob : alice));
    const seen = judge(facts(pull(alice, commits), { coverage: signedBy(alice) }));
    expect(seen.verdict).toBe("unsigned");
    expect(seen.signers.find(({ account }) => account === bob.account)?.commits).toEqual([`c${count - 1}`]);
  });

  it("of a merge commit count as of any other commit", () => {
    const merge = commit("m1", bob, { parents: 2, message: "Merge branch 'main'" });
    expect(verdict(pull(alice, [commit("a1", alice), merge]), { coverage: signedBy(alice) })).toBe(
      "unsigned",
    );
  });

  it("are listed once each for the lookups, committers included", () => {
    const commits = [commit("a1", alice, { coauthors: [bob, stranger()], committer: carol })];
    expect(accountsBehind(pull(alice, commits))).toEqual([alice.account, bob.account, carol.account]);
    expect(accountsBehind(pull(null, []))).toEqual([]);
  });
});

describe("an account on another host", () => {
  it("with the same number is somebody else", () => {
    const onGitee = { ...alice, account: accountOf("gitee", 1) };
    expect(verdict(pull(alice, [commit("a1", alice)]), { coverage: signedBy(onGitee) })).toBe("unsigned");
    expect(verdict(pull(onGitee, [commit("a1", onGitee)]), { coverage: signedBy(alice) })).toBe("unsigned");
  });

  it("with a bot's number is no bot", () => {
    const onGitee = { ...dependabot, account: accountOf("gitee", 49699333) };
    expect(verdict(pull(onGitee, [commit("a1", onGitee)]))).toBe("unsigned");
  });
});

describe("a commit without a linked account", () => {
  it("is not signed, and is named", () => {
    const seen = judge(facts(pull(alice, [commit("a1", stranger())]), { coverage: signedBy(alice) }));
    expect(seen.verdict).toBe("unsigned");
    expect(seen.unlinked).toEqual([
      {
        commit: "a1",
        role: "author",
        name: "Alex Doe",
        required: true,
        automated: false,
        typed: null,
        waived: false,
      },
    ]);
  });

  it.each(["ignore", "warn", "require"] as const)(
    "is not signed by its signed committer when committers are %sd",
    (committers) => {
      const commits = [commit("a1", stranger(), { committer: alice })];
      expect(
        verdict(pull(alice, commits), {
          coverage: signedBy(alice),
          policy: policy({ require: { committers } }),
        }),
      ).toBe("unsigned");
    },
  );

  it.each([
    ["the login of somebody who signed", { name: "user-1", login: "user-1" }],
    ["the name and email of somebody who signed", { name: "Person 1", email: "1@example.com" }],
    ["the name of a listed bot", { name: "dependabot[bot]", login: "dependabot[bot]" }],
    ["the address of a listed bot", { email: "49699333+dependabot[bot]@users.noreply.github.com" }],
    ["the address of a coding assistant", { name: "Claude", email: "noreply@anthropic.com" }],
  ])("is not signed because it bears %s", (_, words) => {
    expect(verdict(pull(alice, [commit("a1", stranger(words))]), { coverage: signedBy(alice) })).toBe(
      "unsigned",
    );
  });

  it("is told apart from another whose author has the same name", () => {
    const commits = [commit("a1", stranger()), commit("b2", stranger({ email: "other@example.com" }))];
    const seen = judge(facts(pull(alice, commits), { coverage: signedBy(alice), waived: new Set(["a1"]) }));
    expect(seen.unlinked.map(({ commit, waived }) => [commit, waived])).toEqual([
      ["a1", true],
      ["b2", false],
    ]);
    expect(seen.verdict).toBe("unsigned");
  });

  it("is told apart from the account with the same name", () => {
    const commits = [commit("a1", alice), commit("b2", stranger({ name: alice.name }))];
    expect(verdict(pull(alice, commits), { coverage: signedBy(alice) })).toBe("unsigned");
  });
});

describe("a maintainer's waiver", () => {
  const waived = new Set(["a1"]);

  it("covers the parts of its commit behind which no account stands", () => {
    const commits = [commit("a1", stranger(), { coauthors: [stranger({ name: "Kim" })] })];
    const seen = judge(facts(pull(alice, commits), { coverage: signedBy(alice), waived }));
    expect(seen.verdict).toBe("signed");
    expect(seen.unlinked.every((part) => part.waived)).toBe(true);
  });

  it("never covers an account that has not signed", () => {
    expect(verdict(pull(alice, [commit("a1", bob)]), { coverage: signedBy(alice), waived })).toBe("unsigned");
  });

  it("never covers an account beside an unlinked part of the same commit", () => {
    const commits = [commit("a1", stranger(), { coauthors: [bob] })];
    expect(verdict(pull(alice, commits), { coverage: signedBy(alice), waived })).toBe("unsigned");
  });

  it("covers no other commit", () => {
    const commits = [commit("a1", stranger()), commit("b2", stranger())];
    expect(verdict(pull(alice, commits), { coverage: signedBy(alice), waived })).toBe("unsigned");
  });

  it("never stands in for an opener who is gone", () => {
    expect(verdict(pull(null, [commit("a1", stranger())]), { waived })).toBe("unknown");
  });
});

describe("a bot", () => {
  it("needs no signature for its own pull request", () => {
    const seen = judge(facts(pull(dependabot, [commit("a1", dependabot)])));
    expect(seen.verdict).toBe("signed");
    expect(seen.signers[0]?.standing).toEqual({ kind: "exempt", by: "bot" });
  });

  it("in a person's pull request counts as anybody else", () => {
    expect(verdict(pull(alice, [commit("a1", dependabot)]), { coverage: signedBy(alice) })).toBe("unsigned");
  });

  it("does not cover a person's commit on top of its own", () => {
    const commits = [commit("a1", dependabot), commit("b2", bob)];
    expect(verdict(pull(dependabot, commits))).toBe("unsigned");
    expect(verdict(pull(dependabot, commits), { coverage: signedBy(bob) })).toBe("signed");
  });

  it("does not cover an unlinked commit on top of its own", () => {
    expect(verdict(pull(dependabot, [commit("a1", dependabot), commit("b2", stranger())]))).toBe("unsigned");
  });

  it("of this bot's own need no signature of it, whatever the policy, but of everybody else", () => {
    const strict = policy({ exempt: { bots: "none" } });
    const itself = person(77);
    const opened = { own: true };
    expect(verdict(pull(itself, [commit("a1", itself)], opened), { policy: strict })).toBe("signed");
    expect(verdict(pull(itself, [commit("a1", itself), commit("b2", bob)], opened))).toBe("unsigned");
    expect(verdict(pull(alice, [commit("a1", itself)]), { coverage: signedBy(alice) })).toBe("unsigned");
  });

  it("counts as anybody else where the policy knows no bots", () => {
    const none = policy({ exempt: { bots: "none" } });
    expect(verdict(pull(dependabot, [commit("a1", dependabot)]), { policy: none })).toBe("unsigned");
  });

  it("may be one that the policy adds by number, as opener only", () => {
    const mine = policy({ exempt: { accounts: [accountOf("github", 2)] } });
    const seen = judge(facts(pull(bob, [commit("a1", bob)]), { policy: mine }));
    expect(seen.signers[0]?.standing).toEqual({ kind: "exempt", by: "account" });
    expect(seen.verdict).toBe("signed");
    expect(verdict(pull(alice, [commit("a1", bob)]), { policy: mine, coverage: signedBy(alice) })).toBe(
      "unsigned",
    );
  });
});

describe("a co-author", () => {
  const withBob = pull(alice, [commit("a1", alice, { coauthors: [bob] })]);
  const withStranger = pull(alice, [commit("a1", alice, { coauthors: [stranger()] })]);
  const coverage = signedBy(alice);

  it("who has not signed blocks unless the policy says otherwise", () => {
    expect(verdict(withBob, { coverage })).toBe("unsigned");
    expect(verdict(withBob, { coverage: signedBy(alice, bob) })).toBe("signed");
  });

  it("without a linked account blocks unless the policy says otherwise", () => {
    expect(verdict(withStranger, { coverage })).toBe("unsigned");
  });

  it("is named and does not block where the policy warns", () => {
    const warn = policy({ require: { coauthors: "warn" } });
    const seen = judge(facts(withBob, { coverage, policy: warn }));
    expect(seen.verdict).toBe("signed");
    expect(seen.signers[1]).toMatchObject({ required: false, standing: { kind: "missing" } });
    const unlinked = judge(facts(withStranger, { coverage, policy: warn }));
    expect(unlinked.verdict).toBe("signed");
    expect(unlinked.unlinked).toMatchObject([{ role: "coauthor", required: false }]);
  });

  it("is passed over where the policy ignores co-authors", () => {
    const ignore = policy({ require: { coauthors: "ignore" } });
    const seen = judge(facts(withBob, { coverage, policy: ignore }));
    expect(seen.verdict).toBe("signed");
    expect(seen.signers.map(({ account }) => account)).toEqual([alice.account]);
    expect(judge(facts(withStranger, { coverage, policy: ignore })).unlinked).toEqual([]);
  });

  it("of one commit who is the author of another is required, whatever the policy says of co-authors", () => {
    const commits = [commit("a1", alice, { coauthors: [bob] }), commit("b2", bob)];
    for (const coauthors of ["warn", "ignore"] as const)
      expect(verdict(pull(alice, commits), { coverage, policy: policy({ require: { coauthors } }) })).toBe(
        "unsigned",
      );
  });
});

describe("a coding assistant", () => {
  const coverage = signedBy(alice);

  it("named as co-author is passed over, by its address in any case", () => {
    for (const email of ["noreply@anthropic.com", "NoReply@Anthropic.com"]) {
      const seen = judge(
        facts(pull(alice, [commit("a1", alice, { coauthors: [{ ...claude, email }] })]), { coverage }),
      );
      expect(seen.verdict).toBe("signed");
      expect(seen.unlinked).toEqual([]);
    }
  });

  it("named as author is never passed over", () => {
    expect(verdict(pull(alice, [commit("a1", claude)]), { coverage })).toBe("unsigned");
  });

  it("named as committer is never passed over where committers count", () => {
    const commits = [commit("a1", alice, { committer: claude })];
    const strict = policy({ require: { committers: "require" } });
    expect(verdict(pull(alice, commits), { coverage, policy: strict })).toBe("unsigned");
  });

  it("counts as anybody else where the policy knows no assistants", () => {
    const none = policy({ exempt: { agents: "none" } });
    const commits = [commit("a1", alice, { coauthors: [claude] })];
    expect(verdict(pull(alice, commits), { coverage, policy: none })).toBe("unsigned");
  });

  it("is not known by its name, nor by an address that only resembles its own", () => {
    for (const email of [
      "claude@example.com",
      "noreply@anthropic.com.example.com",
      "xnoreply@anthropic.com",
    ]) {
      const commits = [commit("a1", alice, { coauthors: [stranger({ name: "Claude", email })] })];
      expect(verdict(pull(alice, commits), { coverage })).toBe("unsigned");
    }
  });
});

describe("a number in an address", () => {
  const claims = (number: number, by: "number" | "name" = "number") =>
    stranger({ claimed: { account: accountOf("github", number), by } });
  const copilot = person(198982749);

  it("never counts as a person's, though that person has signed", () => {
    expect(verdict(pull(alice, [commit("a1", claims(2))]), { coverage: signedBy(alice, bob) })).toBe(
      "unsigned",
    );
  });

  it("is covered by no signature and no membership, though the policy lists it", () => {
    const listed = policy({ exempt: { accounts: [accountOf("github", 2)] } });
    const more = { policy: listed, members: new Set([accountOf("github", 2)]) };
    for (const commits of [[commit("a1", claims(2))], [commit("a1", bob), commit("a2", claims(2))]])
      expect(verdict(pull(alice, commits), { coverage: signedBy(alice, bob), ...more })).toBe("unsigned");
    expect(verdict(pull(bob, [commit("a1", claims(2))]), { policy: listed })).toBe("signed");
  });

  it("counts for a listed bot in its own pull request, with or without [bot] in its address", () => {
    expect(verdict(pull(copilot, [commit("a1", claims(198982749))]))).toBe("signed");
    expect(verdict(pull(copilot, [commit("a1", copilot)]))).toBe("signed");
  });

  it("counts where the policy lists it", () => {
    const seen = judge(
      facts(pull(alice, [commit("a1", claims(4242))]), {
        coverage: signedBy(alice),
        policy: policy({ exempt: { authors: [accountOf("github", 4242)] } }),
      }),
    );
    expect([seen.verdict, seen.unlinked]).toEqual(["signed", []]);
  });

  it("may be missing for the bot that opened the pull request, and for nobody else", () => {
    const exempt = policy({ exempt: { accounts: [accountOf("github", 41898282)] } });
    const commits = [commit("a1", claims(41898282, "name"))];
    expect(verdict(pull(person(41898282), commits), { policy: exempt })).toBe("signed");
    const other = judge(facts(pull(alice, commits), { coverage: signedBy(alice), policy: exempt }));
    expect([other.verdict, other.unlinked.length]).toEqual(["unsigned", 1]);
  });
});

describe("a server that numbers its accounts by itself", () => {
  const own = { ownNumbers: true };
  const coverage = signedBy(alice);
  const helper = person(5, { login: "helper", bot: true });
  const claims = (number: number, more: Partial<Person> = {}) =>
    stranger({ claimed: { account: accountOf("github", number), by: "number" }, ...more });

  it("gives the numbers of github.com no meaning, in any part", () => {
    for (const number of [49699333, 31301654, 31427850, 41898282, 198982749, 81847, 223556219, 62310815]) {
      const one = person(number);
      const commits = [commit("a1", alice, { coauthors: [one] })];
      const states = [
        verdict(pull(one, [commit("a1", one)], own)),
        verdict(pull(alice, [commit("a1", one)], own), { coverage }),
        verdict(pull(alice, [commit("a1", one, { signedByHost: true })], own), { coverage }),
        verdict(pull(alice, commits, own), { coverage }),
        verdict(pull(alice, [commit("a1", claims(number))], own), { coverage }),
        verdict(pull(alice, [commit("a1", alice, { coauthors: [claims(number)] })], own), { coverage }),
      ];
      expect([number, ...states]).toEqual([number, ...states.map(() => "unsigned")]);
    }
  });

  it("knows as a bot what it says is one: as opener, as co-author, and where it signed the bot's commit", () => {
    const linked = person(5, { login: "helper[bot]", bot: true });
    expect(verdict(pull(helper, [commit("a1", linked), commit("a2", claims(5))], own))).toBe("signed");
    expect(verdict(pull(alice, [commit("a1", alice, { coauthors: [linked] })], own), { coverage })).toBe(
      "signed",
    );
    expect(verdict(pull(alice, [commit("a1", linked)], own), { coverage })).toBe("unsigned");
    const signed = commit("a1", linked, { signedByHost: true });
    expect(verdict(pull(alice, [signed], own), { coverage })).toBe("signed");
    expect(
      verdict(pull(alice, [signed], own), { coverage, policy: policy({ exempt: { bots: "none" } }) }),
    ).toBe("unsigned");
  });

  it.each(["github-actions", "github-actions[bot]", "GitHub-Actions", "mergify"])(
    "exempts no bot that carries other people's text: %s",
    (login) => {
      const actions = person(7, { login, bot: true });
      expect(verdict(pull(actions, [commit("a1", actions)], own))).toBe("unsigned");
      const listed = policy({ exempt: { accounts: [accountOf("github", 7)] } });
      expect(verdict(pull(actions, [commit("a1", actions)], own), { policy: listed })).toBe("signed");
    },
  );

  it("knows assistants and bots as co-authors by their exact addresses", () => {
    for (const email of [
      "noreply@anthropic.com",
      "136622811+coderabbitai[bot]@users.noreply.github.com",
      "49699333+dependabot[bot]@users.noreply.github.com",
      "66853113+Pre-Commit-CI[bot]@users.noreply.github.com",
    ]) {
      const commits = [commit("a1", alice, { coauthors: [stranger({ email })] })];
      expect([email, verdict(pull(alice, commits, own), { coverage })]).toEqual([email, "signed"]);
    }
  });
});

describe("a listed bot", () => {
  const dependabot = person(49699333);
  const coverage = signedBy(alice);

  it("passes as co-author, whatever its class", () => {
    for (const number of [49699333, 66853113, 41898282, 62310815, 223894421, 136622811]) {
      const commits = [commit("a1", alice, { coauthors: [person(number)] })];
      expect([number, verdict(pull(alice, commits), { coverage })]).toEqual([number, "signed"]);
    }
    const none = policy({ exempt: { bots: "none" } });
    const commits = [commit("a1", alice, { coauthors: [dependabot] })];
    expect(verdict(pull(alice, commits), { coverage, policy: none })).toBe("unsigned");
  });

  it("that carries other people's text is exempt only where the policy lists it", () => {
    const actions = person(41898282);
    expect(verdict(pull(actions, [commit("a1", actions)]))).toBe("unsigned");
    const listed = policy({ exempt: { accounts: [accountOf("github", 41898282)] } });
    expect(verdict(pull(actions, [commit("a1", actions)]), { policy: listed })).toBe("signed");
  });

  it("commits under the accounts that go with it, in its own pull request alone", () => {
    const [imgbot, app] = [person(31301654), person(31427850)];
    expect(verdict(pull(imgbot, [commit("a1", app)]))).toBe("signed");
    expect(verdict(pull(alice, [commit("a1", app)]), { coverage })).toBe("unsigned");
  });

  it("blocks as author in a person's pull request, unless the host signed the commit as the bot's own", () => {
    const seen = judge(facts(pull(alice, [commit("a1", dependabot)]), { coverage }));
    expect(seen.verdict).toBe("unsigned");
    expect(seen.signers[1]).toMatchObject({ automated: true, standing: { kind: "missing" } });
    const signed = commit("a1", dependabot, { signedByHost: true });
    expect(verdict(pull(alice, [signed]), { coverage })).toBe("signed");
    expect(verdict(pull(alice, [signed, commit("a2", dependabot)]), { coverage })).toBe("unsigned");
    expect(verdict(pull(alice, [commit("a1", bob, { signedByHost: true })]), { coverage })).toBe("unsigned");
  });

  it("is accepted as author if exempt.authors names it, but not as opener", () => {
    const exempt = policy({ exempt: { authors: [accountOf("github", 4242)] } });
    const bot = person(4242);
    expect(verdict(pull(alice, [commit("a1", bot)]), { coverage, policy: exempt })).toBe("signed");
    expect(verdict(pull(bot, [commit("a1", bot)]), { policy: exempt })).toBe("unsigned");
  });
});

describe("a commit that the repository already has", () => {
  it("asks nobody to sign; the opener still counts", () => {
    const commits = [commit("a1", bob, { coauthors: [stranger()] }), commit("a2", stranger())];
    const merged = new Set(["a1", "a2"]);
    expect(verdict(pull(alice, commits), { coverage: signedBy(alice), merged })).toBe("signed");
    expect(verdict(pull(alice, commits), { merged })).toBe("unsigned");
    expect(verdict(pull(alice, [...commits, commit("a3", bob)]), { coverage: signedBy(alice), merged })).toBe(
      "unsigned",
    );
  });
});

describe("a maintainer who updated the branch", () => {
  it("is told apart by commits that only merge", () => {
    const merge = commit("a2", bob, { parents: 2 });
    const seen = judge(facts(pull(alice, [commit("a1", alice), merge]), { coverage: signedBy(alice) }));
    expect(seen.signers[1]).toMatchObject({ account: bob.account, onlyMerges: true });
    const more = judge(facts(pull(alice, [merge, commit("a3", bob)]), { coverage: signedBy(alice) }));
    expect(more.signers[1]).toMatchObject({ account: bob.account, onlyMerges: false });
  });
});

describe("a committer", () => {
  const commits = [commit("a1", alice, { committer: bob })];
  const coverage = signedBy(alice);

  it("is passed over unless the policy says otherwise", () => {
    expect(verdict(pull(alice, commits), { coverage })).toBe("signed");
  });

  it("who has not signed blocks where the policy requires committers", () => {
    const strict = policy({ require: { committers: "require" } });
    expect(verdict(pull(alice, commits), { coverage, policy: strict })).toBe("unsigned");
    expect(verdict(pull(alice, commits), { coverage: signedBy(alice, bob), policy: strict })).toBe("signed");
  });

  it("is named and does not block where the policy warns", () => {
    const warn = policy({ require: { committers: "warn" } });
    const seen = judge(facts(pull(alice, commits), { coverage, policy: warn }));
    expect(seen.verdict).toBe("signed");
    expect(seen.signers[1]).toMatchObject({ account: bob.account, required: false });
  });

  it("that is the host itself never counts", () => {
    const strict = policy({ require: { committers: "require" } });
    expect(verdict(pull(alice, [commit("a1", alice)]), { coverage, policy: strict })).toBe("signed");
  });
});

describe("a member of an exempt organization", () => {
  it("needs no signature, in any part", () => {
    const members = new Set([alice, bob].flatMap(({ account }) => account ?? []));
    const seen = judge(facts(pull(alice, [commit("a1", alice, { coauthors: [bob] })]), { members }));
    expect(seen.verdict).toBe("signed");
    expect(seen.signers[0]?.standing).toEqual({ kind: "exempt", by: "organization" });
  });

  it("covers nobody else", () => {
    const members = new Set([alice].flatMap(({ account }) => account ?? []));
    expect(verdict(pull(alice, [commit("a1", bob)]), { members })).toBe("unsigned");
  });
});

describe("a lookup that failed", () => {
  const unanswered = new Set([bob].flatMap(({ account }) => account ?? []));
  const both = pull(alice, [commit("a1", alice), commit("b2", bob)]);

  it("gives no verdict, and says why", () => {
    const seen = judge(facts(both, { coverage: signedBy(alice), unanswered }));
    expect(seen.verdict).toBe("unknown");
    expect(seen.doubts).toEqual(["look-up-failed"]);
  });

  it("does not matter for somebody who signed", () => {
    expect(verdict(both, { coverage: signedBy(alice, bob), unanswered })).toBe("signed");
  });

  it("does not stop the report about the others", () => {
    const seen = judge(facts(both, { unanswered }));
    expect(seen.verdict).toBe("unsigned");
    expect(seen.signers.map(({ standing }) => standing.kind)).toEqual(["missing", "unknown"]);
  });

  it("does not matter for a co-author of whom the policy only warns", () => {
    const warn = policy({ require: { coauthors: "warn" } });
    const commits = [commit("a1", alice, { coauthors: [bob] })];
    expect(verdict(pull(alice, commits), { coverage: signedBy(alice), unanswered, policy: warn })).toBe(
      "signed",
    );
  });
});

describe("a reading that is not whole", () => {
  it.each(["no-commits", "list-cut", "count-differs"] as const)("(%s) is never green", (gap) => {
    const seen = judge(
      facts(pull(alice, [commit("a1", alice)], { gaps: [gap] }), { coverage: signedBy(alice) }),
    );
    expect(seen.verdict).toBe("unknown");
    expect(seen.doubts).toEqual([gap]);
  });

  it("is one without a commit, even where its reader saw no gap", () => {
    for (const exemption of [null, "lines", "paths"] as const) {
      const seen = judge(facts(pull(alice, []), { coverage: signedBy(alice), exemption }));
      expect(seen.verdict).toBe("unknown");
      expect(seen.doubts).toEqual(["no-commits"]);
    }
  });

  it("still says who has not signed", () => {
    expect(verdict(pull(alice, [commit("a1", bob)], { gaps: ["list-cut"] }))).toBe("unsigned");
  });

  it.each([null, stranger({ login: "ghost" })])("is one whose opener is gone", (opener) => {
    const seen = judge(facts(pull(opener, [commit("a1", alice)]), { coverage: signedBy(alice) }));
    expect(seen.verdict).toBe("unknown");
    expect(seen.doubts).toEqual(["opener-gone"]);
  });

  it("is one for which the database did not answer: nobody is then said not to have signed", () => {
    const seen = judge(facts(pull(alice, [commit("a1", bob), commit("b2", stranger())]), { coverage: null }));
    expect(seen.verdict).toBe("unknown");
    expect(seen.doubts).toEqual(["database"]);
    expect(seen.signers.every(({ standing }) => standing.kind === "unknown")).toBe(true);
  });
});

describe("a change that is exempt", () => {
  it.each(["lines", "paths"] as const)("by its %s needs no signature, and says so", (exemption) => {
    const seen = judge(facts(pull(alice, [commit("a1", stranger())]), { exemption }));
    expect(seen).toMatchObject({ verdict: "signed", exemption, doubts: [] });
  });

  it("is so for all authors, and whether or not the database answers", () => {
    const seen = judge(facts(pull(null, [commit("a1", alice)]), { exemption: "lines", coverage: null }));
    expect(seen).toMatchObject({ verdict: "signed", exemption: "lines", doubts: [] });
  });

  it("is not, while the reading has a gap", () => {
    const seen = judge(
      facts(pull(alice, [commit("a1", alice)], { gaps: ["list-cut"] }), {
        coverage: signedBy(alice),
        exemption: "lines",
      }),
    );
    expect(seen).toMatchObject({ verdict: "unknown", exemption: null });
  });
});

describe("a backport", () => {
  const verify = policy({ require: { backports: "verify" } });
  const backports = new Set(["b2"]);
  const commits = [commit("b2", bob, { coauthors: [stranger()] })];

  it("needs no new signature of its authors", () => {
    const seen = judge(facts(pull(alice, commits), { coverage: signedBy(alice), policy: verify, backports }));
    expect(seen).toMatchObject({ verdict: "signed", backports: ["b2"], unlinked: [] });
  });

  it("leaves the pull request's opener to sign", () => {
    expect(verdict(pull(alice, commits), { policy: verify, backports })).toBe("unsigned");
    expect(verdict(pull(bob, commits), { policy: verify, backports })).toBe("unsigned");
  });

  it("leaves other commits of the same author to sign", () => {
    const more = [...commits, commit("c3", bob)];
    expect(verdict(pull(alice, more), { coverage: signedBy(alice), policy: verify, backports })).toBe(
      "unsigned",
    );
  });

  it("leaves its committer to sign where committers count", () => {
    const strict = policy({ require: { backports: "verify", committers: "require" } });
    const picked = [commit("b2", bob, { committer: carol })];
    expect(verdict(pull(alice, picked), { coverage: signedBy(alice), policy: strict, backports })).toBe(
      "unsigned",
    );
    expect(
      verdict(pull(alice, picked), { coverage: signedBy(alice, carol), policy: strict, backports }),
    ).toBe("signed");
  });

  it("counts as any other commit where the policy wants it signed", () => {
    const seen = judge(facts(pull(alice, commits), { coverage: signedBy(alice), backports }));
    expect(seen).toMatchObject({ verdict: "unsigned", backports: [] });
  });
});

describe("a verdict that time changes", () => {
  const mine = pull(alice, [commit("a1", alice)]);

  it("says when a grace ends, and is green until then", () => {
    const revised = {
      ...agreement,
      version: "2.0",
      accepts: ["2.0"],
      graceDays: 30,
      effective: NOW - 10 * DAY,
    };
    const until = NOW + 20 * DAY;
    const during = judge(facts(mine, { agreement: revised, coverage: signedBy(alice) }));
    expect(during).toMatchObject({ verdict: "signed", changesAt: until });
    expect(during.signers[0]?.standing).toEqual({ kind: "signed", through: [null], graceUntil: until });
    const after = judge(facts(mine, { agreement: revised, coverage: signedBy(alice), now: until }));
    expect(after).toMatchObject({ verdict: "unsigned", changesAt: null });
    expect(after.signers[0]?.standing).toEqual({ kind: "missing", outdated: true });
  });

  it("counts a roster from its first moment to the one before its end", () => {
    const roster = { ...own, entity: "acme", from: NOW - DAY, until: NOW + DAY };
    const coverage = new Map([[accountOf("github", 1), [roster]]]);
    expect(judge(facts(mine, { coverage, now: NOW - DAY - 1 }))).toMatchObject({
      verdict: "unsigned",
      changesAt: NOW - DAY,
    });
    expect(judge(facts(mine, { coverage, now: NOW - DAY }))).toMatchObject({
      verdict: "signed",
      changesAt: NOW + DAY,
    });
    expect(judge(facts(mine, { coverage, now: NOW + DAY }))).toMatchObject({
      verdict: "unsigned",
      changesAt: null,
    });
  });
});
