/**
 * Computes the verdict on a pull request from plain values. The opener and every commit's author and co-authors must
 * be covered, each by account number. If anything is uncertain, the verdict is not `signed`: a gap in the reading, a
 * failed lookup, or a commit without a linked account.
 */
import type { Account } from "../account.ts";
import type { FailureCode } from "../error.ts";
import type { Agreement } from "../records/agreement.ts";
import type { Policy } from "./policy.ts";
import type { Commit, Gap, Person, Pull } from "../pull.ts";
import { standingOf, type Coverage } from "../records/signature.ts";
import {
  companionsOf,
  isCarrierName,
  isKnownAgent,
  isKnownBot,
  isBotAddress,
  isKnownBotAddress,
  isWellKnownAgent,
  writesOwnContent,
} from "./well-known.ts";

export const VERDICTS = ["signed", "unsigned", "unknown"] as const;
export type VerdictKind = (typeof VERDICTS)[number];

/** Whether a pull request with this verdict blocks others that share its head; null: there is no such pull request. */
export function isInTheWay(verdict: VerdictKind | null): boolean {
  return verdict !== null && verdict !== "signed";
}

/** How an account contributed to a pull request. */
export type Role = "opener" | "author" | "coauthor" | "committer";

/** Whether one account is covered. */
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
  /** To show; null if the host gave none. */
  readonly login: string | null;
  /** As a commit names the person, to show where there is no login; never evidence. */
  readonly name: string | null;
  readonly roles: ReadonlySet<Role>;
  /** The commits to which the account contributed in a role that counts. */
  readonly commits: readonly string[];
  /** False if the policy only warns about this account's roles. */
  readonly required: boolean;
  /** Whether the account is known to be a bot's; it can't sign and is not mentioned. */
  readonly automated: boolean;
  /** Whether all its commits only merge another branch, as the host's "Update branch" does. */
  readonly onlyMerges: boolean;
  readonly standing: AccountStanding;
}

/** A contribution to a commit without a linked account. */
export interface Unlinked {
  readonly commit: string;
  readonly role: "author" | "coauthor" | "committer";
  /** What the commit says, to show; never evidence. */
  readonly name: string | null;
  readonly required: boolean;
  /** Whether the address is a coding assistant's or a bot's. It decides the wording only. */
  readonly automated: boolean;
  /** The account whose number the address carries, which `exempt.authors` may list; never evidence. */
  readonly typed: Account | null;
  /** A maintainer waived the requirement for the commit. */
  readonly waived: boolean;
}

/** Why a whole pull request needs no signature. */
export type Exemption = "lines" | "paths";

/** Failures that say by themselves why nothing could be read, and that a retry seldom changes. */
export const UNREADABLE = [
  "pull-unreadable",
  "permission-missing",
  "ip-not-allowed",
  "sso-required",
  "repository-blocked",
  "account-blocked",
] as const satisfies readonly FailureCode[];

/** Why the verdict is `unknown`. */
export type Doubt =
  | Gap
  | (typeof UNREADABLE)[number]
  | "opener-gone"
  | "look-up-failed"
  | "lookup-unfinished"
  /** The next check, which follows at once, makes the other lookups. */
  | "continues"
  | "too-many-people"
  | "head-behind"
  | "database";

export interface Judgment {
  readonly verdict: VerdictKind;
  readonly agreement: Agreement;
  readonly signers: readonly Signer[];
  readonly unlinked: readonly Unlinked[];
  readonly doubts: readonly Doubt[];
  readonly exemption: Exemption | null;
  /** Commits that repeat a commit of a protected branch, so their authors need no new signature. */
  readonly backports: readonly string[];
  /** Commits that the repository already has. */
  readonly merged: readonly string[];
  /** When the verdict may change without any event, in milliseconds since the epoch; null: never. */
  readonly changesAt: number | null;
}

