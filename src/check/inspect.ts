/** Turns a reading into a finding. Looks up the facts that the verdict needs, expensive ones only if it depends on them. */
import { verifiedBackports } from "./backports.ts";
import { hostOf, numberOf } from "../account.ts";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import type { Engine } from "../ports/engine.ts";
import { Failure, type Problem } from "../error.ts";
import { asksForChange, exemptionOf } from "../verdict/exemption.ts";
import type { Finding } from "../verdict/finding.ts";
import type { Host, Reading } from "../ports/host.ts";
import { policyOf, type Policy, type PolicyFile } from "../verdict/policy.ts";
import type { Arrival, Route, Task } from "../ports/queue.ts";
import { accountsBehind, judge, type Facts, type Judgment } from "../verdict/verdict.ts";

/** What every check works with. */
export interface World {
  readonly engine: Pick<Engine, "pulls" | "signatures" | "waivers" | "notices" | "cursors"> &
    Partial<Pick<Engine, "agreements">>;
  readonly agreements: readonly Agreement[];
  /** The server's defaults for every repository's policy. */
  readonly policy: PolicyFile;
  /** Reads a policy file's text. */
  readonly parsePolicy: (
    text: string,
    path: string,
  ) => { ok: true; value: PolicyFile } | { ok: false; problems: readonly Problem[] };
  /** The public URL of this bot's pages, without a slash at its end. */
  readonly publicUrl: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called for every shown verdict, for logs and metrics. */
  readonly observeVerdict?: (verdict: ShownVerdict) => void;
}

/** A verdict that was shown, without anything that names a person. */
export interface ShownVerdict {
  /** The pull request's task, or the merge group's. */
  readonly task: Task;
  readonly state: "success" | "failure" | "error";
  /** The number of writes to the host; 0: it was already shown. */
  readonly writes: number;
  /** The deliveries that caused it; empty if a sweep, an import or a signature did. */
  readonly deliveries: readonly Arrival[];
}

/** Whether a task ended in a verdict; it may also end without one, e.g. because the pull request is closed. */
export function isVerdict(state: string | undefined): state is ShownVerdict["state"] {
  return state === "success" || state === "failure" || state === "error";
}

export interface Inspection {
  readonly finding: Finding;
  /** The policy that applies; the server's defaults if the repository's file is broken. */
  readonly policy: Policy;
  /** Why some facts are missing. The finding already treats this as doubt. A retry may help. */
  readonly trouble: Failure | null;
  /** Whether it only says that the check goes on: see {@link Reading.continues}. */
  readonly continues?: true;
  /** What covers the people behind it, for the finding; null: not needed, or no answer. */
  readonly coverage: Facts["coverage"];
}

/** The policy that applies to a pull request; the server's defaults if the repository's file is broken. */
export function policyFor(
  world: World,
  host: Host,
  { policyFile: file }: Pick<Reading, "policyFile">,
): Policy {
  const parsed = file === null ? null : world.parsePolicy(file.text, file.path);
  const place = { ...host.capabilities, name: host.name };
  return policyOf(parsed?.ok === true ? parsed.value : {}, world.policy, place);
}

/**
 * Whether people are asked to sign while the host did not say whether the repository has their commits already:
 * `partly` if it compared the default branch.
 */
export type Asking = "always" | "partly" | "never";

