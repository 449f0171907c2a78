/**
 * The verdict on what a merge queue built. A queue rebuilds commits, so their authors are not enough for a verdict, and
 * a success for all groups would be a hole. Each pull request of the group is judged as it is. A commit that is in no
 * pull request and was not made by the queue is judged by its authors, or as the commit that it was rebased from.
 */
import { Failure } from "../error.ts";
import { isSigned, stateOf, type Finding } from "../verdict/finding.ts";
import type { GroupReading, Host, MergeQueue, Reading } from "../ports/host.ts";
import type { Hold } from "./hold.ts";
import { inspect, type Inspection, type World } from "./inspect.ts";
import type { PolicyFile } from "../verdict/policy.ts";
import type { Commit, Pull, RepositoryRef } from "../pull.ts";
import type { Route } from "../ports/queue.ts";
import type { Outcome } from "./reconcile.ts";
import { readOrSay, type GroupTask } from "./read-group.ts";
import { rebuiltOf } from "./rebuilt.ts";
import { reportOf } from "../report/report.ts";
import type { Judgment, Signer, VerdictKind } from "../verdict/verdict.ts";

/**
 * Judges what a merge queue built between two commits and shows the verdict on the head.
 * @throws Failure if a part of it can't be read; the head then shows doubt, which is never green
 */
export async function reconcileGroup(
  world: World,
  host: Host & { readonly mergeQueue: MergeQueue },
  task: GroupTask,
  route: Route,
  hold: Hold,
): Promise<Outcome> {
  const found = await readOrSay(world, host, task, route, hold);
  if (found === null) return { state: "gone", again: null, writes: 0 };
  const { group, readings } = found;
  const inspections: Inspection[] = [];
  // A failure takes a pull request out of its queue, and doubt does not.
  for (const reading of readings) inspections.push(await inspect(world, host, reading, route, "never"));
  const own = readings.flatMap(({ pull }) => pull.commits);
  const others = group.commits.filter(({ sha }) => !own.some((one) => one.sha === sha));
  const rest = pullOf(group, task.repository, others);
  // A commit that could not be read may be in a pull request.
  if (others.length > 0 || readings.length === 0 || group.gaps.length > 0) {
    const strict = byAuthorsOnly(world);
    // It is unknown which commits of a queue are new, so none counts as one that the repository already has.
    const byName = { ...host, history: null };
    const inspection = await inspect(strict, byName, alone(rest, group), route);
    const left = inspections.every(({ finding }) => isSigned(finding))
      ? await withoutRebuilt(host, rest, own, inspection, route)
      : rest;
    if (left instanceof Failure) inspections.push({ ...inspection, trouble: left });
    else if (left === rest) inspections.push(inspection);
    else if (left.commits.length > 0 || group.gaps.length > 0)
      inspections.push(await inspect(strict, byName, alone(left, group), route));
  }

  const finding = combine(inspections.map((inspection) => inspection.finding));
  if (finding.kind === "uncovered") return { state: "uncovered", again: null, writes: 0 };
  const { policy } = inspections[0] ?? { policy: null };
  if (policy === null) throw new Failure("list-cut");
  const pull = readings[0]?.pull ?? rest;
  const { capabilities } = host;
  const report = reportOf(finding, pull, { policy, capabilities, publicUrl: world.publicUrl });
  const { writes } = await group.show(report, hold.confirm);
  const state = stateOf(finding);
  world.observeVerdict?.({ task: hold.taken.task, state, writes, deliveries: hold.taken.deliveries });
  const trouble = inspections.find((inspection) => inspection.trouble !== null)?.trouble;
  if (trouble) throw trouble;
  if (group.gaps.length > 0) throw new Failure("list-cut");
  // A queued group is checked again, because somebody may revoke a signature.
  return { state, again: world.now() + QUEUED_LOOK, writes };
}

/** How often a queued group is checked, in milliseconds; a changed verdict wakes it earlier. */
const QUEUED_LOOK = 5 * 60_000;

/**
 * The policy for commits in no pull request: a commit's claim about its author exempts nobody, and the queue is the
 * committer of what it rebased.
 */
