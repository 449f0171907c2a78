import { z } from "zod";
import { Failure } from "../../error.ts";
import type { ListedRepository, LocatedPull } from "../../ports/host.ts";
import type { RepositoryRef } from "../../pull.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { isNotThere } from "../traffic/failure.ts";
import { ownerAndName, placeOf, targetOf } from "./repository.ts";
import { existingBody, readBody } from "./schema.ts";

const PAGE = 100;

const Repository = z.object({
  id: z.number().int().positive(),
  node_id: z.string(),
  full_name: z.string(),
  // `internal` is an enterprise's: docs.github.com/rest/repos/repos
  visibility: z.string().nullish(),
});

const Installations = z.array(
  z.object({ id: z.number().int().positive(), suspended_at: z.string().nullish() }),
);

/** @throws Failure `not-found` when the app is not installed there */
export async function findRepository(
  client: GitHubClient,
  path: string,
): Promise<{ repository: RepositoryRef; route: Route }> {
  const installation = await installationOf(client, path);
  const body = await existingBody(client.rest(installation, "GET /repos/{owner}/{repo}", ownerAndName(path)));
  const { id, node_id: handle } = readBody(Repository, body);
  return { repository: { host: "github", id }, route: { installation, handle } };
}

/** @throws Failure `not-found` */
export async function findPull(client: GitHubClient, path: string, number: number): Promise<LocatedPull> {
  const installation = await installationOf(client, path);
  const body = await existingBody(
    client.rest(installation, "GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...ownerAndName(path),
      pull_number: number,
    }),
  );
  const Pull = z.object({
    number: z.number(),
    commits: z.number().nullish(),
    base: z.object({ repo: Repository }),
  });
  const pull = readBody(Pull, body);
  const { id, node_id: handle, visibility } = pull.base.repo;
  return {
    ref: { host: "github", repository: id, number: pull.number },
    route: { installation, handle },
    isPublic: visibility === "public",
    commits: pull.commits ?? null,
  };
}

async function installationOf(client: GitHubClient, path: string): Promise<number> {
  if (!/^[^/\s]+\/[^/\s]+$/.test(path))
    throw new Failure("not-found", "a repository on GitHub is called OWNER/NAME");
  try {
    const body = await client.rest(null, "GET /repos/{owner}/{repo}/installation", ownerAndName(path));
    return readBody(z.object({ id: z.number() }), body).id;
  } catch (error) {
    if (isNotThere(error))
      throw new Failure("not-found", "the app is not installed on that repository, or there is none", {
        cause: error,
      });
    throw error;
  }
}

/** @throws Failure `not-found` if the app is not installed there */
export async function routeNow(
  client: GitHubClient,
  repository: RepositoryRef,
  route: Route,
): Promise<Route> {
  const { owner, repo } = await targetOf(client, await placeOf(client, repository.id, route));
  return { installation: await installationOf(client, `${owner}/${repo}`), handle: route.handle };
}

/** Whether a repository exists, and the app is installed on it. */
export async function isInstalled(
  client: GitHubClient,
  repository: RepositoryRef,
  route: Route,
): Promise<boolean> {
  try {
    await routeNow(client, repository, route);
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "not-found") return false;
    throw error;
  }
}

/** The app's installations without the suspended ones. */
export async function* installations(client: GitHubClient): AsyncGenerator<number> {
  for (let page = 1; ; page += 1) {
    const body = await client.rest(null, "GET /app/installations", { per_page: PAGE, page });
    const found = readBody(Installations, body);
    for (const { id, suspended_at: suspended } of found)
      if (suspended === null || suspended === undefined) yield id;
    if (found.length < PAGE) return;
  }
}

/**
 * The repositories that the app serves, of one installation or of all.
 * @throws Failure of one installation, but only after all others are listed
 */
export async function* repositories(
  client: GitHubClient,
  installation: number | null,
): AsyncGenerator<ListedRepository> {
  if (installation === null) {
    const failures: Failure[] = [];
    for await (const one of installations(client))
      try {
        yield* repositories(client, one);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        failures.push(error);
      }
    if (failures[0] !== undefined) throw failures[0];
    return;
  }
  const Listed = Repository.extend({ archived: z.boolean().nullish() });
  const Page = z.object({ total_count: z.number(), repositories: z.array(Listed) });
  let listed = 0;
  for (let page = 1; ; page += 1) {
    const query = { per_page: PAGE, page };
    const body = await client.rest(installation, "GET /installation/repositories", query);
    const { repositories: found, total_count: total } = readBody(Page, body);
    listed += found.length;
    for (const { id, node_id: handle, full_name: path, archived } of found)
      yield {
        repository: { host: "github", id },
        path,
        route: { installation, handle },
        archived: archived === true,
      };
    if (found.length < PAGE) {
      // An entry that is missing from a truncated list may still exist.
      if (listed < total) throw new Failure("list-cut", "GitHub did not list every repository");
      return;
    }
  }
}
