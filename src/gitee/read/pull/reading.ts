import { agreementFor, type Agreement } from "../../../records/agreement.ts";
import { Failure } from "../../../error.ts";
import type { ConfirmWrite, FormerAnswer, Reading, Report, Shown } from "../../../ports/host.ts";
import { DEFAULT_LABELS } from "../../../verdict/policy.ts";
import type { ShortMemory } from "../../../ports/short-memory.ts";
import { printPullRef, type Pull, type PullRef } from "../../../pull.ts";
import { readChange } from "./change.ts";
import { formerly, idsOf, MOST_GREENS, noteOf, type Answer } from "./answer.ts";
import type { Client } from "../../traffic/client.ts";
import { isOwn, isRefused, listRuns, refusalOf, type CheckPlace } from "./check-runs.ts";
import { momentOf, toldOfPull } from "../../traffic/told.ts";
import type { CommitList } from "./commits.ts";
import type { BranchMemory } from "../branches.ts";
import type { Directory } from "../directory.ts";
import type { BranchesRead } from "../merged.ts";
import { listLabels } from "../../show/show-labels.ts";
import { ownLabels } from "./own-labels.ts";
import type { RepositoryPath } from "../path.ts";
import { MISNAMED_POLICY_PATH } from "../policy-file.ts";
import { personOfUser } from "../person.ts";
import type { Commit, PullRequest, Self } from "../schema.ts";
import { ensureCheckRuns } from "../../show/show-check-run.ts";
import { firstOf, isFresh, noteOnPull, settled, showOnPull, type Standing } from "../../show/show.ts";

/** What a reading needs in addition to the pull request's location. */
export interface Access {
  readonly client: Client;
  readonly directory: Directory;
  /** The bot's own account. */
  readonly self: () => Promise<Self>;
  readonly agreements: readonly Agreement[];
  /** The bot's own address, to which its check runs link. */
  readonly publicUrl: string;
  /** Repositories whose policy file had the wrong name in the last sweep. A lookup at each check costs too much. */
  readonly misnamed: Set<number>;
  /** The repositories in which Gitee lately listed no check runs at all. */
  readonly without: ShortMemory<true>;
  readonly refusals: CheckPlace["refusals"];
  readonly branches: BranchMemory;
  readonly read: BranchesRead;
  /** The last answer to each open pull request, for the lifetime of this process. */
  readonly answers: Map<string, Answer>;
  /** The pull requests whose answer was begun: another check may have stopped it when a label was already removed. */
  readonly begun: Set<string>;
}

/** The data of one reading. A part that could not be read is replaced by its failure. */
export interface Snapshot {
  readonly path: RepositoryPath;
  readonly pull: PullRequest;
  readonly commits: readonly Commit[] | Failure;
  readonly policyFile: Reading["policyFile"] | Failure;
}

/**
 * Reads a part of a pull request that exists. A missing part does not mean that the pull request is gone, so
 * `not-found` becomes a temporary error.
 */
export async function stillThere<T>(part: Promise<T>): Promise<T> {
  try {
    return await part;
  } catch (error) {
    if (error instanceof Failure && error.code === "not-found")
      throw new Failure("host-refused", error.message);
    throw error;
  }
}

/**
 * The data that was read, and how to show a report on it.
 * @param failure why a part could not be read; `show` throws it after it has withdrawn an old answer
 */
