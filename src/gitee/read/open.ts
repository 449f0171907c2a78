import type { PullRef, RepositoryRef } from "../../pull.ts";
import type { Client, Query } from "../traffic/client.ts";
import type { Directory } from "./directory.ts";
import { within } from "./path.ts";
import { PullRequests, type PullRequest } from "./schema.ts";

const PER_PAGE = 100;

/** The open pull requests of a repository, as refs: the commits of each take a separate call, so no read is shared. */
export async function* openPulls(
  client: Client,
  directory: Directory,
  repository: RepositoryRef,
): AsyncGenerator<PullRef> {
  const query = { state: "open", sort: "created", direction: "asc" };
  for await (const { number } of listPulls(client, directory, repository, query))
    yield { host: "gitee", repository: repository.id, number };
}

/**
 * The pull requests of a repository, also closed ones, that changed since a given time: one call if few did.
 * @param since milliseconds since the epoch
 */
export async function* pullsUpdatedSince(
  client: Client,
  directory: Directory,
  repository: RepositoryRef,
  since: number,
): AsyncGenerator<PullRef> {
  for await (const pull of listPulls(client, directory, repository, changedQuery(since))) {
    if (isOlder(pull, since)) return;
    yield { host: "gitee", repository: repository.id, number: pull.number };
  }
}

/** The query for a list of pull requests that changed since a given time, latest first. */
export function changedQuery(since: number): Query {
  const from = new Date(wholeSecond(since)).toISOString().replace(".000Z", "Z");
  return { state: "all", sort: "updated", direction: "desc", since: from };
}

/** Whether a pull request last changed before that time, in case Gitee ignored the filter. */
export function isOlder({ updated_at: updated }: PullRequest, since: number): boolean {
  return Date.parse(updated ?? "") < wholeSecond(since);
}

/** Gitee's times have whole seconds. */
function wholeSecond(time: number): number {
  return Math.floor(time / 1000) * 1000;
}

async function* listPulls(
  client: Client,
  directory: Directory,
  { id }: RepositoryRef,
  query: Query,
): AsyncGenerator<PullRequest> {
  for (let page = 1; ; page += 1) {
    const pulls = await directory.find(id, async (path) => {
      const target = within(path, "pulls");
      const asked = "a list of pull requests";
      const found = await client.find(asked, target, PullRequests, { ...query, page, per_page: PER_PAGE });
      return found?.every(({ base }) => base.repo.id === id) === true ? found : null;
    });
    yield* pulls;
    if (pulls.length < PER_PAGE) return;
  }
}
