import type { Client } from "../traffic/client.ts";
import { parsePath, within } from "./path.ts";
import { Repositories, Repository } from "./schema.ts";

/** The prefix of patterns for Gitee repositories. */
const PREFIX = "gitee:";

/**
 * Every repository that may use the bot: those of which its account is a member, and others that the patterns name.
 * Each is listed once, even if no pattern matches it.
 * @param patterns as agreements declare them, for any host
 */
export async function* visibleRepositories(
  client: Client,
  patterns: readonly string[],
): AsyncGenerator<Repository> {
  const seen = new Set<number>();
  function* fresh(repositories: readonly Repository[]): Generator<Repository> {
    for (const repository of repositories) {
      if (seen.has(repository.id)) continue;
      seen.add(repository.id);
      yield repository;
    }
  }

  const asked = "the repositories that the bot's account is a member of";
  for await (const page of client.pages(asked, ["user", "repos"], Repositories)) yield* fresh(page);
  for (const owner of ownersIn(patterns))
    for await (const page of repositoriesOf(client, owner)) yield* fresh(page);
  for (const { owner, name } of singlesIn(patterns)) {
    const found = await client.find("a repository", within({ owner, name }), Repository);
    if (found !== null) yield* fresh([found]);
  }
}

/**
 * The repositories of an organization, a person or an enterprise, page by page; only a request tells which of them it
 * is. Empty if there is no such owner.
 */
export async function* repositoriesOf(client: Client, owner: string): AsyncGenerator<Repository[]> {
  for (const kind of ["orgs", "users", "enterprises"]) {
    const path = [kind, owner, "repos"];
    const asked = "the repositories of an owner";
    if ((await client.find(asked, path, Repositories, { page: 1, per_page: 1 })) === null) continue;
    yield* client.pages(asked, path, Repositories);
    return;
  }
}

/** Owners with repositories that a pattern matches, `gitee:owner/*`. */
export function ownersIn(patterns: readonly string[]): readonly string[] {
  return named(patterns).flatMap(([owner, name]) =>
    !owner.includes("*") && name.includes("*") ? [owner] : [],
  );
}

function singlesIn(patterns: readonly string[]): readonly { owner: string; name: string }[] {
  return named(patterns).flatMap(([owner, name]) =>
    owner.includes("*") || name.includes("*") ? [] : [parsePath(`${owner}/${name}`)],
  );
}

function named(patterns: readonly string[]): readonly [string, string][] {
  const paths = patterns
    .filter((pattern) => pattern.startsWith(PREFIX))
    .map((pattern) => pattern.slice(PREFIX.length));
  return [...new Set(paths)].flatMap((path): [string, string][] => {
    const [owner = "", name = ""] = path.split("/");
    return owner === "" || name === "" ? [] : [[owner, name]];
  });
}
