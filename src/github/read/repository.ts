import { z } from "zod";
import { Failure } from "../../error.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { MISNAMED_POLICY_PATH, POLICY_PATH } from "../traffic/marks.ts";
import { NAME_QUERY } from "./query.ts";
import * as schema from "./schema.ts";

/** A repository as a request needs it: the installation to ask as, and its GraphQL id. */
export interface Place {
  readonly installation: number;
  readonly handle: string;
  readonly repository: number;
}

/** @throws Failure `not-found` when no installation of the app is known to see it */
export async function placeOf(client: GitHubClient, repository: number, route: Route): Promise<Place> {
  const { installation } = route;
  if (installation === null)
    throw new Failure("not-found", "no installation of the app is known that sees the repository");
  if (route.handle !== null) return { installation, handle: route.handle, repository };
  // Not in GitHub's reference, but the one address that its own answers use for a repository's number.
  const found = await client.rest(installation, "GET /repositories/{repository}", { repository });
  return {
    installation,
    handle: schema.readBody(z.object({ node_id: z.string() }), found).node_id,
    repository,
  };
}

/** What REST paths call the repository now. */
export async function targetOf(client: GitHubClient, place: Place): Promise<{ owner: string; repo: string }> {
  const shape = z.object({
    node: z
      .union([schema.Unanswered, z.object({ databaseId: z.number(), nameWithOwner: z.string() })])
      .nullable(),
  });
  const answer = await client.graphql(place.installation, NAME_QUERY, { repository: place.handle });
  return ownerAndName(sameRepository(schema.readAnswer(shape, answer).node, place).nameWithOwner);
}

/** The `{owner}` and `{repo}` of REST paths. */
export function ownerAndName(nameWithOwner: string): { owner: string; repo: string } {
  const slash = nameWithOwner.indexOf("/");
  return { owner: nameWithOwner.slice(0, slash), repo: nameWithOwner.slice(slash + 1) };
}

/** @throws Failure `not-found` when the id led to nothing or to another repository */
export function sameRepository<Found extends { databaseId: number }>(
  node: Found | schema.Unanswered | null,
  { repository }: Place,
): Found {
  if (node === null || schema.isUnanswered(node) || node.databaseId !== repository)
    throw new Failure("not-found", "GitHub does not show the repository to the app, or it is gone");
  return node;
}

/**
 * The policy file of the default branch, or the organization's instead.
 * @throws Failure `host-answer` when GitHub did not say whether the repository has one
 */
export function policyFileOf({
  object,
  misnamed,
  owner,
  nameWithOwner,
}: schema.Repository): { path: string; text: string } | null {
  if (schema.isUnanswered(object))
    throw new Failure("host-answer", "GitHub did not say whether the repository has a policy file");
  if (object !== null) return { path: POLICY_PATH, text: textOf(object) };
  if (schema.isUnanswered(misnamed))
    throw new Failure("host-answer", "GitHub did not say whether the repository has a policy file");
  if (misnamed !== null && misnamed !== undefined) return { path: MISNAMED_POLICY_PATH, text: "" };
  const shared = owner.repository;
  // The app need not be installed on the organization's repository; GitHub then says "not found".
  if (shared === null || schema.isUnanswered(shared)) return null;
  if (schema.isUnanswered(shared.object))
    throw new Failure("host-answer", "GitHub did not say whether the organization has a policy file");
  const { owner: organization } = ownerAndName(nameWithOwner);
  if (shared.object === null)
    return !shared.misnamed || schema.isUnanswered(shared.misnamed)
      ? null
      : { path: `${organization}/.github/${MISNAMED_POLICY_PATH}`, text: "" };
  return { path: `${organization}/.github/${POLICY_PATH}`, text: textOf(shared.object) };
}

/** A file that GitHub does not show as text is no YAML: the character makes every parser refuse it. */
function textOf(blob: Exclude<schema.PolicyBlob, schema.Unanswered | null>): string {
  return typeof blob.text === "string" && blob.isTruncated !== true ? blob.text : "\u0000";
}
