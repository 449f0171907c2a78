import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountOf, hostOf, numberOf, type Account } from "../../src/account.ts";
import type { Commit, Person, Pull } from "../../src/pull.ts";
import type { Coverage } from "../../src/records/signature.ts";
import { judge, type Facts, type Judgment } from "../../src/verdict/verdict.ts";
import { agreement, DAY, facts, NOW, own, policy, pull } from "./facts.ts";

// Few numbers, names and addresses, so that they collide often; among them a bot's and an assistant's.
const account = fc
  .tuple(fc.constantFrom("github", "gitee"), fc.constantFrom(1, 2, 3, 49699333, 81847))
  .map(([host, number]) => accountOf(host, number));
const word = fc.constantFrom(null, "octocat", "dependabot[bot]", "Claude");
const email = fc.constantFrom(null, "noreply@anthropic.com", "1@example.com", "noreply@github.com");
const person: fc.Arbitrary<Person> = fc.record({
  account: fc.option(account, { freq: 5 }),
  login: word,
  name: word,
  email,
  claimed: fc.option(fc.record({ account, by: fc.constantFrom("number", "name") })),
});
const commits: fc.Arbitrary<Commit[]> = fc
  .array(
    fc.record({
      author: person,
      coauthors: fc.array(person, { maxLength: 2 }),
      committer: fc.option(person),
      parents: fc.constantFrom(1, 2),
      signedByHost: fc.boolean(),
    }),
    { maxLength: 4 },
  )
  .map((list) => list.map((one, i) => ({ ...one, sha: `c${i}`, message: "A change" })));
const someShas = fc.uniqueArray(fc.constantFrom("c0", "c1", "c2", "c3")).map((shas) => new Set(shas));
const someAccounts = fc.uniqueArray(account, { maxLength: 3 }).map((all) => new Set<Account>(all));
const weight = fc.constantFrom("require", "warn", "ignore");
const coverage: fc.Arbitrary<Coverage> = fc.record({
  version: fc.constantFrom("1.0", "0.9"),
  entity: fc.constantFrom(null, "acme"),
  from: fc.constantFrom(null, NOW - DAY, NOW + DAY),
  until: fc.constantFrom(null, NOW - DAY, NOW + DAY),
});
const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    pull: fc
      .record({
        opener: fc.option(person, { freq: 8 }),
        commits,
        gaps: fc.oneof(
          { weight: 4, arbitrary: fc.constant([]) },
          fc.subarray(["no-commits", "list-cut", "count-differs"] as const, { minLength: 1 }),
        ),
      })
      .map(({ opener, commits, gaps }) => pull(opener, commits, { gaps })),
    policy: fc
      .record({
        coauthors: weight,
        committers: weight,
        backports: fc.constantFrom("sign", "verify"),
        bots: fc.constantFrom("well-known", "coauthors", "none"),
        agents: fc.constantFrom("well-known", "none"),
        accounts: fc.uniqueArray(account, { maxLength: 1 }),
        authors: fc.uniqueArray(account, { maxLength: 1 }),
      })
      .map(({ coauthors, committers, backports, ...exempt }) =>
        policy({ require: { coauthors, committers, backports }, exempt }),
      ),
    coverage: fc.option(
      fc
        .uniqueArray(fc.tuple(account, fc.array(coverage, { maxLength: 2 })), { selector: ([key]) => key })
        .map((entries) => new Map(entries)),
      { freq: 8 },
    ),
    waived: someShas,
    merged: fc.oneof(fc.constant(new Set<string>()), someShas),
    members: someAccounts,
    unanswered: someAccounts,
    backports: someShas,
    exemption: fc.constant(null),
  })
  .map(({ pull, ...more }) => facts(pull, { ...more, agreement }));

/** The strictest of facts that are wholly in order, to start from. */
const inOrder = anyFacts.map((facts): Facts => ({
  ...facts,
  pull: { ...facts.pull, gaps: [] },
  coverage: new Map(everybody(facts.pull).map((account) => [account, [own]])),
  waived: new Set(["c0", "c1", "c2", "c3"]),
}));