/** @throws only unforeseen errors; foreseen failures are returned as {@link Inspection.trouble}. */
export async function inspect(
  world: World,
  host: Host,
  reading: Reading,
  route: Route,
  asking: Asking = "always",
): Promise<Inspection> {
  const place = { ...host.capabilities, name: host.name };
  const defaults = policyOf({}, world.policy, place);
  const agreement = agreementFor(world.agreements, host.name, reading.pull.path);
  const file = reading.policyFile;
  const parsed = file === null ? ({ ok: true, value: {} } as const) : world.parsePolicy(file.text, file.path);
  if (agreement === null) {
    const isOptedOut = parsed.ok && "labels" in parsed.value && parsed.value.labels === false;
    const labels = isOptedOut ? null : defaults.labels;
    const policy = { ...defaults, labels };
    return { finding: { kind: "uncovered" }, policy, trouble: null, coverage: null };
  }
  if (!parsed.ok)
    return {
      finding: { kind: "policy-broken", path: file?.path ?? "", problems: parsed.problems },
      policy: defaults,
      trouble: null,
      coverage: null,
    };
  const policy = policyOf(parsed.value, world.policy, place);
  const { judgment, ...rest } = await weigh({ world, host, reading, route, asking }, policy, agreement);
  return { finding: { kind: "judged", judgment, blockedByAnother: false }, policy, ...rest };
}

async function weigh(
  {
    world,
    reading,
    ...given
  }: Pick<Step, "world" | "host" | "route" | "asking"> & { readonly reading: Reading },
  policy: Policy,
  agreement: Agreement,
): Promise<{ judgment: Judgment } & Pick<Inspection, "trouble" | "coverage">> {
  const troubles: Failure[] = [];
  const lookups = reading.lookups ?? { ...given.host, change: () => reading.change() };
  const coverage = await known(troubles, () =>
    world.engine.signatures.covered(accountsBehind(reading.pull), agreement.id),
  );
  let facts: Facts = {
    pull: reading.pull,
    policy,
    agreement,
    coverage,
    waived: new Set(),
    members: new Set(),
    unanswered: new Set(),
    merged: new Set(),
    backports: new Set(),
    exemption: null,
    now: world.now(),
  };
  // Each step costs calls, so it is taken only while the verdict is not green without it, or somebody would be asked to
  // sign unnecessarily.
  const steps = [waivers, memberships, ancestry, backports, exemption];
  let judgment = judge(facts);
  for (const step of steps) {
    if (judgment.verdict === "signed" && !asksSomebody(judgment)) break;
    facts = { ...facts, ...(await step({ world, lookups, ...given, facts, judgment, troubles })) };
    judgment = judge(facts);
  }
  // If the verdict is green, the failed lookups were not needed.
  const trouble = judgment.verdict === "signed" ? null : (troubles[0] ?? unansweredOf(judgment));
  return { judgment, trouble, coverage };
}

/** Whether a person without a signature would be asked for one, whether or not it is required. */
function asksSomebody({ signers, unlinked, exemption }: Judgment): boolean {
  if (exemption !== null) return false;
  return (
    signers.some(({ standing }) => standing.kind === "missing") || unlinked.some(({ waived }) => !waived)
  );
}

/** Doubt without a failure, which may be gone when the host is asked again. */
function unansweredOf({ doubts }: Judgment): Failure | null {
  // Only a new event, such as another commit or signature, changes this.
  if (doubts.some((doubt) => doubt === "too-many-people" || doubt === "too-large")) return null;
  if (doubts.includes("look-up-failed"))
    return new Failure("host-refused", "the host did not answer about everybody");
  return doubts.some((doubt) => doubt !== "opener-gone" && doubt !== "database")
    ? new Failure("list-cut")
    : null;
}

interface Step {
  readonly world: World;
  readonly host: Host;
  readonly lookups: NonNullable<Reading["lookups"]>;
  readonly route: Route;
  readonly asking: Asking;
  readonly facts: Facts;
  readonly judgment: Judgment;
  readonly troubles: Failure[];
}

async function waivers({ world, facts, judgment, troubles }: Step): Promise<Partial<Facts>> {
  const { host, repository } = facts.pull.ref;
  const commits = [...new Set(judgment.unlinked.map(({ commit }) => commit))];
  if (commits.length === 0) return {};
  const found = await known(troubles, () => world.engine.waivers.of({ host, id: repository }, commits));
  return { waived: new Set(found?.map(({ commit }) => commit)) };
}