export interface Facts {
  readonly pull: Pull;
  readonly policy: Policy;
  readonly agreement: Agreement;
  /** Null: the database did not answer. */
  readonly coverage: ReadonlyMap<Account, readonly Coverage[]> | null;
  /** Commits that a maintainer waived. */
  readonly waived: ReadonlySet<string>;
  /** Commits that a protected branch of the repository already has; they ask nobody to sign. */
  readonly merged: ReadonlySet<string>;
  /** Commits of which the host did not say whether a protected branch has them. */
  readonly uncompared?: ReadonlySet<string>;
  /** Whether the host may still say that the repository has a commit whose people are asked to sign. */
  readonly comparedInPart?: boolean;
  /** Accounts that belong to an exempt organization. */
  readonly members: ReadonlySet<Account>;
  /** Accounts about which the host did not answer. */
  readonly unanswered: ReadonlySet<Account>;
  /** What to say of them; a failed lookup if absent. */
  readonly unansweredBy?: Doubt;
  readonly backports: ReadonlySet<string>;
  readonly exemption: Exemption | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function judge(facts: Facts): Judgment {
  const { pull, agreement } = facts;
  const parts = partsOf(facts);
  const moments: number[] = [];
  const signers = signersOf(facts, parts, moments);
  const unlinked = parts.flatMap((part): Unlinked[] =>
    part.account === null && part.role !== "opener"
      ? [
          {
            commit: part.commit,
            role: part.role,
            name: part.person.name ?? mailbox(part.person.email),
            required: part.required,
            automated: isWellKnownAgent(part.person, pull.ownNumbers) || isBotAddress(part.person.email),
            typed: part.person.claimed?.by === "number" ? part.person.claimed.account : null,
            waived: facts.waived.has(part.commit),
          },
        ]
      : [],
  );
  const gaps = gapsOf(pull);
  const doubts: Doubt[] = [...gaps];
  if ((pull.opener === null || pull.opener.account === null) && !gaps.includes("look-up-failed"))
    doubts.push("opener-gone");
  if (facts.coverage === null) doubts.push("database");
  const isOpen = ({ required, waived }: Unlinked): boolean => required && !waived;
  const isUncompared = ({ commit }: Unlinked): boolean => facts.uncompared?.has(commit) === true;
  if (
    facts.coverage !== null &&
    !gaps.includes("look-up-failed") &&
    (signers.some(({ standing, required }) => required && standing.kind === "unknown") ||
      unlinked.some((one) => isOpen(one) && isUncompared(one)))
  )
    doubts.push(facts.unansweredBy ?? "look-up-failed");

  if (facts.comparedInPart === true && !doubts.includes("look-up-failed")) doubts.push("look-up-failed");

  // Without the database it is unknown whether a maintainer waived a commit.
  const lacking =
    facts.coverage !== null &&
    (signers.some(({ required, standing }) => required && standing.kind === "missing") ||
      unlinked.some((one) => isOpen(one) && !isUncompared(one)));
  // An exemption by size or path depends only on the change, but it is known only if the reading is complete.
  const exempt = facts.exemption !== null && gaps.length === 0;
  return {
    verdict: exempt ? "signed" : lacking ? "unsigned" : doubts.length > 0 ? "unknown" : "signed",
    agreement,
    signers,
    unlinked,
    doubts: exempt ? [] : doubts,
    exemption: exempt ? facts.exemption : null,
    backports: pull.commits.filter((commit) => isBackport(facts, commit)).map(({ sha }) => sha),
    merged: pull.commits.filter(({ sha }) => facts.merged.has(sha)).map(({ sha }) => sha),
    changesAt: moments.length === 0 ? null : Math.min(...moments),
  };
}

/** The commits with a contribution that has no account. A maintainer may waive them. */
export function commitsToWaive(pull: Pull, policy: Policy): ReadonlySet<string> {
  const parts = partsOf({ pull, policy, merged: new Set(), backports: new Set() });
  return new Set(
    parts.filter(({ account, role }) => account === null && role !== "opener").map(({ commit }) => commit),
  );
}

/** Every account of a pull request that may count, for the lookups before the verdict. */
export function accountsBehind(pull: Pull): readonly Account[] {
  const people = [
    pull.opener,
    ...pull.commits.flatMap((commit) => [commit.author, ...commit.coauthors, commit.committer]),
  ];
  return [...new Set(people.flatMap((person) => person?.account ?? person?.claimed?.account ?? []))];
}

/** What decides who counts in a pull request. */
type Terms = Pick<Facts, "pull" | "policy" | "merged" | "backports">;

interface Part {
  readonly role: Role;
  readonly commit: string;
  readonly person: Person;
  /** The person's account; null: unknown. */
  readonly account: Account | null;
  readonly required: boolean;
  /** Whether the host itself signed the commit as the author's own. */
  readonly signedByHost: boolean;
  readonly isMerge: boolean;
}

/**
 * The account that counts for a person. A claim in an address counts only for a listed bot, or for one that the
 * policy lists; a name without a number only for the bot that opened the pull request.
 */
function accountFor({ pull, policy }: Terms, { account, claimed }: Person): Account | null {
  if (account !== null || claimed === null) return account;
  const isListed =
    (pull.ownNumbers === true
      ? pull.opener?.bot === true && claimed.account === pull.opener.account
      : isKnownBot(claimed.account) || isKnownAgent(claimed.account)) ||
    policy.exempt.accounts.includes(claimed.account) ||
    policy.exempt.authors.includes(claimed.account);
  if (!isListed) return null;
  return claimed.by === "number" || claimed.account === pull.opener?.account ? claimed.account : null;
}

/** A pull request without commits is never a complete reading, whatever the adapter says. */
function gapsOf({ commits, gaps }: Pull): readonly Gap[] {
  return commits.length > 0 || gaps.includes("no-commits") ? gaps : [...gaps, "no-commits"];
}

function isBackport({ policy, backports }: Terms, commit: Commit): boolean {
  return policy.require.backports === "verify" && backports.has(commit.sha);
}

function partsOf(facts: Terms): Part[] {
  const { pull } = facts;
  const parts: Part[] = [];
  if (pull.opener !== null)
    parts.push({
      role: "opener",
      commit: "",
      person: pull.opener,
      account: pull.opener.account,
      required: true,
      signedByHost: false,
      isMerge: false,
    });
  for (const commit of pull.commits) {
    if (facts.merged.has(commit.sha)) continue;
    const own = partsOfCommit(facts, commit);
    // The authors signed for the change when it reached the protected branch; the committer of the copy did not.
    parts.push(...(isBackport(facts, commit) ? own.filter(({ role }) => role === "committer") : own));
  }
  return parts;
}

function partsOfCommit(facts: Terms, commit: Commit): Part[] {
  const { policy } = facts;
  const partOf = (role: Role, person: Person, required: boolean): Part => ({
    role,
    commit: commit.sha,
    person,
    account: accountFor(facts, person),
    required,
    signedByHost: role === "author" && commit.signedByHost,
    isMerge: commit.parents > 1,
  });
  const parts = [partOf("author", commit.author, true)];
  const { coauthors, committers } = policy.require;
  if (coauthors !== "ignore")
    for (const person of commit.coauthors)
      if (!isIgnoredCoauthor(facts, person)) parts.push(partOf("coauthor", person, coauthors === "require"));
  if (committers !== "ignore" && commit.committer !== null)
    parts.push(partOf("committer", commit.committer, committers === "require"));
  return parts;
}

/**
 * Names whom a commit names only by an address, so that people recognize the line; the domain is left out, because
 * programs collect addresses.
 */
function mailbox(email: string | null): string | null {
  const [, name] = /^(?:\d+\+)?([^@\s]+)@/.exec(email ?? "") ?? [];
  return name === undefined ? null : `${name}@…`;
}

/** A co-author line is a voluntary statement, so ignoring an assistant or a bot there is safe. */
function isIgnoredCoauthor({ policy, pull }: Terms, person: Person): boolean {
  const account = person.account ?? person.claimed?.account ?? null;
  return (
    (policy.exempt.agents === "well-known" && isWellKnownAgent(person, pull.ownNumbers)) ||
    (policy.exempt.bots !== "none" &&
      (isKnownBotAddress(person.email) || (account !== null && isListedBot(pull, account, person))))
  );
}

function signersOf(facts: Facts, parts: readonly Part[], moments: number[]): Signer[] {
  const byAccount = new Map<Account, Part[]>();
  for (const part of parts) {
    if (part.account === null) continue;
    const known = byAccount.get(part.account);
    if (known === undefined) byAccount.set(part.account, [part]);
    else known.push(part);
  }
  return [...byAccount].map(([account, own]) => {
    const isBot = own.some(({ person }) => isListedBot(facts.pull, account, person));
    const accepted = own.filter(
      ({ signedByHost, person }) =>
        signedByHost &&
        (isBot || person.bot === true) &&
        isBotsOwn(facts.pull, person) &&
        isExemptBot(facts, account, person) !== null,
    );
    const rest = own.filter((part) => !accepted.includes(part));
    const counted = rest.length === 0 ? own : rest;
    return {
      account,
      login: own.find(({ person }) => person.login !== null)?.person.login ?? null,
      name: own.find(({ person }) => person.name !== null)?.person.name ?? null,
      roles: new Set(counted.map(({ role }) => role)),
      commits: [...new Set(counted.filter(({ commit }) => commit !== "").map(({ commit }) => commit))],
      required: counted.some(({ required }) => required),
      automated:
        isBot ||
        own.some(({ person }) => person.bot === true) ||
        (facts.pull.ownNumbers !== true && isKnownAgent(account)) ||
        isListedByPolicy(facts, account),
      onlyMerges: counted.every(({ role, isMerge }) => role === "author" && isMerge),
      standing:
        rest.length === 0
          ? ({ kind: "exempt", by: "bot" } as const)
          : standing(facts, account, rest, moments),
    };
  });
}

/**
 * Whether a listed bot's commit is shown to be its own: the host links its account, or the address is exactly the bot's.
 * The host signs as the committer, so a number in another address proves nothing about the author.
 */
function isBotsOwn({ ownNumbers }: Pull, { account, email }: Person): boolean {
  return account !== null || (ownNumbers !== true && isKnownBotAddress(email));
}

function isListedByPolicy({ policy }: Facts, account: Account): boolean {
  return policy.exempt.accounts.includes(account) || policy.exempt.authors.includes(account);
}

/**
 * Whether the account is a listed bot's. The lists name accounts of github.com; on a server with numbers of its own, a
 * bot is what that server says is one.
 */
function isListedBot({ ownNumbers, opener }: Pull, account: Account, person: Person): boolean {
  if (ownNumbers !== true) return isKnownBot(account);
  return person.bot === true || (opener?.bot === true && opener.account === account);
}

/** Why a bot's own content is exempt; null: it is not. */
function isExemptBot({ policy, pull }: Facts, account: Account, person: Person): "account" | "bot" | null {
  if (policy.exempt.accounts.includes(account)) return "account";
  const isOwn =
    pull.ownNumbers === true
      ? person.bot === true && !isCarrierName(person.login)
      : writesOwnContent(account);
  return policy.exempt.bots === "well-known" && isOwn ? "bot" : null;
}

function standing(
  facts: Facts,
  account: Account,
  parts: readonly Part[],
  moments: number[],
): AccountStanding {
  const { agreement, coverage, now, policy, pull } = facts;
  // The host authenticates only the opener; anyone can type a commit's author. So a bot is exempt as the opener and
  // for the commits of its own pull request.
  const opener = pull.opener?.account ?? null;
  if (opener !== null && pull.opener !== null) {
    const exempt = isExemptBot(facts, opener, pull.opener);
    if (account === opener && exempt !== null) return { kind: "exempt", by: exempt };
    if (account === opener && pull.own) return { kind: "exempt", by: "bot" };
    if (exempt !== null && pull.ownNumbers !== true && companionsOf(opener).includes(account))
      return { kind: "exempt", by: exempt };
  }
  if (policy.exempt.authors.includes(account) && parts.every(({ role }) => role !== "opener"))
    return { kind: "exempt", by: "account" };
  // Anyone can type a number into an address, so such a part is covered by no signature and no membership.
  const typed = parts.filter(({ person }) => person.account === null);
  if (typed.some(({ required }) => required) || typed.length === parts.length)
    return { kind: "missing", outdated: false };
  if (facts.members.has(account)) return { kind: "exempt", by: "organization" };
  if (coverage === null) return { kind: "unknown" };
  const found = standingOf(coverage.get(account) ?? [], agreement, now);
  if (found.changesAt !== null) moments.push(found.changesAt);
  if (found.kind === "signed")
    return { kind: "signed", through: found.through, graceUntil: found.graceUntil };
  // Not signed, and the host did not say whether the account is a member of an exempt organization.
  if (facts.unanswered.has(account)) return { kind: "unknown" };
  return { kind: "missing", outdated: found.outdated };
}
