import { z } from "zod";
import { type Diagnosis, ill } from "../ports/diagnosis.ts";
import { parsePath, within } from "./read/path.ts";
import type { Client } from "./traffic/client.ts";
import { Refusal } from "./traffic/failure.ts";

/** Reads that need a scope. gitee.com/api/v5/swagger, "getV5ReposOwnerRepoPulls" and "getV5ReposOwnerRepoPullsComments" */
const PROBES = [
  { scope: "pull_requests", asked: "pull requests", path: ["pulls"] },
  { scope: "notes", asked: "comments", path: ["pulls", "comments"] },
] as const;

/**
 * Looks for scopes that the token lacks by reading what they are for: no call tells them. A public repository may show
 * it without the scope, so no finding proves nothing.
 * @param repository the path of a repository in which the bot's account may set labels
 */
export async function aboutScopes(client: Client, repository: string): Promise<readonly Diagnosis[]> {
  const found: Diagnosis[] = [];
  for (const { scope, asked, path } of PROBES) {
    try {
      const target = within(parsePath(repository), ...path);
      await client.get(asked, target, z.unknown(), { page: 1, per_page: 1 });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401 || error.status === 403)
        found.push(
          ill(
            `GITEE_TOKEN can't read ${asked}: it seems to lack the scope ${scope}`,
            "make a new token as the bot's account, with user_info, projects, pull_requests, notes and groups",
          ),
        );
    }
  }
  return found;
}
