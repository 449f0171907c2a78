import { agreementFor, type Agreement } from "../../records/agreement.ts";
import { Failure } from "../../error.ts";
import type { Reading } from "../../ports/host.ts";
import { DEFAULT_LABELS, type Labels } from "../../verdict/policy.ts";
import { printPullRef, type Pull, type PullRef } from "../../pull.ts";
import { readChange } from "./change.ts";
import type { Client } from "../traffic/client.ts";
import { listCommits, wholeList, type CommitList } from "./commits.ts";
import type { Directory } from "./directory.ts";
import { listLabels } from "../show/show-labels.ts";
import { ownLabels } from "./own-labels.ts";
import { parsePath, within, type RepositoryPath } from "./path.ts";
import { personOfUser } from "./person.ts";
import { POLICY_PATH, readFile } from "./policy-file.ts";
import { PullRequest, Repository, type Commit, type Self } from "./schema.ts";
import { showReport, type Standing } from "../show/show.ts";

/** How often a pull request is read again when its head moved meanwhile. */
const TRIES = 3;

/** What reading needs beside the pull request's place. */
export interface Access {
  readonly client: Client;
  readonly directory: Directory;
  /** The bot's own account. */
  readonly self: () => Promise<Self>;
  readonly agreements: readonly Agreement[];
  /** The last answer to each open pull request, as long as this process lives. */
  readonly answers: Map<string, Answer>;
}

/** For which head a pull request was answered, and by which labels. */
interface Answer {
  readonly head: string;
  readonly labels: Labels | null;
}

/** What was read at one moment; a part is its failure where that part alone did not come. */
interface Snapshot {
  readonly path: RepositoryPath;
  readonly pull: PullRequest;
  readonly commits: readonly Commit[] | Failure;
  readonly policyFile: Reading["policyFile"] | Failure;
}

/**
 * Reads a pull request, its commits and the policy file, three calls side by side. Where the pull request alone
 * came, and labels of an earlier head may stand there, the reading has a gap instead of failing, so that an old
 * answer can be withdrawn; its `show` throws the failure once that is done.
 */
export async function readPull(access: Access, ref: PullRef, comment: number | null): Promise<Reading> {
  const { client, directory } = access;
  for (let tries = 1; ; tries += 1) {
    const snapshot = await directory.find(ref.repository, (path) => readAt(client, path, ref));
    const { pull, policyFile } = snapshot;
    directory.learn(pull.base.repo);
    const list = await listOf(client, snapshot);
    const failure = failureIn(policyFile, list);
    if (!(list instanceof Failure) && failure === null)
      return readingOf(access, ref, comment, snapshot, list, null);
    if (failure?.code === "head-moving" && tries < TRIES) continue;
    if (!(await mayBeOutdated(access, ref, snapshot))) throw failure;
    return readingOf(access, ref, comment, snapshot, NOTHING, failure);
  }
}

/** Whether a label may stand there that answers for an earlier head. */
async function mayBeOutdated(
  { client, self, answers }: Access,
  ref: PullRef,
  { path, pull, policyFile }: Snapshot,
): Promise<boolean> {
  const last = answers.get(printPullRef(ref));
  if (last?.head === pull.head.sha || pull.state !== "open" || pull.labels?.length === 0) return false;
  if (last !== undefined || !(policyFile instanceof Failure)) return true;
  // Without the policy nobody knows which labels it means, or that it means any, but from the bot's own.
  const names = (pull.labels ?? []).map(({ name }) => name);
  return (await ownLabels(client, self, path, ref.number, names)).length > 0;
}

const NOTHING: CommitList = { commits: [], gaps: ["list-cut"], ofHead: false };

/** What keeps a snapshot from being judged; null: nothing does. */
function failureIn(policyFile: Snapshot["policyFile"], list: CommitList | Failure): Failure | null {
  if (policyFile instanceof Failure) return policyFile;
  if (list instanceof Failure) return list;
  return list.ofHead ? null : new Failure("head-moving");
}

/** Null where the path leads to another repository, or to none. */
async function readAt(client: Client, path: RepositoryPath, ref: PullRef): Promise<Snapshot | null> {
  const [pull, commits, policyFile] = await Promise.all([
    client.find("the pull request", within(path, "pulls", ref.number), PullRequest),
    settle(listCommits(client, path, ref.number)),
    settle(readFile(client, path, POLICY_PATH, null)),
  ]);
  if (pull === null) return nothingAt(client, path, ref);
  if (pull.base.repo.id !== ref.repository) return null;
  return { path: parsePath(pull.base.repo.full_name), pull, commits, policyFile };
}

/** Tells a repository that went elsewhere from one that is here and has no such pull request. */
async function nothingAt(client: Client, path: RepositoryPath, ref: PullRef): Promise<null> {
  const repository = await client.find("a repository", within(path), Repository);
  if (repository?.id === ref.repository)
    throw new Failure("not-found", "the repository has no pull request of this number");
  return null;
}

async function listOf(client: Client, { path, pull, commits }: Snapshot): Promise<CommitList | Failure> {
  return commits instanceof Failure ? commits : settle(wholeList(client, path, pull, commits));
}

/** A failure of one part is looked at beside the others; a bug is thrown at once. */
async function settle<T>(part: Promise<T>): Promise<T | Failure> {
  try {
    return await part;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

async function readingOf(
  { client, self, agreements, answers }: Access,
  ref: PullRef,
  comment: number | null,
  { path, pull, policyFile }: Snapshot,
  list: CommitList,
  failure: Failure | null,
): Promise<Reading> {
  const { number } = ref;
  const labels = (pull.labels ?? (await listLabels(client, path, number))).map(({ name }) => name);
  const key = printPullRef(ref);
  const answer = answers.get(key);
  const last = answer?.labels ?? null;
  let standing: Standing = { path, number, labels, last, comment };
  // Where an agreement covers the repository, the labels are mended whoever set them.
  const covered = agreementFor(agreements, "gitee", pull.base.repo.full_name) !== null;
  const usual = covered ? [] : Object.values(DEFAULT_LABELS).filter((name) => labels.includes(name));
  const marked = comment !== null || (await ownLabels(client, self, path, number, usual)).length > 0;
  if (pull.state !== "open") answers.delete(key);
  return {
    pull: toPull(ref, pull, list, (await self()).id),
    policyFile:
      policyFile === null || policyFile instanceof Failure
        ? null
        : { path: policyFile.path, text: policyFile.text },
    change: () => readChange(client, path, number, pull.head.sha),
    async show(report) {
      const unread = policyFile instanceof Failure && answer !== undefined;
      const wanted = unread ? { ...report, labels: last } : report;
      const shown = await showReport(client, self, standing, wanted);
      ({ standing } = shown);
      if (failure !== null) throw failure;
      answers.set(key, { head: pull.head.sha, labels: report.labels });
      return { comment: standing.comment, writes: shown.writes };
    },
    marked,
  };
}

function toPull(ref: PullRef, pull: PullRequest, list: CommitList, self: number): Pull {
  return {
    ref,
    path: pull.base.repo.full_name,
    url: pull.html_url,
    title: pull.title ?? "",
    state: pull.state === "open" ? "open" : "closed",
    // Not told is taken for private: a page that shows too little does no harm.
    private: pull.base.repo.private ?? true,
    opener: pull.user ? personOfUser(pull.user) : null,
    own: pull.user?.id === self,
    head: pull.head.sha,
    base: pull.base.sha,
    commits: list.commits,
    gaps: list.gaps,
  };
}
