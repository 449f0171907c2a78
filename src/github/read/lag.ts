/** The API may lag some seconds behind GitHub's own webhooks. */
import { z } from "zod";
import type { GitHubClient } from "../traffic/client.ts";
import { defaultIn, digestOf } from "../traffic/told.ts";
import { DEFAULT_BRANCH_QUERY, LAG_QUERY } from "./query.ts";
import * as schema from "./schema.ts";

/**
 * The number of commits that a commit is ahead of the default branch, as GitHub shows it now; null: unknown, or GitHub
 * does not show the commit.
 * @param handle the repository's GraphQL id
 */
export async function aheadOfDefault(
  client: GitHubClient,
  installation: number,
  handle: string,
  oid: string,
): Promise<number | null> {
  const shape = z.object({
    node: schema.perhaps(
      z.object({
        defaultBranchRef: schema.perhaps(
          z.object({
            target: schema.perhaps(z.object({ oid: schema.sha })),
            compare: schema.perhaps(z.object({ aheadBy: z.number() })),
          }),
        ),
      }),
    ),
  });
  const answer = await client.graphql(installation, LAG_QUERY, { repository: handle, oid });
  const branch = schema.told(schema.told(schema.readAnswer(shape, answer).node)?.defaultBranchRef);
  if (schema.told(branch?.target)?.oid === oid) return 0;
  return schema.told(branch?.compare)?.aheadBy ?? null;
}

/**
 * Whether GitHub does not show yet what a delivery reported: a push, or another default branch.
 * @param told in the form that `toldOfPush` or `toldOfDefault` in `traffic/told.ts` prints
 */
export async function isBehind(client: GitHubClient, told: string, installation: number): Promise<boolean> {
  const [handle = "", commit = ""] = told.split(" ");
  const branch = defaultIn(told);
  if (branch === null) return (await aheadOfDefault(client, installation, handle, commit)) !== 0;
  const shape = z.object({
    node: schema.perhaps(z.object({ defaultBranchRef: schema.perhaps(z.object({ name: z.string() })) })),
  });
  const answer = await client.graphql(installation, DEFAULT_BRANCH_QUERY, { repository: handle });
  const shown = schema.told(schema.told(schema.readAnswer(shape, answer).node)?.defaultBranchRef);
  return shown === null || digestOf(shown.name) !== branch;
}
