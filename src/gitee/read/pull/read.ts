import { Failure } from "../../../error.ts";
import type { Reading } from "../../../ports/host.ts";
import { printPullRef, type PullRef } from "../../../pull.ts";
import { counted, limited } from "../../traffic/calls.ts";
import type { Client } from "../../traffic/client.ts";
import { listCommits, rangeOf, wholeList, type CommitList } from "./commits.ts";
import { confirmCoauthors } from "./coauthors.ts";
import { ownLabels } from "./own-labels.ts";
import { branchesOf } from "../merged.ts";
import { parsePath, within, type RepositoryPath } from "../path.ts";
import { personOfUser } from "../person.ts";
import { POLICY_PATH, readFile } from "../policy-file.ts";
import type { Access, CheckAccess, LookupAccess } from "./access.ts";
import { lookupsFor } from "./lookups.ts";
import { readingOf, stillThere, type Snapshot } from "./reading.ts";
import { PullRequest, Repository } from "../schema.ts";

/** How often a pull request is read again if its head moved meanwhile. */
const TRIES = 3;

/**
 * Reads a pull request, its commits and the policy file, in three parallel calls. If only the pull request was readable
 * and it may have labels of an earlier head, the reading has a gap instead of failing, so that `show` can withdraw the
 * old answer before it throws the failure.
 */
export async function readPull(
  all: Access,
  ref: PullRef,
  comment: number | null,
  canContinue: boolean,
): Promise<Reading> {
  const access = checkOf(all);
  const { directory } = access;
  for (let tries = 1; ; tries += 1) {
    const snapshot = await directory.find(ref.repository, (path) => readAt(access, path, ref));
    const { pull, policyFile } = snapshot;
    directory.learn(pull.base.repo);
    access.read.keep(printPullRef(ref), branchesOf(pull));
    // The process asks for it once, and lookups leave room for it.
    if (canContinue) await access.self();
    const looking = lookupAccess(access, ref, snapshot, canContinue);
    const list = await listOf(looking, snapshot, ref);
    const failure = failureIn(policyFile, list);
    if (!(list instanceof Failure) && failure === null)
      return readingOf(looking, ref, comment, snapshot, list, null);
    if (failure?.code === "head-moving" && tries < TRIES) continue;
    if (!(await mayBeOutdated(access, ref, snapshot))) {
      const key = printPullRef(ref);
      const last = access.answers.get(key);
      if (last !== undefined) access.answers.set(key, { ...last, unread: true });
      throw failure;
    }
    return readingOf(looking, ref, comment, snapshot, NOTHING, failure);
  }
}

/**
 * Reads a pull request and its policy file without its commits. Only the running process knows whether the bot answered
 * on this head.
 */
export async function readHead(all: Access, ref: PullRef): Promise<Reading> {
  const access = checkOf(all);
  const { client, directory, answers } = access;
  const snapshot = await directory.find(ref.repository, async (path) => {
    const pull = await client.find("the pull request", within(path, "pulls", ref.number), PullRequest);
    if (pull === null) return nothingAt(client, path, ref);
    if (pull.base.repo.id !== ref.repository) return null;
    const policyFile = await stillThere(readFile(client, path, POLICY_PATH, null));
    return { path: parsePath(pull.base.repo.full_name), pull, commits: [], policyFile };
  });
  const last = answers.get(printPullRef(ref));
  // A green answer does not stay if the pull request can't be read anymore.
  const marked = last?.head === snapshot.pull.head.sha && !(last.green && last.unread);
  const looking = lookupAccess(access, ref, snapshot, false);
  return { ...(await readingOf(looking, ref, null, snapshot, NOTHING, null)), marked };
}

/** Whether the pull request may have a label or a check run that was not written for its head. */
async function mayBeOutdated(
  { client, self, answers }: Access,
  ref: PullRef,
  { path, pull, policyFile }: Snapshot,
): Promise<boolean> {
  const last = answers.get(printPullRef(ref));
  if (pull.state !== "open" || (last?.head === pull.head.sha && !last.partial)) return false;
  // The head may have a check run from an earlier time, even if the pull request has no labels.
  if (last !== undefined) return true;
  if (pull.labels?.length === 0) return false;
  if (!(policyFile instanceof Failure)) return true;
  // Without the policy, only the bot's own labels show whether it wants labels, and which.
  const names = (pull.labels ?? []).map(({ name }) => name);
  return (await ownLabels(client, self, path, ref.number, names)).length > 0;
}

const NOTHING: CommitList = { commits: [], gaps: ["list-cut"], ofHead: false };

/** The failure that prevents a verdict on a snapshot; null: none. */
function failureIn(policyFile: Snapshot["policyFile"], list: CommitList | Failure): Failure | null {
  if (policyFile instanceof Failure) return policyFile;
  if (list instanceof Failure) return list;
  return list.ofHead ? null : new Failure("head-moving");
}

/** Counts the calls of one check from here on. */
function checkOf(access: Access): CheckAccess {
  const calls = { made: 0 };
  const client = counted(access.client, calls);
  return { ...access, client, calls, self: (by = client) => access.self(by) };
}

function lookupAccess(
  access: CheckAccess,
  ref: PullRef,
  { pull }: Snapshot,
  canContinue: boolean,
): LookupAccess {
  const check = lookupsFor(access, ref, pull, canContinue);
  const limits = { reads: check.most, writes: Infinity };
  return { ...access, check, looker: limited(access.client, access.calls, check.lookups, limits) };
}

/** Null if the path belongs to another repository, or to none. */
async function readAt(
  { client, cutLists }: Access,
  path: RepositoryPath,
  ref: PullRef,
): Promise<Snapshot | null> {
  const isListed = cutLists.find(printPullRef(ref))?.compared !== true;
  const [pull, commits, policyFile] = await Promise.all([
    client.find("the pull request", within(path, "pulls", ref.number), PullRequest),
    isListed ? settle(listCommits(client, path, ref.number)) : null,
    settle(readFile(client, path, POLICY_PATH, null)),
  ]);
  if (pull === null) return nothingAt(client, path, ref);
  if (pull.base.repo.id !== ref.repository) return null;
  return { path: parsePath(pull.base.repo.full_name), pull, commits, policyFile };
}

/** Distinguishes a repository that moved from one that has no such pull request. */
async function nothingAt(client: Client, path: RepositoryPath, ref: PullRef): Promise<null> {
  const repository = await client.find("a repository", within(path), Repository);
  if (repository?.id === ref.repository)
    throw new Failure("not-found", "the repository has no pull request of this number");
  return null;
}

async function listOf(
  { client, cutLists: memory, coauthors, looker }: LookupAccess,
  { path, pull, commits }: Snapshot,
  ref: PullRef,
): Promise<CommitList | Failure> {
  if (commits instanceof Failure) return commits;
  const key = printPullRef(ref);
  const list = async (): Promise<CommitList> => {
    const isCompared = commits === null && memory.find(key)?.range === rangeOf(pull);
    const listed = isCompared ? null : (commits ?? (await listCommits(client, path, ref.number)));
    const whole = await wholeList(client, path, pull, listed, { memory, key });
    const opener = pull.user ? personOfUser(pull.user) : null;
    const people = { client: looker, memory: coauthors };
    const { commits: found, isWhole } = await confirmCoauthors(people, whole.commits, opener);
    return { ...whole, commits: found, gaps: isWhole ? whole.gaps : [...whole.gaps, "continues"] };
  };
  return settle(list());
}

/** A failure of one part is returned with the other parts; a bug is thrown at once. */
async function settle<T>(part: Promise<T>): Promise<T | Failure> {
  try {
    return await stillThere(part);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}
