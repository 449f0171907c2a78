import type { PullRef, RepositoryRef } from "../../pull.ts";
import type { Client, Query } from "../traffic/client.ts";
import type { Directory } from "./directory.ts";
import { within } from "./path.ts";
import { PullRequests, type PullRequest } from "./schema.ts";

const PER_PAGE = 100;

/** The open pull requests of a repository, as refs: their commits take a call for each, so none is shared. */
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
 * The pull requests of a repository, closed ones too, that changed since a moment: one call where few did.
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

/** What to ask a list of pull requests for: those that changed since a moment, the latest first. */
export function changedQuery(since: number): Query {
  const from = new Date(wholeSecond(since)).toISOString().replace(".000Z", "Z");
  return { state: "all", sort: "updated", direction: "desc", since: from };
}

/** Whether a pull request last changed before that moment, in case Gitee ignored the filter. */
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
