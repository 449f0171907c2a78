/**
 * The check runs of a pull request on its head. Gitee lists a run only for a request with the pull request's global id;
 * the answer names neither the pull request nor the run's author.
 */
import { z } from "zod";
import type { CheckRefusal } from "../../../ports/host.ts";
import { Failure } from "../../../error.ts";
import { shortMemory, type ShortMemory } from "../../../ports/short-memory.ts";
import type { Client } from "../../traffic/client.ts";
import { Refusal } from "../../traffic/failure.ts";
import { within, type RepositoryPath } from "../path.ts";
import { PullRequest } from "../schema.ts";

export const CheckRun = z.object({
  id: z.coerce.number().int().positive(),
  name: z
    .string()
    .nullish()
    .transform((name) => name?.trim()),
  head_sha: z.string().nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  details_url: z.string().nullish(),
  output: z
    .object({ title: z.string().nullish(), summary: z.string().nullish(), text: z.string().nullish() })
    .nullish(),
});
export type CheckRun = z.infer<typeof CheckRun>;

/**
 * Clients read an object with a count; the swagger file shows a single run, so a bare array and a single run are
 * accepted, too.
 */
const CheckRuns = z.union([
  z.array(CheckRun),
  z.object({ check_runs: z.array(CheckRun) }).transform(({ check_runs: runs }) => runs),
  z.object({ total_count: z.literal(0) }).transform(() => []),
  CheckRun.transform((run) => [run]),
]);

/** The location of a pull request's check runs. */
export interface CheckPlace {
  readonly path: RepositoryPath;
  /** The number in the pull request's URL. */
  readonly number: number;
  readonly head: string;
  /** A commit of the repository itself, whose list of runs Gitee must know if it knows any. */
  readonly base: string;
  /** The pull request's global id; null: Gitee did not return it, so no run can be linked to it. */
  readonly pullId: number | null;
  /** Whether the bot's account administers the repository; null: unknown. */
  readonly admin: boolean | null;
  /** The bot's own address, to which its runs link. */
  readonly publicUrl: string;
  /** The number of the bot's own account. */
  readonly self: number;
  /** The repositories, by their number, in which Gitee lately listed no runs at all. */
  readonly without: ShortMemory<true>;
  /** How often Gitee refused a call about a run for a reason that may be final. */
  readonly refusals: ShortMemory<number>;
  readonly repository: number;
}

/** How long a repository is remembered as one without check runs, in milliseconds. Each check asks for the base's. */
const WITHOUT_LIFE = 24 * 60 * 60_000;

export function repositoriesWithout(now: () => number): ShortMemory<true> {
  return shortMemory({ lifeMs: WITHOUT_LIFE, most: 1_000, now });
}

/** After so many refusals, within seconds or a minute, Gitee is not asked again before the next check. */
const TRIES = { run: 3, list: 6 };

export function refusedCalls(now: () => number): ShortMemory<number> {
  return shortMemory({ lifeMs: 24 * 60 * 60_000, most: 1_000, now });
}

/** Gitee lists runs in the repository, and none for the head. */
class Unlisted extends Failure {}

/**
 * Whether Gitee refused a call so often that trying again does not help: it knows no list for this head, or does not
 * accept the new run, for instance its name. No source tells what it accepts.
 * @param what the call: the name of the new run; null: the list
 */
export function isRefused(
  error: unknown,
  { head, repository, number, refusals }: CheckPlace,
  what: string | null,
): boolean {
  const status = error instanceof Refusal && error.code === "host-refused" ? error.status : 0;
  const isFinal = error instanceof Unlisted || (status >= 400 && status < 500 && status !== 408);
  if (!isFinal) return false;
  const key = JSON.stringify([repository, number, head, what]);
  const times = (refusals.find(key) ?? 0) + 1;
  refusals.keep(key, times);
  return times >= (what === null ? TRIES.list : TRIES.run);
}

/** The runs that Gitee lists for a pull request. */
export interface ListedRuns {
  /** The newest run of each name. Gitee does not say which of several counts: the highest id is the newest. */
  readonly newest: ReadonlyMap<string, CheckRun>;
  /** The other pull requests for which the list has runs of the bot: this server ignores `pull_request_id`. */
  readonly others: ReadonlySet<number>;
}

/**
 * Lists the runs on the head. All runs of a name are asked for, because a run of another pull request may hide behind a
 * newer one.
 * @throws Failure for Gitee's refusals; see {@link refusalOf}
 */
