/**
 * Stands in for a list of lost deliveries, which Gitee does not keep: the pull requests that changed since a
 * moment, wherever the bot serves. An enterprise answers for all of its repositories in one call; of any other
 * repository it takes a call of its own. Which repositories there are is looked up once an hour.
 */
import type { PullRef } from "../pull.ts";
import { Failure } from "../error.ts";
import type { Client } from "./client.ts";
import type { Directory } from "./directory.ts";
import { changedQuery, isOlder, pullsUpdatedSince } from "./open-pulls.ts";
import { PullRequests, type Repository } from "./schema.ts";

/** How long the list of repositories is good for, in milliseconds. */
const LIST_AGE = 3_600_000;

export interface ChangedPulls {
  /** @param since milliseconds since the epoch */
  since(since: number): AsyncIterable<PullRef>;
}

/**
 * @param visible the repositories in the bot's sight
 * @param isServed whether an agreement covers a path
 */
export function changedPulls(
  client: Client,
  directory: Directory,
  visible: () => AsyncIterable<Repository>,
  isServed: (path: string) => boolean,
  now: () => number,
): ChangedPulls {
  let list: readonly Repository[] = [];
  let listedAt = Number.NEGATIVE_INFINITY;

  async function repositories(): Promise<readonly Repository[]> {
    if (now() - listedAt < LIST_AGE) return list;
    const all = await Array.fromAsync(visible());
    list = all.filter(({ full_name: path }) => isServed(path));
    listedAt = now();
    return list;
  }

  return {
    async *since(since) {
      const answered = new Set<string>();
      const all = await repositories();
      for (const enterprise of new Set(all.flatMap((repository) => enterpriseOf(repository) ?? []))) {
        const pulls = await optional(() => Array.fromAsync(changedIn(client, enterprise, since)));
        if (pulls === null) continue;
        answered.add(enterprise);
        for (const { number, base } of pulls) {
          if (!isServed(base.repo.full_name)) continue;
          directory.learn(base.repo);
          yield { host: "gitee", repository: base.repo.id, number };
        }
      }
      for (const repository of all) {
        if (answered.has(enterpriseOf(repository) ?? "")) continue;
        const ref = { host: "gitee", id: repository.id } as const;
        const changed = pullsUpdatedSince(client, directory, ref, since);
        yield* (await optional(() => Array.fromAsync(changed))) ?? [];
      }
    },
  };
}

async function* changedIn(client: Client, enterprise: string, since: number) {
  const asked = "the pull requests of an enterprise";
  const path = ["enterprise", enterprise, "pull_requests"];
  for await (const page of client.pages(asked, path, PullRequests, changedQuery(since)))
    for (const pull of page) {
      if (isOlder(pull, since)) return;
      yield pull;
    }
}

/** The path of the enterprise that a repository belongs to, itself or by its organisation. */
function enterpriseOf({ namespace }: Repository): string | null {
  const spaces = [namespace, namespace?.parent];
  return spaces.find((space) => space?.type?.toLowerCase() === "enterprise")?.path ?? null;
}

/** Null for what Gitee does not show the bot: the others are looked at all the same. */
async function optional<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Failure && (error.code === "not-found" || error.code === "permission-missing"))
      return null;
    throw error;
  }
}