function everybody({ opener, commits }: Pull): Account[] {
  const people = [opener, ...commits.flatMap((one) => [one.author, ...one.coauthors, one.committer])];
  return people.flatMap((one) => one?.account ?? []);
}

/** The result of a verdict, without the order in which people came and without what is only shown. */
function essence({ verdict, signers, unlinked, doubts }: Judgment): unknown {
  return {
    verdict,
    doubts,
    signers: signers
      .map(({ account, roles, commits, required, standing }) =>
        JSON.stringify([account, [...roles].toSorted(), commits.toSorted(), required, standing]),
      )
      .toSorted(),
    unlinked: unlinked
      .map(({ commit, role, required, waived }) => JSON.stringify([commit, role, required, waived]))
      .toSorted(),
  };
}

function mapPeople(pull: Pull, change: (person: Person) => Person): Pull {
  return {
    ...pull,
    opener: pull.opener === null ? null : change(pull.opener),
    commits: pull.commits.map((one) => ({
      ...one,
      author: change(one.author),
      coauthors: one.coauthors.map(change),
      committer: one.committer === null ? null : change(one.committer),
    })),
  };
}

const DEPENDABOT = accountOf("github", 49699333);
const DEPENDABOT_ADDRESS = "49699333+dependabot[bot]@users.noreply.github.com";
const CLAUDE = accountOf("github", 81847);

/** What must not stand beside a green verdict, found without the help of what `judge` says of itself. */
function obstacles(
  { pull, policy, coverage, waived, members, backports, merged }: Facts,
  seen: Judgment,
): string[] {
  const found: string[] = [...pull.gaps, ...seen.doubts];
  if (pull.commits.length === 0) found.push("no commits");
  const isExemptBot = (account: Account): boolean =>
    policy.exempt.bots === "well-known" && account === DEPENDABOT;
  // Of the accounts that occur here, the lists and the policy know these.
  const isListed = (account: Account): boolean =>
    [DEPENDABOT, CLAUDE, ...policy.exempt.accounts, ...policy.exempt.authors].includes(account);
  const accountOfPerson = ({ account, claimed }: Person): Account | null => {
    if (account !== null || claimed === null || !isListed(claimed.account)) return account;
    return claimed.by === "number" || claimed.account === pull.opener?.account ? claimed.account : null;
  };
  const inOrder = (account: Account, sha: string | null, typed: boolean): boolean =>
    (!typed && members.has(account)) ||
    (sha !== null && account !== pull.opener?.account && policy.exempt.authors.includes(account)) ||
    (typed ? [] : (coverage?.get(account) ?? [])).some(
      ({ version, from, until }) => version === "1.0" && (from ?? NOW) <= NOW && (until ?? Infinity) > NOW,
    ) ||
    (account === pull.opener?.account && (policy.exempt.accounts.includes(account) || isExemptBot(account)));
  const numbered = ({ account, claimed }: Person): Account | null =>
    account ?? (claimed?.by === "number" ? claimed.account : null);
  const assistant = (person: Person): boolean =>
    (policy.exempt.agents === "well-known" &&
      (numbered(person) === CLAUDE || person.email === "noreply@anthropic.com")) ||
    (policy.exempt.bots !== "none" && numbered(person) === DEPENDABOT);
  const check = (person: Person, sha: string | null): void => {
    const account = sha === null ? person.account : accountOfPerson(person);
    if (account !== null && !inOrder(account, sha, person.account === null))
      found.push(`${account} has not signed`);
    if (account === null && (sha === null || !waived.has(sha))) found.push(`no account for ${sha}`);
  };
  if (pull.opener === null) found.push("no opener");
  else check(pull.opener, null);
  const { require } = policy;
  for (const { sha, author, coauthors, committer, signedByHost } of pull.commits) {
    if (merged.has(sha)) continue;
    if (require.committers === "require" && committer !== null) check(committer, sha);
    if (require.backports === "verify" && backports.has(sha)) continue;
    // A number in an address proves nothing: the host must link the bot's account, or the address is exactly the bot's.
    const isOwn = author.account === DEPENDABOT || author.email === DEPENDABOT_ADDRESS;
    const byBot = accountOfPerson(author) === DEPENDABOT && isOwn && signedByHost;
    if (!byBot || !(isExemptBot(DEPENDABOT) || policy.exempt.accounts.includes(DEPENDABOT)))
      check(author, sha);
    if (require.coauthors === "require")
      for (const one of coauthors.filter((one) => !assistant(one))) check(one, sha);
  }
  return found;
}

