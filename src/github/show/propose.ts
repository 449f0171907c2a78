import { composeCreatePullRequest } from "octokit-plugin-create-pull-request";
import { z } from "zod";
import { Failure } from "../../error.ts";
import type { Proposal } from "../../ports/host.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { targetOf, type Place } from "../read/repository.ts";
import { readBody, unlessGone } from "../read/schema.ts";

const Pulls = z.array(z.object({ html_url: z.string() }));
const File = z.object({ content: z.string() });

/**
 * Opens a pull request that adds a file, or updates the open one.
 * @returns its URL
 * @throws Failure `refused` when the default branch already has the file
 */
export async function proposeFile(
  client: GitHubClient,
  place: Place,
  { path, text, title, body, branch }: Proposal,
): Promise<string> {
  const as = place.installation;
  const target = await targetOf(client, place);
  const fileOn = async (ref?: string): Promise<string | null> => {
    const query = { ...target, path, ...(ref === undefined ? {} : { ref }) };
    const found = await unlessGone(client.rest(as, "GET /repos/{owner}/{repo}/contents/{path}", query));
    return found === null ? null : Buffer.from(readBody(File, found).content, "base64").toString();
  };
  if ((await fileOn()) !== null)
    throw new Failure("refused", `the repository has ${path} already: change it there`);
  const query = { ...target, head: `${target.owner}:${branch}`, state: "open" };
  const [open] = readBody(Pulls, await client.rest(as, "GET /repos/{owner}/{repo}/pulls", query));
  // The package force-pushes over commits that somebody may have added to the branch, so it runs only for a change.
  if (open !== undefined && (await fileOn(branch)) === text) return open.html_url;
  const changes = [{ files: { [path]: text }, commit: title }];
  const made = await client.run(as, "a pull request with a new file (contents: write)", async (octokit) =>
    composeCreatePullRequest(octokit as never, {
      ...target,
      title,
      body,
      head: branch,
      changes,
      update: true,
    }),
  );
  if (made === null) throw new Failure("host-refused", "GitHub opened no pull request");
  return made.data.html_url;
}
