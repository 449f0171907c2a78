/**
 * The current paths of repositories. Gitee's API takes `owner/name`, but the bot stores only a number, because a path
 * contains a login. So the paths are kept in memory only, come from Gitee's answers, and are never trusted: each use of
 * a path checks that the answer is about the repository with that number.
 */
import { Failure } from "../../error.ts";
import type { Client } from "../traffic/client.ts";
import { parsePath, within, type RepositoryPath } from "./path.ts";
import { Repository } from "./schema.ts";

export interface Directory {
  /** Stores a path from an answer of Gitee's API. */
  learn(repository: Pick<Repository, "id" | "full_name">): void;
  /** Stores a path from a delivery, to try if no other is known or the known one fails. */
  guess(repository: number, path: string): void;
  /**
   * Tries `ask` with each path that the repository may have, and lists the repositories again when all fail.
   * @param ask null: this path has no repository, or another one
   * @throws Failure `not-found` when no path is right
   */
  find<T extends object>(repository: number, ask: (path: RepositoryPath) => Promise<T | null>): Promise<T>;
}

/** The characters of Gitee's paths; a display name often has others. */
const API_PATH = /^(?!\.+\/)[\w.-]+\/(?!\.+$)[\w.-]+$/;
/** Guesses come from outside, so their number is limited. */
const MOST_GUESSES = 10_000;
/** The shortest time between two reads of the list, in milliseconds, however many unknown numbers are requested. */
const LISTING_PAUSE = 60_000;

/**
 * @param list returns every repository that the bot may have to find
 * @param now milliseconds since the epoch
 */
export function createDirectory(list: () => AsyncIterable<Repository>, now: () => number): Directory {
  const known = new Map<number, string>();
  const guesses = new Map<number, string>();
  let listing: Promise<void> | null = null;
  let listedAt = Number.NEGATIVE_INFINITY;

  const learn: Directory["learn"] = ({ id, full_name: path }) => {
    known.set(id, path);
    guesses.delete(id);
  };

  async function readList(): Promise<void> {
    for await (const repository of list()) learn(repository);
    listedAt = now();
  }

  function refresh(): Promise<void> {
    if (now() - listedAt < LISTING_PAUSE)
      throw new Failure("host-refused", "the repository's path is not known, and was looked for just now", {
        retryAt: listedAt + LISTING_PAUSE,
      });
    listing ??= readList().finally(() => {
      listing = null;
    });
    return listing;
  }

  return {
    learn,
    guess(repository, path) {
      if (known.get(repository) === path || !API_PATH.test(path)) return;
      guesses.delete(repository);
      guesses.set(repository, path);
      const [oldest] = guesses.keys();
      if (guesses.size > MOST_GUESSES && oldest !== undefined) guesses.delete(oldest);
    },
    async find<T extends object>(repository: number, ask: (path: RepositoryPath) => Promise<T | null>) {
      const tried = new Set<string>();
      const attempt = async (path: string | undefined): Promise<T | null> => {
        if (path === undefined || tried.has(path)) return null;
        tried.add(path);
        return ask(parsePath(path));
      };
      const found = (await attempt(known.get(repository))) ?? (await attempt(guesses.get(repository)));
      if (found !== null) return found;
      guesses.delete(repository);
      await refresh();
      const again = await attempt(known.get(repository));
      if (again !== null) return again;
      throw new Failure(
        "not-found",
        "no repository with this number is in the bot's sight: make its account a member, or name the repository in agreements[].repositories",
      );
    },
  };
}

/** Reads a repository again: its former path may belong to another repository by now. */
export function findRepository(client: Client, directory: Directory, id: number): Promise<Repository> {
  return directory.find(id, async (path) => {
    const found = await client.find("a repository", within(path), Repository);
    if (found?.id !== id) return null;
    directory.learn(found);
    return found;
  });
}