describe("a verdict", () => {
  it("is green sometimes, so that what follows means something", () => {
    const seen = fc.sample(inOrder, 500).map((facts) => judge(facts).verdict);
    expect(seen).toContain("signed");
    expect(fc.sample(anyFacts, 500).map((facts) => judge(facts).verdict)).toContain("unsigned");
  });

  it("is green exactly when every required account has signed, every commit has an account or a waiver, and nothing is uncertain", () => {
    fc.assert(
      fc.property(fc.oneof(anyFacts, inOrder), (facts) => {
        const seen = judge(facts);
        expect([seen.verdict === "signed", seen]).toEqual([obstacles(facts, seen).length === 0, seen]);
      }),
      { numRuns: 1000 },
    );
  });

  it("never turns green by one more commit", () => {
    fc.assert(
      fc.property(anyFacts, commits, (facts, more) => {
        fc.pre(facts.pull.commits.length > 0 && judge(facts).verdict !== "signed");
        const added = more.map((one, i) => ({ ...one, sha: `d${i}` }));
        const grown = { ...facts.pull, commits: [...facts.pull.commits, ...added] };
        expect(judge({ ...facts, pull: grown }).verdict).not.toBe("signed");
      }),
      { numRuns: 1000 },
    );
  });

  it("does not depend on the order of commits", () => {
    const shuffled = anyFacts.chain((facts) =>
      fc
        .shuffledSubarray([...facts.pull.commits], {
          minLength: facts.pull.commits.length,
          maxLength: facts.pull.commits.length,
        })
        .map((commits) => [facts, { ...facts, pull: { ...facts.pull, commits } }] as const),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(essence(judge(other))).toEqual(essence(judge(one)));
      }),
    );
  });

  it("does not depend on names and logins, nor, but for assistants, on emails", () => {
    fc.assert(
      fc.property(anyFacts, word, fc.string(), (facts, login, name) => {
        const renamed = mapPeople(facts.pull, (one) => ({ ...one, login, name }));
        expect(essence(judge({ ...facts, pull: renamed }))).toEqual(essence(judge(facts)));
        const agents = { ...facts.policy, exempt: { ...facts.policy.exempt, agents: "none" as const } };
        const strict = { ...facts, policy: agents };
        const moved = mapPeople(facts.pull, (one) => ({ ...one, email: name }));
        expect(essence(judge({ ...strict, pull: moved }))).toEqual(essence(judge(strict)));
      }),
    );
  });

  it("never takes an account for the one with the same number on another host", () => {
    const other = (account: Account): Account =>
      accountOf(hostOf(account) === "github" ? "gitee" : "github", numberOf(account));
    fc.assert(
      fc.property(inOrder, (facts) => {
        const people = everybody(facts.pull).filter((one) => !everybody(facts.pull).includes(other(one)));
        const others = people.map(other);
        const swapped = { coverage: new Map(others.map((one) => [one, [own]])), members: new Set(others) };
        const { signers } = judge({ ...facts, ...swapped });
        const wrong = signers.filter(
          ({ account, standing }) =>
            people.includes(account) &&
            (standing.kind === "signed" || (standing.kind === "exempt" && standing.by === "organization")),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it("never gets worse by one more signature", () => {
    fc.assert(
      fc.property(anyFacts, account, (facts, account) => {
        fc.pre(facts.coverage !== null && judge(facts).verdict === "signed");
        const coverage = new Map(facts.coverage).set(account, [...(facts.coverage?.get(account) ?? []), own]);
        expect(judge({ ...facts, coverage }).verdict).toBe("signed");
      }),
    );
  });

  it("changes by the passing of time only at the moment that it names", () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 0, max: 3 * DAY }), (facts, later) => {
        const { verdict, changesAt } = judge(facts);
        fc.pre(changesAt === null || facts.now + later < changesAt);
        expect(judge({ ...facts, now: facts.now + later }).verdict).toBe(verdict);
      }),
    );
  });
});