export async function listRuns(client: Client, place: CheckPlace): Promise<ListedRuns> {
  const { path, head, pullId, number } = place;
  const newest = new Map<string, CheckRun>();
  const others = new Set<number>();
  const query = { pull_request_id: pullId ?? 0, filter: "all" };
  const target = within(path, "commits", head, "check-runs");
  // Where it had none before, the base's list alone tells whether it has them now.
  if (place.without.find(String(place.repository)) !== undefined) {
    await listBase(client, place);
    place.without.forget(String(place.repository));
  }
  try {
    for await (const page of client.pages("the check runs of a pull request", target, CheckRuns, query))
      for (const run of page) {
        // An older edition without pull request ids may show another commit's runs.
        if (!run.name || !isOf(head, run.head_sha)) continue;
        const shown = shownIn(run, place);
        if (shown !== null && shown !== number) others.add(shown);
        if ((newest.get(run.name)?.id ?? 0) < run.id) newest.set(run.name, run);
      }
  } catch (error) {
    const unsure = error instanceof Refusal && [404, 405, 501].includes(error.status);
    if (unsure && place.admin !== false && (await hasRuns(client, place)))
      throw new Unlisted("host-refused", "Gitee listed no check runs for the head, and does so for the base");
    throw error;
  }
  return { newest, others };
}

/** Whether a run's commit is the head; a host may shorten it, or write it in capitals. */
export function isOf(head: string, sha: string | null | undefined): boolean {
  return !sha || (sha.length >= 7 && head.startsWith(sha.toLowerCase()));
}

/** Whether Gitee lists check runs in the repository at all: a single refusal does not prove that it has none. */
async function hasRuns(client: Client, place: CheckPlace): Promise<boolean> {
  try {
    await listBase(client, place);
    return true;
  } catch (error) {
    if (refusalOf(error, true) === null) throw error;
    place.without.keep(String(place.repository), true);
    return false;
  }
}

async function listBase(client: Client, { path, base }: CheckPlace): Promise<void> {
  await client.get("check runs", within(path, "commits", base, "check-runs"), z.unknown());
}

/**
 * The text of the bot's runs, by which it knows them after its address or the run's name changed. Another bot of this
 * kind has another account.
 */
export function markOf({ self }: Pick<CheckPlace, "self">): string {
  return `<!-- countersign gitee:${self} -->`;
}

/** Whether a run links to a pull request's page at this bot's address, or has this bot's mark and links to such a page. */
export function isOwn(run: CheckRun, place: CheckPlace): boolean {
  return shownIn(run, place) !== null;
}

/** The number of the pull request to whose page one of the bot's runs links; null: another bot's run. */
export function shownIn({ details_url: address, output }: CheckRun, place: CheckPlace): number | null {
  const base = `${place.publicUrl.replace(/\/+$/, "")}/pulls/gitee/`;
  // The repository may have had another path.
  const [, before, number] = /^(.*\/pulls\/gitee\/)[^/]+\/[^/]+\/(\d+)$/.exec(address ?? "") ?? [];
  const isMarked = output?.text?.includes(markOf(place)) === true;
  return number !== undefined && (before === base || isMarked) ? Number(number) : null;
}

/**
 * Why a call about check runs failed if trying again does not help: the documentation asks for an administrator of the
 * repository and does not say whether others get 403 or 404; an edition without check runs answers 404, or 405.
 * @returns null for any other failure
 */
export function refusalOf(error: unknown, admin: boolean | null): CheckRefusal | null {
  // Gitee also answers 403 for a used-up limit, which is temporary.
  if (!(error instanceof Refusal) || error.code === "host-limit") return null;
  switch (error.status) {
    // The same token just read the pull request, so it lacks a scope.
    case 401:
    case 403:
      return "right";
    case 404:
      return admin === true ? "edition" : "right";
    case 405:
    case 501:
      return "edition";
    default:
      return null;
  }
}

/** More pull requests with one head are not looked at. */
const MOST_OTHERS = 10;

/** Whether one of these pull requests is open with the same head, so that its verdict counts there, too. */
export async function isShared(
  client: Client,
  { path, head }: CheckPlace,
  others: ReadonlySet<number>,
): Promise<boolean> {
  if (others.size > MOST_OTHERS) return true;
  for (const number of others) {
    const other = await client.find("another pull request", within(path, "pulls", number), PullRequest);
    if (other?.state === "open" && other.head.sha === head) return true;
  }
  return false;
}