function byAuthorsOnly(world: World): World {
  const strict = (file: PolicyFile): PolicyFile => ({
    ...file,
    require: { ...file.require, committers: "ignore" },
    exempt: {
      ...file.exempt,
      accounts: [],
      authors: [],
      bots: file.exempt?.bots === "none" ? "none" : "coauthors",
    },
  });
  return {
    ...world,
    policy: strict(world.policy),
    parsePolicy(text, path) {
      const parsed = world.parsePolicy(text, path);
      return parsed.ok ? { ok: true, value: strict(parsed.value) } : parsed;
    },
  };
}

/**
 * The commits that still block. A commit that the queue rebuilt from a commit of a passing pull request does not block.
 */
async function withoutRebuilt(
  { history }: Host,
  rest: Pull,
  own: readonly Commit[],
  { finding }: Inspection,
  route: Route,
): Promise<Pull | Failure> {
  if (history === null || finding.kind !== "judged" || finding.judgment.verdict === "signed") return rest;
  const { signers, unlinked } = finding.judgment;
  const atFault = new Set([
    ...signers.filter(({ standing }) => standing.kind !== "signed").flatMap(({ commits }) => commits),
    ...unlinked.map(({ commit }) => commit),
  ]);
  const asked = rest.commits.filter(({ sha }) => atFault.has(sha));
  const repository = { host: rest.ref.host, id: rest.ref.repository };
  try {
    const rebuilt = await rebuiltOf(history, repository, asked, own, route);
    const commits = rest.commits.filter(({ sha }) => !rebuilt.has(sha));
    return { ...rest, commits, opener: commits[0]?.author ?? null };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** The commits in no pull request of the group, as if their first author had opened a pull request with them. */
function pullOf(group: GroupReading, repository: RepositoryRef, commits: Pull["commits"]): Pull {
  return {
    ref: { host: repository.host, repository: repository.id, number: 0 },
    path: group.path,
    url: "",
    title: "",
    state: "open",
    private: false,
    opener: commits[0]?.author ?? null,
    own: false,
    head: group.head,
    base: "",
    commits,
    gaps: group.gaps,
    ...(group.ownNumbers === true && { ownNumbers: true }),
  };
}

function alone(pull: Pull, group: GroupReading): Reading {
  return {
    pull,
    policyFile: group.policyFile,
    marked: false,
    // Size and path exempt no commit that is in no pull request.
    change: () => Promise.reject(new Failure("list-cut")),
    show: (report, confirm) => group.show(report, confirm),
  };
}

/** The people of all parts, and the verdict of the worst part. */
function combine(findings: readonly Finding[]): Finding {
  const broken = findings.find(({ kind }) => kind === "policy-broken");
  if (broken !== undefined) return broken;
  const judgments = findings.flatMap((finding) => (finding.kind === "judged" ? [finding.judgment] : []));
  const [first] = judgments;
  if (first === undefined || judgments.length < findings.length) return { kind: "uncovered" };
  const judgment: Judgment = {
    verdict: worst(judgments.map(({ verdict }) => verdict)),
    agreement: first.agreement,
    signers: signersOf(judgments),
    unlinked: judgments.flatMap(({ unlinked }) => unlinked),
    doubts: [...new Set(judgments.flatMap(({ doubts }) => doubts))],
    exemption: judgments.every(({ exemption }) => exemption !== null) ? first.exemption : null,
    backports: judgments.flatMap(({ backports }) => backports),
    merged: judgments.flatMap(({ merged }) => merged),
    changesAt: null,
  };
  return { kind: "judged", judgment, blockedByAnother: false };
}

function worst(verdicts: readonly VerdictKind[]): VerdictKind {
  if (verdicts.includes("unsigned")) return "unsigned";
  return verdicts.every((verdict) => verdict === "signed") ? "signed" : "unknown";
}

/** Each account once, with the strictest result of all pull requests; an exempt pull request requires nothing. */
function signersOf(judgments: readonly Judgment[]): readonly Signer[] {
  const signers = new Map<string, Signer>();
  for (const { signers: own, exemption } of judgments) {
    if (exemption !== null) continue;
    for (const signer of own) {
      const known = signers.get(signer.account);
      if (known === undefined || weight(signer) > weight(known)) signers.set(signer.account, signer);
    }
  }
  return [...signers.values()];
}

function weight({ required, standing }: Signer): number {
  return (required ? 4 : 0) + { missing: 3, unknown: 2, signed: 1, exempt: 0 }[standing.kind];
}
