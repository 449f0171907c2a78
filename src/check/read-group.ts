/** Reads a merge group with its pull requests. Where that fails, the group's head says so: it is never left silent. */
import { Failure, FAILURES, type FailureCode } from "../error.ts";
import type { GroupReading, Host, MergeQueue, Reading } from "../ports/host.ts";
import type { Route } from "../ports/queue.ts";
import type { PullRef, RepositoryRef } from "../pull.ts";
import { agreementFor } from "../records/agreement.ts";
import { queueReport } from "../report/queue-report.ts";
import type { Hold } from "./hold.ts";
import { policyFor, type World } from "./inspect.ts";

export interface GroupTask {
  readonly repository: RepositoryRef;
  readonly head: string;
  readonly base: string;
  /** Since when it can't be judged, in milliseconds since the epoch; null: this is the first try. */
  readonly failingSince: number | null;
}

export interface WholeGroup {
  readonly group: GroupReading;
  /** The pull requests in it. */
  readonly readings: readonly Reading[];
}

/** After how many milliseconds a group that can't be read is an error. */
const UNREAD_MS = 10 * 60_000;
/** The group is checked again in a moment, or nothing can be written now. */
const UNSAID: readonly FailureCode[] = ["superseded", "paced", "host-limit"];

/**
 * What the queue built; null if no answer is needed.
 * @throws Failure if the queue does not name its pull requests, or one of them can't be read; the head then says so
 */
export async function readOrSay(
  world: World,
  host: Host & { readonly mergeQueue: MergeQueue },
  task: GroupTask,
  route: Route,
  hold: Hold,
): Promise<WholeGroup | null> {
  let isGone = false;
  try {
    const group = await host.mergeQueue
      .read(task.repository, task.head, task.base, route)
      .catch((error: unknown) => {
        isGone = error instanceof Failure && error.code === "not-found";
        throw error;
      });
    const readings: Reading[] = [];
    for (const ref of group.pulls) readings.push(await readPull(host, ref, route));
    return { group, readings };
  } catch (error) {
    if (!(error instanceof Failure) || UNSAID.includes(error.code)) throw error;
    const over = await say(world, host, task, route, hold, error).catch((second: unknown) => {
      if (second instanceof Failure && second.code !== "superseded") return false;
      throw second;
    });
    if (over && isGone) return null;
    throw error;
  }
}

/** A pull request that its queue names and the host does not show is no reason to forget the group. */
async function readPull(host: Host, ref: PullRef, route: Route): Promise<Reading> {
  try {
    return await host.read(ref, route, null);
  } catch (error) {
    if (error instanceof Failure && error.code === "not-found")
      throw new Failure("host-refused", error.message, { cause: error });
    throw error;
  }
}

/** @returns whether no answer is needed */
async function say(
  world: World,
  host: Host & { readonly mergeQueue: MergeQueue },
  task: GroupTask,
  route: Route,
  hold: Hold,
  { code }: Failure,
): Promise<boolean> {
  const head = await host.mergeQueue.readHead(task.repository, task.head, route);
  if (head.over) return true;
  if (agreementFor(world.agreements, host.name, head.path) === null) return true;
  const late = task.failingSince !== null && world.now() - task.failingSince > UNREAD_MS;
  // A retry tomorrow is too late; the first one comes soon.
  const { retry } = FAILURES[code];
  const lasting = retry === "never" || (retry === "daily" && task.failingSince !== null);
  const report = queueReport(
    late || lasting ? "error" : "pending",
    code === "list-cut" || code === "not-found" ? "unexplained" : "unread",
    policyFor(world, host, head),
    { language: host.capabilities.language, publicUrl: world.publicUrl },
  );
  await head.show(report, hold.confirm);
  return false;
}
