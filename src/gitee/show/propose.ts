import { Failure } from "../../error.ts";
import type { Proposal } from "../../ports/host.ts";
import type { Client } from "../traffic/client.ts";
import { contentsOf, parsePath, within, type RepositoryPath } from "../read/path.ts";
import { readFile } from "../read/policy-file.ts";
import { Branch, PullRequest, PullRequests, Repository, Written, type Self } from "../read/schema.ts";

/**
 * Opens a pull request that adds one file to a repository: creates the branch, the file and the pull request, each only
 * if it is missing. Without permission to push, the branch is created in a fork.
 * @returns the pull request's URL
 */
export async function proposeFile(
  client: Client,
  self: Self,
  base: Repository,
  proposal: Proposal,
): Promise<string> {
  const target = parsePath(base.full_name);
  const into = base.default_branch ?? null;
  if (into === null)
    throw new Failure("refused", "the repository has no default branch yet: push to it first");
  if ((await readFile(client, target, proposal.path, into)) !== null)
    throw new Failure("refused", `the repository has ${proposal.path} already: change it there`);
  const source = base.permission?.push === true ? base : await fork(client, self, target);
  const from = parsePath(source.full_name);
  await ensureBranch(client, from, proposal.branch, source.default_branch ?? into);
  await ensureFile(client, from, proposal);

  const head = `${from.owner}:${proposal.branch}`;
  const open = await client.get("the open pull requests", within(target, "pulls"), PullRequests, {
    state: "open",
    head,
    base: into,
  });
  const known = open.find((pull) => pull.head.ref === proposal.branch && pull.user?.id === self.id);
  if (known !== undefined) return known.html_url;
  const { title, body } = proposal;
  const asked = "a new pull request";
  const made = await client.write(
    asked,
    "POST",
    within(target, "pulls"),
    { title, head, base: into, body },
    PullRequest,
  );
  return made.html_url;
}

/** An existing fork works as well. */
async function fork(client: Client, self: Self, target: RepositoryPath): Promise<Repository> {
  const made = await client.send(
    "a fork of the repository",
    "POST",
    within(target, "forks"),
    {},
    Repository,
    [400, 403, 409, 422],
  );
  return (
    made ??
    client.get("the fork of the repository", within({ owner: self.login, name: target.name }), Repository)
  );
}

async function ensureBranch(
  client: Client,
  path: RepositoryPath,
  branch: string,
  from: string,
): Promise<void> {
  if ((await client.find("a branch", within(path, "branches", branch), Branch)) !== null) return;
  const body = { branch_name: branch, refs: from };
  await client.write("a new branch", "POST", within(path, "branches"), body, Branch);
}

async function ensureFile(client: Client, repository: RepositoryPath, proposal: Proposal): Promise<void> {
  const { path, text, title: message, branch } = proposal;
  const there = await readFile(client, repository, path, branch);
  if (there?.text === text) return;
  const content = Buffer.from(text).toString("base64");
  const target = contentsOf(repository, path);
  const change = { content, message, branch };
  if (there === null) await client.write("a new file", "POST", target, change, Written);
  else await client.write("a changed file", "PUT", target, { ...change, sha: there.sha }, Written);
}
