/**
 * The verdict on a pull request, from values alone. The opener and every commit's author and co-authors must be
 * covered, each by account number. Whatever is not known to be in order is not: a gap in the reading, a look-up
 * that failed and a commit without an account never add up to `signed`.
 */
import type { Account } from "../account.ts";
import type { Agreement } from "../records/agreement.ts";
import type { Policy } from "./policy.ts";
import type { Commit, Gap, Person, Pull } from "../pull.ts";
import { standingOf, type Coverage } from "../records/signature.ts";
import { isWellKnownAgent, isWellKnownBot } from "./well-known.ts";

export const VERDICTS = ["signed", "unsigned", "unknown"] as const;
export type VerdictKind = (typeof VERDICTS)[number];

/** Whether a pull request of this verdict keeps the others with its head from being green; null: it is not there. */
export function isInTheWay(verdict: VerdictKind | null): boolean {
  return verdict !== null && verdict !== "signed";
}

/** In which part somebody stands behind a pull request. */
export type Role = "opener" | "author" | "coauthor" | "committer";

/** How it stands with one account. */
export type AccountStanding =
  | {
      readonly kind: "signed";
      readonly through: readonly (string | null)[];
      readonly graceUntil: number | null;
    }
  | { readonly kind: "exempt"; readonly by: "account" | "bot" | "organization" }
  | { readonly kind: "missing"; readonly outdated: boolean }
  /** The host or the database did not answer about this one. */
  | { readonly kind: "unknown" };

export interface Signer {
  readonly account: Account;
  /** To show; may be null when the host told none. */
  readonly login: string | null;
  readonly roles: ReadonlySet<Role>;
  /** The commits in which the account has a part that counts. */
  readonly commits: readonly string[];
  /** False where the policy only warns of the part this account has. */
  readonly required: boolean;
  readonly standing: AccountStanding;
}

/** A part in a commit behind which no account stands. */
export interface Unlinked {
  readonly commit: string;
  readonly role: "author" | "coauthor" | "committer";
  /** What the commit says, to show; never evidence. */
  readonly name: string | null;
  readonly required: boolean;
  /** A maintainer answered for it. */
  readonly waived: boolean;
}

/** Why a whole pull request needs no signature. */
export type Exemption = "lines" | "paths";

/** Why no verdict can be given. */
export type Doubt = Gap | "opener-gone" | "look-up-failed" | "database";

export interface Judgement {
  readonly verdict: VerdictKind;
  readonly agreement: Agreement;
  readonly signers: readonly Signer[];
  readonly unlinked: readonly Unlinked[];
  readonly doubts: readonly Doubt[];
  readonly exemption: Exemption | null;
  /** Commits that repeat one of a protected branch and so need no new signature of their author. */
  readonly backports: readonly string[];
  /** When this may change by the passing of time alone, in milliseconds since the epoch; null: never. */
  readonly changesAt: number | null;
}

