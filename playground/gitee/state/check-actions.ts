import { ApiError } from "./api-error.ts";
import type { Annotation, CheckRun, Pull, Repository, User } from "./records.ts";
import type { World } from "./world.ts";
import { announceCheckRun } from "../webhooks/announce.ts";

/**
 * The fields that `POST` and `PATCH` can set. Annotations add to earlier ones, as on GitHub; no source documents this
 * for Gitee.
 */
export type CheckRunChange = Partial<
  Pick<CheckRun, "detailsUrl" | "status" | "conclusion" | "startedAt" | "completedAt" | "output">
> & { readonly annotations?: readonly Annotation[] };

/** The length, in bytes, to which an existing client (kylin-x-kernel/x-kernel) truncates a text. */
const MOST_BYTES = 65_535;
const WEEK = 7 * 86_400_000;

/** @throws ApiError 400 for values that Gitee's documentation forbids */
export function createCheckRun(
  world: World,
  repository: Repository,
  place: Pick<CheckRun, "name" | "headSha" | "pullId">,
  change: CheckRunChange,
  by: User,
): CheckRun {
  const run: CheckRun = {
    id: world.nextId(),
    ...place,
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: null,
    completedAt: null,
    output: null,
    annotations: [],
    createdAt: world.now(),
  };
  apply(world, run, change);
  repository.checkRuns.push(run);
  announceCheckRun(world, repository, run, run.conclusion === null ? "created" : "completed", by);
  return run;
}

/** A conclusion is final: a different one is refused, or ignored with a 200, as the setting says. */
export function updateCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  change: CheckRunChange,
  by: User,
): void {
  const { conclusion } = change;
  if (run.conclusion !== null && conclusion !== undefined && conclusion !== run.conclusion) {
    if (world.settings.otherConclusion === "ignore") return;
    throw new ApiError(400, "The check run is completed, its conclusion can't be changed");
  }
  apply(world, run, change);
  announceCheckRun(world, repository, run, run.conclusion === null ? "created" : "completed", by);
}

/** Somebody presses "Re-run". It is unknown whether that changes the run; the setting decides. */
export function rerequestCheckRun(world: World, repository: Repository, run: CheckRun, by: User): void {
  if (world.settings.rerequestedRun === "queued") {
    run.status = "queued";
    run.conclusion = null;
    run.completedAt = null;
  }
  announceCheckRun(world, repository, run, "rerequested", by);
}

function apply(world: World, run: CheckRun, change: CheckRunChange): void {
  const { output, detailsUrl = run.detailsUrl, conclusion = run.conclusion } = change;
  if (conclusion === "action_required" && detailsUrl === null)
    throw new ApiError(400, "details_url is required with action_required");
  for (const text of [output?.title, output?.summary, output?.text])
    if (Buffer.byteLength(text ?? "") > MOST_BYTES) throw new ApiError(400, "output is too long");
  const { annotations = [], ...rest } = change;
  Object.assign(run, rest);
  run.annotations.push(...annotations);
  if (change.completedAt !== undefined || change.status === "completed" || conclusion !== null) {
    if (conclusion === null) throw new ApiError(400, "conclusion is required with completed");
    run.status = "completed";
    run.completedAt ??= world.now();
  }
}

/** The newest run of each name on a commit, last finished first. */
export function latestRuns(runs: readonly CheckRun[]): CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runs.toSorted((a, b) => a.id - b.id)) latest.set(run.name, run);
  return [...latest.values()].toSorted((a, b) => b.id - a.id);
}

/** The runs of a pull request on its head. */
export function runsOf({ repository, id, headSha }: Pull): CheckRun[] {
  return repository.checkRuns.filter((run) => run.headSha === headSha && run.pullId === id);
}

/**
 * Selects the names that a protected branch requires.
 * @throws ApiError 400 for a name without a run in the last week: the settings page does not offer it
 */
export function requireChecks(repository: Repository, branch: string, names: readonly string[]): void {
  const since = Date.now() - WEEK;
  for (const name of names)
    if (!repository.checkRuns.some((run) => run.name === name && Date.parse(run.createdAt) >= since))
      throw new ApiError(400, `No check of the name ${name} ran within the last week`);
  repository.protectedBranches.add(branch);
  repository.requiredChecks.set(branch, [...names]);
}

/**
 * The required names whose newest run on the head is not a success, including names without a run. It is unknown
 * whether `neutral` or `skipped` passes; here they do not.
 */
export function unmetChecks(pull: Pull): string[] {
  const latest = latestRuns(runsOf(pull));
  return (pull.repository.requiredChecks.get(pull.baseBranch) ?? []).filter(
    (name) => latest.find((run) => run.name === name)?.conclusion !== "success",
  );
}
