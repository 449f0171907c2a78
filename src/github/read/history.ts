import { z } from "zod";
import { Failure } from "../../error.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { askPart, inParts, partSize, type PartSize } from "./pull/parts.ts";
import { comparisons } from "./query.ts";
import { targetOf, type Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** The maximum of protected branches to read, including the default branch; few repositories have more. */
const BRANCHES = 100;
/** Comparisons in one query; each one walks the history. Fewer if GitHub can't answer for as many. */
const BATCHES = [10, 3, 1];

/**
 * The full id of a commit on a protected branch; null: no such branch contains it, or it does not exist. The branch of an
 * open pull request counts only if it is the default branch: a rule may protect every branch.
 */
export async function protectedCommit(
  client: GitHubClient,
  place: Place,
  name: string,
): Promise<string | null> {
  if (!/^[0-9a-f]{7,64}$/.test(name)) return null;
  const as = place.installation;
  const target = await targetOf(client, place);
  const found = await unlessUnknown(
    client.rest(as, "GET /repos/{owner}/{repo}/commits/{ref}", { ...target, ref: name }),
  );
  if (found === null) return null;
  const { sha } = schema.readBody(z.object({ sha: z.string() }), found);
  // The name may belong to a branch instead of a commit.
  if (!sha.startsWith(name)) return null;
  const query = { ...target, protected: true, per_page: BRANCHES };
  const body = await client.rest(as, "GET /repos/{owner}/{repo}/branches", query);
  const branches = schema
    .readBody(z.array(z.object({ name: z.string() })), body)
    .map((branch) => branch.name);
  const size = partSize(BATCHES, "host-refused");
  for (let start = 0; start < branches.length; start += size.entries) {
    const isThere = await inParts(size, (entries) =>
      standsOn(client, place, sha, branches.slice(start, start + entries), size),
    );
    if (isThere) return sha;
  }
  return null;
}

/** Whether a commit is an ancestor of one of the branches: it is then zero commits ahead of that branch. */
async function standsOn(
  client: GitHubClient,
  place: Place,
  oid: string,
  branches: readonly string[],
  size: PartSize,
): Promise<boolean> {
  const Compared = z.object({
    name: z.string(),
    open: schema.perhaps(z.object({ totalCount: z.number() })),
    compare: schema.perhaps(z.object({ aheadBy: z.number() })),
  });
  const Main = z.object({ main: schema.perhaps(z.object({ name: z.string() })) });
  const shape = z.object({ node: Main.catchall(schema.perhaps(Compared)) });
  const names = Object.fromEntries(
    branches.map((branch, index) => [`branch${index}`, `refs/heads/${branch}`]),
  );
  const variables = { repository: place.handle, oid, ...names };
  const answer = await askPart(client, place.installation, comparisons(branches.length), variables, size);
  const { main, ...refs } = schema.readAnswer(shape, answer).node;
  let unknown = false;
  for (const ref of Object.values(refs)) {
    // A branch that was deleted meanwhile is null.
    if (ref === null) continue;
    const branch = schema.told(ref);
    const compared = schema.told(branch?.compare);
    if (compared !== null && compared.aheadBy !== 0) continue;
    const open = schema.told(branch?.open)?.totalCount ?? null;
    const isMain = branch !== null && branch.name === schema.told(main)?.name;
    if (compared?.aheadBy === 0 && (open === 0 || isMain)) return true;
    unknown ||= compared === null || open === null || schema.told(main) === null;
  }
  if (unknown) throw new Failure("host-refused", "GitHub did not compare the commit with every branch");
  return false;
}

/** A commit's diff as GitHub shows it; null if it shows none. */
export async function diffOf(client: GitHubClient, place: Place, sha: string): Promise<string | null> {
  const target = await targetOf(client, place);
  const diff = await unlessUnknown(
    client.rest(place.installation, "GET /repos/{owner}/{repo}/commits/{ref}", {
      ...target,
      ref: sha,
      mediaType: { format: "diff" },
    }),
  );
  return typeof diff === "string" ? diff : null;
}

/** GitHub answers 422 if the name matches no commit, and 406 if the diff is too large. */
async function unlessUnknown(request: Promise<unknown>): Promise<unknown> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Failure && [404, 406, 422].includes(Number(error.cause))) return null;
    throw error;
  }
}