export interface Facts {
  readonly pull: Pull;
  readonly policy: Policy;
  readonly agreement: Agreement;
  /** Null: the database did not answer. */
  readonly coverage: ReadonlyMap<Account, readonly Coverage[]> | null;
  /** Commits for which a maintainer answered. */
  readonly waived: ReadonlySet<string>;
  /** Accounts that belong to an exempt organisation. */
  readonly members: ReadonlySet<Account>;
  /** Accounts about which the host did not answer. */
  readonly unanswered: ReadonlySet<Account>;
  readonly backports: ReadonlySet<string>;
  readonly exemption: Exemption | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function judge(facts: Facts): Judgement {
  const { pull, agreement } = facts;
  const parts = partsOf(facts);
  const moments: number[] = [];
  const signers = signersOf(facts, parts, moments);
  const unlinked = parts.flatMap((part): Unlinked[] =>
    part.person.account === null && part.role !== "opener"
      ? [
          {
            commit: part.commit,
            role: part.role,
            name: part.person.name,
            required: part.required,
            waived: facts.waived.has(part.commit),
          },
        ]
      : [],
  );
  const gaps = gapsOf(pull);
  const doubts: Doubt[] = [...gaps];
  if (pull.opener === null || pull.opener.account === null) doubts.push("opener-gone");
  if (facts.coverage === null) doubts.push("database");
  if (
    facts.coverage !== null &&
    signers.some(({ standing, required }) => required && standing.kind === "unknown")
  )
    doubts.push("look-up-failed");

  // Without the database nobody can say whether a maintainer answered for a commit.
  const lacking =
    facts.coverage !== null &&
    (signers.some(({ required, standing }) => required && standing.kind === "missing") ||
      unlinked.some(({ required, waived }) => required && !waived));
  // An exemption by size or path is a fact about the change, so it holds whoever is behind it; but it
  // is only known when the reading is whole.
  const exempt = facts.exemption !== null && gaps.length === 0;
  return {
    verdict: exempt ? "signed" : lacking ? "unsigned" : doubts.length > 0 ? "unknown" : "signed",
    agreement,
    signers,
    unlinked,
    doubts: exempt ? [] : doubts,
    exemption: exempt ? facts.exemption : null,
    backports: pull.commits.filter((commit) => isBackport(facts, commit)).map(({ sha }) => sha),
    changesAt: moments.length === 0 ? null : Math.min(...moments),
  };
}

/** Every account behind a pull request that may count, for the look-ups that come before the verdict. */
export function accountsBehind(pull: Pull): readonly Account[] {
  const people = [
    pull.opener,
    ...pull.commits.flatMap((commit) => [commit.author, ...commit.coauthors, commit.committer]),
  ];
  return [...new Set(people.flatMap((person) => person?.account ?? []))];
}

interface Part {
  readonly role: Role;
  readonly commit: string;
  readonly person: Person;
  readonly required: boolean;
}

/** A pull request without a commit is no whole reading, whatever the adapter made of it. */
function gapsOf({ commits, gaps }: Pull): readonly Gap[] {
  return commits.length > 0 || gaps.includes("no-commits") ? gaps : [...gaps, "no-commits"];
}

function isBackport({ policy, backports }: Facts, commit: Commit): boolean {
  return policy.require.backports === "verify" && backports.has(commit.sha);
}

function partsOf(facts: Facts): Part[] {
  const { pull, policy } = facts;
  const parts: Part[] = [];
  if (pull.opener !== null) parts.push({ role: "opener", commit: "", person: pull.opener, required: true });
  for (const commit of pull.commits) {
    const own = partsOfCommit(commit, policy);
    // The authors signed for the change when it came to the protected branch; who brought it here did not.
    parts.push(...(isBackport(facts, commit) ? own.filter(({ role }) => role === "committer") : own));
  }
  return parts;
}

function partsOfCommit(commit: Commit, policy: Policy): Part[] {
  const parts: Part[] = [{ role: "author", commit: commit.sha, person: commit.author, required: true }];
  const { coauthors, committers } = policy.require;
  if (coauthors !== "ignore")
    for (const person of commit.coauthors)
      // A co-author line is a voluntary statement: passing over an assistant there gives nothing away.
      if (policy.exempt.agents === "none" || !isWellKnownAgent(person))
        parts.push({ role: "coauthor", commit: commit.sha, person, required: coauthors === "require" });
  if (committers !== "ignore" && commit.committer !== null)
    parts.push({
      role: "committer",
      commit: commit.sha,
      person: commit.committer,
      required: committers === "require",
    });
  return parts;
}

function signersOf(facts: Facts, parts: readonly Part[], moments: number[]): Signer[] {
  const byAccount = new Map<Account, Part[]>();
  for (const part of parts) {
    if (part.person.account === null) continue;
    const known = byAccount.get(part.person.account);
    if (known === undefined) byAccount.set(part.person.account, [part]);
    else known.push(part);
  }
  return [...byAccount].map(([account, own]) => ({
    account,
    login: own.find(({ person }) => person.login !== null)?.person.login ?? null,
    roles: new Set(own.map(({ role }) => role)),
    commits: [...new Set(own.filter(({ commit }) => commit !== "").map(({ commit }) => commit))],
    required: own.some(({ required }) => required),
    standing: standing(facts, account, moments),
  }));
}

function standing(facts: Facts, account: Account, moments: number[]): AccountStanding {
  const { policy, agreement, coverage, now } = facts;
  // A bot is exempt as the opener that the host itself authenticated, and for the commits of its own pull
  // request; a commit's author is only what somebody typed.
  if (account === facts.pull.opener?.account) {
    if (policy.exempt.accounts.includes(account)) return { kind: "exempt", by: "account" };
    if (facts.pull.own) return { kind: "exempt", by: "bot" };
    if (policy.exempt.bots === "well-known" && isWellKnownBot(account)) return { kind: "exempt", by: "bot" };
  }
  if (facts.members.has(account)) return { kind: "exempt", by: "organization" };
  if (coverage === null) return { kind: "unknown" };
  const found = standingOf(coverage.get(account) ?? [], agreement, now);
  if (found.changesAt !== null) moments.push(found.changesAt);
  if (found.kind === "signed")
    return { kind: "signed", through: found.through, graceUntil: found.graceUntil };
  // Not signed, and the host did not say whether an exempt organisation has it as a member.
  if (facts.unanswered.has(account)) return { kind: "unknown" };
  return { kind: "missing", outdated: found.outdated };
}