export async function readingOf(
  access: Access,
  ref: PullRef,
  comment: number | null,
  snapshot: Snapshot,
  list: CommitList,
  failure: Failure | null,
): Promise<Reading> {
  const { client, self, agreements, answers, begun, misnamed } = access;
  const { path, pull, policyFile } = snapshot;
  const { number } = ref;
  const labels = pull.labels ?? (await stillThere(listLabels(client, path, number)));
  const key = printPullRef(ref);
  const answer = answers.get(key);
  let standing: Standing = {
    path,
    number,
    labels: labels.map(({ name }) => name),
    read: labels.map(({ name }) => name),
    last: answer?.labels ?? null,
    foreign: answer?.foreign ?? [],
    comment,
    partial: answer?.partial === true || begun.has(key),
  };
  const place: CheckPlace = {
    path,
    number,
    head: pull.head.sha,
    base: pull.base.sha,
    publicUrl: access.publicUrl,
    self: (await self()).id,
    pullId: pull.id ?? null,
    admin: pull.base.repo.permission?.admin ?? null,
    repository: ref.repository,
    without: access.without,
    refusals: access.refusals,
  };
  // If an agreement covers the repository, the labels are corrected, no matter who added them.
  const covered = agreementFor(agreements, "gitee", pull.base.repo.full_name) !== null;
  if (pull.state !== "open") answers.delete(key);

  async function show(
    report: Report,
    confirm: ConfirmWrite = async () => {},
    known: number | null = null,
    former: FormerAnswer | null = null,
  ): Promise<Shown> {
    standing = { ...standing, comment: standing.comment ?? known };
    const writer = client.confirmedBy(confirm);
    const unread = policyFile instanceof Failure;
    const asked = unread && answer !== undefined ? { ...report, labels: answer.labels } : report;
    if (!isFresh(standing, asked)) begun.add(key);
    // Labels, comment and check run are written each by itself: a failure of one does not prevent the others.
    const isMissing = answer === undefined && place.admin === false && report.kind === "check";
    const first = isMissing ? "missingCheck" : (answer?.note ?? null);
    const shown = await showOnPull(writer, self, standing, asked, first);
    ({ standing } = shown);
    const { report: wanted } = shown;
    // Without the policy the run's name is unknown, and without an agreement no run is wanted.
    const context = report.kind === "status" || unread || !covered ? null : report.context;
    const green = report.state === "success";
    // The event about a run may arrive before the answer to its request.
    if (answer !== undefined) answers.set(key, { ...answer, green });
    const plan = { place, context, written: answer?.run ?? null };
    const check = await ensureCheckRuns(writer, plan, { ...report, summary: wanted.summary });
    const was = formerly(standing.read, report.labels, answer, pull.head.sha, former);
    const isUnknown = check.stale === null && check.refusal !== "edition";
    const stale = check.stale ?? (!green && (was.stale || (isUnknown && was.green)));
    const isRed = green && check.refusal !== null && check.refusal !== "edition" && was.red;
    const note = noteOf(check, { stale, isRed }, report);
    const heads = (answer?.greens ?? []).filter((head) => head !== pull.head.sha || check.stale !== false);
    const hasRun = check.hasRun ?? was.hasRun;
    const greens = green && hasRun ? [pull.head.sha, ...heads].slice(0, MOST_GREENS) : heads;
    const kept = { green, greens, hasRun, stale, note: note ?? answer?.note ?? null };
    if (answer !== undefined) answers.set(key, { ...answer, ...kept });
    const isCommented = shown.text !== null || shown.failures.length === 0;
    const noted = isCommented
      ? await settled(noteOnPull(writer, self, standing, shown.text, wanted, note))
      : { comment: standing.comment, writes: 0 };
    if (!(noted instanceof Failure)) standing = { ...standing, comment: noted.comment };
    const partial = firstOf([...shown.failures, noted instanceof Failure ? noted : null]);
    if (failure === null && check.failure === null) {
      const { labels } = report;
      const { foreign } = standing;
      const rest = { ...kept, foreign, unread: false, partial: partial !== null };
      begun.delete(key);
      const { written: run } = check;
      answers.set(key, { ref, head: pull.head.sha, labels, context, run, ids: idsOf(answer, run), ...rest });
    }
    const thrown = failure ?? firstOf([check.failure, partial]);
    if (thrown !== null) throw thrown;
    return {
      comment: standing.comment,
      writes: shown.writes + check.writes + (noted instanceof Failure ? 0 : noted.writes),
      ...(check.refusal !== null && { checkRefusal: check.refusal }),
      ...(stale && { checkStale: true }),
      ...(check.hasRun === true && { checkRun: true }),
    };
  }

  const told = toldOfPull(pull.head.sha, pull.state);
  return {
    pull: toPull(ref, pull, list, place.self),
    policyFile:
      policyFile instanceof Failure
        ? null
        : misnamed.has(ref.repository)
          ? { path: MISNAMED_POLICY_PATH, text: "" }
          : policyFile && { path: policyFile.path, text: policyFile.text },
    change: () => stillThere(readChange(client, path, number, pull.head.sha)),
    show: (...asked) => stillThere(show(...asked)),
    ...(told !== undefined && { told }),
    ...momentOf(pull.updated_at),
    marked: comment !== null || (!covered && (await isMarked(client, self, standing, place))),
  };
}

/** Whether a pull request in a repository that no agreement covers has one of the bot's labels or check runs. */
async function isMarked(
  client: Client,
  self: () => Promise<Self>,
  { path, number, labels }: Standing,
  place: CheckPlace,
): Promise<boolean> {
  const usual = Object.values(DEFAULT_LABELS).filter((name) => labels.includes(name));
  if ((await ownLabels(client, self, path, number, usual)).length > 0) return true;
  if (place.pullId === null) return false;
  try {
    return [...(await listRuns(client, place)).newest.values()].some((run) => isOwn(run, place));
  } catch (error) {
    if (refusalOf(error, place.admin) !== null || isRefused(error, place, null)) return false;
    throw error;
  }
}

function toPull(ref: PullRef, pull: PullRequest, list: CommitList, self: number): Pull {
  return {
    ref,
    path: pull.base.repo.full_name,
    url: pull.html_url,
    title: pull.title ?? "",
    state: pull.state === "open" ? "open" : "closed",
    // If unknown, it counts as private: a page that shows too little does no harm.
    private: pull.base.repo.private ?? true,
    opener: pull.user ? personOfUser(pull.user) : null,
    own: pull.user?.id === self,
    head: pull.head.sha,
    base: pull.base.sha,
    commits: list.commits,
    gaps: list.gaps,
  };
}
