import { Octokit } from "@octokit/rest";
import { createPullRequest } from "octokit-plugin-create-pull-request";
import { Probot } from "probot";
import { expect, it } from "vitest";
import { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import { startReceiver } from "./receiver.ts";

const QUERY = `query pull($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId
    object(expression: "HEAD:README.md") { ... on Blob { text byteSize isTruncated } }
    pullRequest(number: $number) {
      number
      author { login ... on User { databaseId } ... on Bot { databaseId } }
      headRefOid
      comments(last: 10) { nodes { viewerDidAuthor body } }
      commits(first: 100) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { commit {
          oid
          parents(first: 2) { totalCount }
          authors(first: 10) { nodes { email user { databaseId } } }
          signature { wasSignedByGitHub }
          status { context(name: "license/cla") { state description } }
        } }
      }
    }
  }
}`;

it("is a GitHub to Probot: app authentication, webhooks, REST and GraphQL", async () => {
  const receiver = await startReceiver();
  const github = await SimulatedGitHub.start({ webhookUrl: receiver.url });
  const alice = github.user({ login: "alice", emails: ["alice@example.com"] });
  const bob = github.user({ login: "bob" });
  const stranger = { name: "Stranger", email: "stranger@example.org" };
  const octo = github.organization({ login: "octo" });
  const repository = github.repository({ owner: octo, name: "spoon" });
  const pull = repository.openPull({
    opener: alice,
    commits: [{ author: alice, coauthors: [bob, stranger] }],
  });
  pull.push([{ author: stranger }]);
  pull.comment(bob, "recheck");
  await github.deliveries.settled();
  expect(
    receiver.received.map(({ event, payload }) => `${event}.${String(payload["action"])}`).toSorted(),
  ).toEqual(["issue_comment.created", "pull_request.opened", "pull_request.synchronize"]);

  const probot = new Probot({
    appId: github.app.id,
    privateKey: github.privateKey ?? "",
    secret: github.webhookSecret,
    baseUrl: `${github.url}/api/v3`,
    logLevel: "error",
  });
  const octokit = await probot.auth(github.installationFor(repository)?.id);
  await octokit.rest.repos.createCommitStatus({
    owner: "octo",
    repo: "spoon",
    sha: pull.head.sha,
    state: "failure",
    context: "license/cla",
    description: "1 of 3 accounts",
  });
  const answer = await octokit.graphql(QUERY, { owner: "octo", name: "spoon", number: pull.number });
  expect(answer).toMatchObject({
    repository: {
      databaseId: repository.id,
      object: { text: "# spoon\n", byteSize: 8, isTruncated: false },
      pullRequest: {
        author: { login: "alice", databaseId: alice.id },
        headRefOid: pull.head.sha,
        comments: { nodes: [{ viewerDidAuthor: false, body: "recheck" }] },
        commits: {
          totalCount: 2,
          nodes: [
            {
              commit: {
                status: null,
                authors: {
                  nodes: [
                    { email: "alice@example.com", user: { databaseId: alice.id } },
                    { email: bob.noreply, user: { databaseId: bob.id } },
                    { email: stranger.email, user: null },
                  ],
                },
              },
            },
            { commit: { status: { context: { state: "FAILURE", description: "1 of 3 accounts" } } } },
          ],
        },
      },
    },
  });
  expect(github.calls()).toEqual({
    reads: 1,
    writes: 1,
    byRoute: { "POST /repos/{owner}/{repo}/statuses/{sha}": 1, "graphql pull": 1 },
  });
  expect(github.violations).toEqual([]);
  await github.stop();
  await receiver.stop();
});

it("is a GitHub to octokit-plugin-create-pull-request, the first time and again", async () => {
  const github = await SimulatedGitHub.start();
  const repository = github.repository({ owner: "octo", name: "spoon" });
  const installation = github.installationFor(repository);
  installation?.acceptPermissions({ contents: "write" });
  if (!installation) throw new Error("the app is not installed there");
  const octokit = new (Octokit.plugin(createPullRequest))({
    baseUrl: `${github.url}/api/v3`,
    auth: github.tokens.forInstallation(installation).token,
  });
  for (const text of ["report: status\n", "report: check\n"])
    await octokit.createPullRequest({
      owner: "octo",
      repo: "spoon",
      title: "Add a policy",
      body: "",
      head: "policy",
      update: true,
      changes: [{ files: { ".github/cla.yml": text }, commit: "Add a policy" }],
    });
  const [pull, ...others] = [...repository.pulls.values()];
  expect(others).toEqual([]);
  expect(pull?.opener).toBe(github.world.bot);
  expect(pull?.head.tree.get(".github/cla.yml")).toBe("report: check\n");
  expect(pull?.changes.map(({ path }) => path)).toEqual([".github/cla.yml"]);
  expect(github.violations).toEqual([]);
  await github.stop();
});
