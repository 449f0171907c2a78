import { agreementFor } from "../../../records/agreement.ts";
import { Failure } from "../../../error.ts";
import type { Reading } from "../../../ports/host.ts";
import { DEFAULT_LABELS } from "../../../verdict/policy.ts";
import { printPullRef, type Change, type Pull, type PullRef } from "../../../pull.ts";
import type { LookupAccess } from "./access.ts";
import { readChange } from "./change.ts";
import { reserve } from "../../traffic/calls.ts";
import type { Client } from "../../traffic/client.ts";
import { isOwn, isRefused, listRuns, refusalOf, type CheckPlace } from "./check-runs.ts";
import { momentOf, toldOfPull } from "../../traffic/told.ts";
import type { CommitList } from "./commits.ts";
import { labelKey, listLabels } from "../../show/show-labels.ts";
import { ownLabels } from "./own-labels.ts";
import type { RepositoryPath } from "../path.ts";
import { MISNAMED_POLICY_PATH } from "../policy-file.ts";
import { personOfUser } from "../person.ts";
import type { Commit, PullRequest, Self } from "../schema.ts";
import { settled, type Standing } from "../../show/show.ts";
import { showReport, type Target } from "../../show/show-report.ts";

/** The data of one reading. A part that could not be read is replaced by its failure. */
export interface Snapshot {
  readonly path: RepositoryPath;
  readonly pull: PullRequest;
  /** Null: not asked for, because a comparison has them. */
  readonly commits: readonly Commit[] | Failure | null;
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
  access: LookupAccess,
  ref: PullRef,
  comment: number | null,
  snapshot: Snapshot,
  list: CommitList,
  failure: Failure | null,
): Promise<Reading> {
  const { client, self, agreements, answers, begun, changes, misnamed } = access;
  const { path, pull, policyFile } = snapshot;
  const { number } = ref;
  // If an agreement covers the repository, the labels are corrected, no matter who added them.
  const covered = agreementFor(agreements, "gitee", pull.base.repo.full_name) !== null;
  const found = await labelsOf(client, snapshot, number);
  if (found instanceof Failure && !covered) throw found;
  const labels = found instanceof Failure ? [] : found;
  for (const name of labels) access.labels.keep(labelKey(ref.repository, name), true);
  const key = printPullRef(ref);
  const answer = answers.get(key);
  const standing: Standing = {
    path,
    number,
    repository: ref.repository,
    labels,
    read: labels,
    unread: found instanceof Failure ? found : null,
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
  if (pull.state !== "open") answers.delete(key);
  const createdAt = Date.parse(pull.created_at ?? "");
  const target: Target = {
    ref,
    place,
    covered,
    isPolicyUnread: policyFile instanceof Failure,
    answer,
    createdAt: Number.isNaN(createdAt) ? null : createdAt,
    failure,
    isShown: false,
    standing,
  };
  const { updated_at: updatedAt, base, head } = pull;
  // Another commit may have been the head for a moment when the files were read: its push changed the time.
  const state = updatedAt ? JSON.stringify([ref.repository, number, base.sha, head.sha, updatedAt]) : null;
  const change = async (most = Infinity): Promise<Change> => {
    const known = state === null ? undefined : changes.find(state);
    if (known !== undefined) return known;
    // Both calls belong to one moment, so they are made together.
    reserve(client, access.calls, access.check.lookups, { calls: 2, most });
    const read = await stillThere(readChange(client, path, number, head.sha));
    if (state !== null) changes.keep(state, read);
    return read;
  };

  const told = toldOfPull(pull.head.sha, pull.state);
  return {
    pull: toPull(ref, pull, list, place.self),
    policyFile:
      policyFile instanceof Failure
        ? null
        : misnamed.has(ref.repository)
          ? { path: MISNAMED_POLICY_PATH, text: "" }
          : policyFile && { path: policyFile.path, text: policyFile.text },
    change: () => change(),
    lookups: {
      ...access.lookups(access.looker, ref.repository, path),
      change: () => change(access.check.most),
    },
    continues: () => access.check.chain.isShort,
    show: (report, confirm = async () => {}, known = null, former = null) =>
      stillThere(showReport(access, target, report, { confirm, comment: known, former })),
    ...(told !== undefined && { told }),
    ...momentOf(pull.updated_at),
    marked: comment !== null || (!covered && (await isMarked(client, self, standing, place))),
  };
}

/** A list that can't be read takes no label or check run away: the failure is thrown when the report is shown. */
async function labelsOf(
  client: Client,
  { path, pull }: Snapshot,
  number: number,
): Promise<readonly string[] | Failure> {
  const labels = pull.labels ?? (await settled(stillThere(listLabels(client, path, number))));
  if (!(labels instanceof Failure)) return labels.map(({ name }) => name);
  if (labels.code === "host-limit") throw labels;
  return labels;
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
