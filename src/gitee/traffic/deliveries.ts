/**
 * Replaces a list of missed deliveries, which Gitee does not keep: finds the pull requests that changed since a given
 * time in each repository that the bot serves. One call covers all repositories of an enterprise; any other repository
 * takes its own call. The list of repositories is read once an hour.
 */
import { Failure } from "../../error.ts";
import type { DeliveryLog } from "../../ports/host.ts";
import type { PullRef } from "../../pull.ts";
import { pullTask, type Mark } from "../../ports/queue.ts";
import type { Client } from "./client.ts";
import type { Directory } from "../read/directory.ts";
import { changedQuery, isOlder, pullsUpdatedSince } from "../read/open.ts";
import { ROUTE } from "./route.ts";
import { PullRequests, type Repository } from "../read/schema.ts";

/** How long the list of repositories stays valid, in milliseconds. */
const LIST_AGE = 3_600_000;

/** How far back the first run looks, in milliseconds. */
const FIRST_LOOK = 86_400_000;
/** The delay after which a change may appear in Gitee's lists, in milliseconds. */
const OVERLAP = 60_000;

export interface DeliveriesOptions {
  readonly client: Client;
  readonly directory: Directory;
  /** The bot's own account. */
  readonly self: () => Promise<unknown>;
  /** The repositories that the bot sees. */
  readonly visible: () => AsyncIterable<Repository>;
  /** Whether an agreement covers a path. */
  readonly isServed: (path: string) => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function deliveryLog(options: DeliveriesOptions): DeliveryLog {
  const { client, directory, self, visible, isServed, now } = options;
  let list: readonly Repository[] = [];
  let listedAt = Number.NEGATIVE_INFINITY;

  async function repositories(): Promise<readonly Repository[]> {
    if (now() - listedAt < LIST_AGE) return list;
    const all = await Array.fromAsync(visible());
    list = all.filter(({ full_name: path }) => isServed(path));
    listedAt = now();
    return list;
  }

  async function* changedSince(since: number): AsyncGenerator<PullRef> {
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
  }

  return {
    async missed(since) {
      // This also lets the bot recognize its own label changes before the first delivery arrives.
      await self();
      const until = now() - OVERLAP;
      const marks: Mark[] = [];
      for await (const ref of changedSince(since ?? until - FIRST_LOOK))
        marks.push({ task: pullTask(ref), route: ROUTE });
      return { marks, until };
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

/** The path of the enterprise that a repository belongs to, directly or through its organization. */
function enterpriseOf({ namespace }: Repository): string | null {
  const spaces = [namespace, namespace?.parent];
  return spaces.find((space) => space?.type?.toLowerCase() === "enterprise")?.path ?? null;
}

/** Null for a list that Gitee does not show the bot: the others are still read. */
async function optional<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Failure && (error.code === "not-found" || error.code === "permission-missing"))
      return null;
    throw error;
  }
}
