/**
 * The check runs of a pull request on its head. Gitee lists a run only for a request with the pull request's global id;
 * the answer names neither the pull request nor the run's author.
 */
import { z } from "zod";
import type { CheckRefusal } from "../../../ports/host.ts";
import type { Client } from "../../traffic/client.ts";
import { Refusal } from "../../traffic/failure.ts";
import { within, type RepositoryPath } from "../path.ts";

export const CheckRun = z.object({
  id: z.number().int().positive(),
  name: z.string().nullish(),
  head_sha: z.string().nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  details_url: z.string().nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
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
  /** The pull request's global id; null: Gitee did not return it, so no run can be linked to it. */
  readonly pullId: number | null;
  /** Whether the bot's account administers the repository; null: unknown. */
  readonly admin: boolean | null;
}

/**
 * The newest run of each name. Gitee does not say which of several counts: the highest id is the newest.
 * @throws Failure for Gitee's refusals; see {@link refusalOf}
 */
export async function newestRuns(
  client: Client,
  { path, head, pullId }: CheckPlace,
): Promise<ReadonlyMap<string, CheckRun>> {
  const newest = new Map<string, CheckRun>();
  const query = { pull_request_id: pullId ?? 0, filter: "latest" };
  const target = within(path, "commits", head, "check-runs");
  for await (const page of client.pages("the check runs of a pull request", target, CheckRuns, query))
    for (const run of page) {
      // An older edition without pull request ids may show another commit's runs.
      if (!run.name || (run.head_sha ?? head) !== head) continue;
      if ((newest.get(run.name)?.id ?? 0) < run.id) newest.set(run.name, run);
    }
  return newest;
}

/** Whether a run links to the pull request's page, as this bot's runs do. */
export function isOwn(run: CheckRun, number: number): boolean {
  const address = run.details_url ?? "";
  if (!URL.canParse(address)) return false;
  return new RegExp(`/pulls/gitee/[^/]+/[^/]+/${number}$`).test(new URL(address).pathname);
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
