import { z } from "zod";
import { Failure } from "../../error.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { NAME_QUERY } from "./query.ts";
import * as schema from "./schema.ts";

/** A repository for a request: the installation that the request runs as, and the repository's GraphQL id. */
export interface Place {
  readonly installation: number;
  readonly handle: string;
  readonly repository: number;
}

/** @throws Failure `not-found` when no known installation of the app sees it */
export async function placeOf(client: GitHubClient, repository: number, route: Route): Promise<Place> {
  const { installation } = route;
  if (installation === null)
    throw new Failure("not-found", "no installation of the app is known that sees the repository");
  if (route.handle !== null) return { installation, handle: route.handle, repository };
  // This path is not in GitHub's reference, but GitHub's own answers use it for a repository's number.
  const found = await schema.existingBody(
    client.rest(installation, "GET /repositories/{repository}", { repository }),
  );
  return {
    installation,
    handle: schema.readBody(z.object({ node_id: z.string() }), found).node_id,
    repository,
  };
}

/** The repository's current name in REST paths. */
export async function targetOf(client: GitHubClient, place: Place): Promise<{ owner: string; repo: string }> {
  const shape = z.object({
    node: schema.perhaps(z.object({ databaseId: schema.perhaps(z.number()), nameWithOwner: z.string() })),
  });
  const answer = await client.graphql(place.installation, NAME_QUERY, { repository: place.handle });
  return ownerAndName(sameRepository(schema.readAnswer(shape, answer).node, place).nameWithOwner);
}

/** The `{owner}` and `{repo}` of REST paths. */
export function ownerAndName(nameWithOwner: string): { owner: string; repo: string } {
  const slash = nameWithOwner.indexOf("/");
  return { owner: nameWithOwner.slice(0, slash), repo: nameWithOwner.slice(slash + 1) };
}

/** @throws Failure `not-found` only if GitHub says that nothing has this id */
export function sameRepository<Found extends { databaseId: number | schema.Unanswered | null }>(
  node: Found | schema.Unanswered | null,
  { repository }: Place,
): Found {
  const found = schema.existing(node, "the repository");
  if (found.databaseId !== repository)
    throw new Failure("host-answer", "GitHub answered about another repository, or not about which");
  return found;
}