async function memberships(step: Step): Promise<Partial<Facts>> {
  const { host, lookups, route, facts, judgment, troubles } = step;
  const organizations = facts.policy.exempt.organizations
    .filter((one) => hostOf(one) === host.name)
    .map(numberOf);
  const accounts = judgment.signers
    .filter(({ standing }) => standing.kind === "missing")
    .map(({ account }) => account);
  if (organizations.length === 0 || accounts.length === 0) return {};
  const found = await known(troubles, () => lookups.members(organizations, accounts, route));
  if (found === null) return { unanswered: new Set(accounts) };
  const { members, unknown: unanswered, why, waitsUntil = null } = found;
  if (why === undefined) return { members, unanswered };
  if (why === "too-many") return { members, unanswered, unansweredBy: "too-many-people" };
  troubles.push(new Failure("unfinished", undefined, { retryAt: waitsUntil }));
  return { members, unanswered, unansweredBy: "lookup-unfinished" };
}

/**
 * Commits that the repository already has require no signature. A pull request with only the opener's commits needs no
 * comparison.
 */
async function ancestry(step: Step): Promise<Partial<Facts>> {
  const { host, lookups, route, facts, judgment, troubles, asking } = step;
  const { pull } = facts;
  const others = judgment.signers.filter(({ account, standing }) => {
    return standing.kind !== "signed" && standing.kind !== "exempt" && account !== pull.opener?.account;
  });
  const asked = new Set([
    ...others.flatMap(({ commits }) => commits),
    ...judgment.unlinked.filter(({ waived }) => !waived).map(({ commit }) => commit),
  ]);
  const { history } = lookups;
  if (history === null || asked.size === 0 || pull.gaps.length > 0) return {};
  // Where no co-author has an account, one is requested to sign again and again: that is not worth the calls.
  if (judgment.verdict === "signed" && !host.capabilities.resolvesCoauthors) return {};
  const own: Failure[] = [];
  const found = await known(own, () => history.mergedCommits(pull, [...asked], route));
  const [failure = found?.failure ?? null] = own;
  const merged = found?.merged ?? new Set<string>();
  if (failure === null) return { merged };
  troubles.push(failure);
  // A retry may say that the repository has a commit, but nobody may stay unasked for long.
  if (asking === "always" || (asking === "partly" && found !== null)) return { merged, comparedInPart: true };
  const unanswered = new Set([...facts.unanswered, ...others.map(({ account }) => account)]);
  return { merged, unanswered, uncompared: asked };
}

async function backports({ lookups, route, facts, judgment, troubles }: Step): Promise<Partial<Facts>> {
  const { history } = lookups;
  if (history === null || facts.policy.require.backports !== "verify") return {};
  const asked = new Set([
    ...judgment.signers
      .filter(({ standing }) => standing.kind === "missing")
      .flatMap(({ commits }) => commits),
    ...judgment.unlinked.map(({ commit }) => commit),
  ]);
  const { pull } = facts;
  const commits = pull.commits.filter(({ sha }) => asked.has(sha));
  const repository = { host: pull.ref.host, id: pull.ref.repository };
  const found = await known(troubles, () => verifiedBackports(history, repository, commits, route));
  return { backports: found ?? new Set() };
}

async function exemption({ lookups, facts, troubles }: Step): Promise<Partial<Facts>> {
  if (!asksForChange(facts.policy)) return {};
  const change = await known(troubles, () => lookups.change().catch(tooLarge));
  return { exemption: change === null ? null : exemptionOf(facts.policy, change) };
}

/** A change of more files than the host lists is not small, and asking again won't make it so. */
function tooLarge(error: unknown): null {
  if (error instanceof Failure && error.code === "list-cut") return null;
  throw error;
}

/** The answer, or null with the foreseen failure recorded: a failed lookup never stops the report. */
async function known<T>(troubles: Failure[], ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // A "not found" here is never about the pull request itself.
    const isGone = error.code === "not-found";
    troubles.push(isGone ? new Failure("host-refused", error.message, { cause: error }) : error);
    return null;
  }
}
