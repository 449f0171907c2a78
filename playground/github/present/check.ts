import { combined, latestByContext, type CommitStatus } from "../state/commit-status.ts";
import type { CheckRun, Pull, Repository, World } from "../state/model.ts";
import { nodeId } from "../state/node-id.ts";
import { presentApp, type App } from "./app.ts";
import { presentHeadCommit } from "./commit.ts";
import { apiOf, presentRepository } from "./repository.ts";
import { iso, isoOrNull, type Site } from "./site.ts";
import { presentUser } from "./user.ts";

/** A status in the combined status. */
export function presentListedStatus(site: Site, repository: Repository, status: CommitStatus) {
  return {
    url: `${apiOf(site, repository)}/statuses/${status.sha}`,
    avatar_url: `${site.web}/avatars/u/${status.creator.id}?v=4`,
    id: status.id,
    node_id: nodeId("SC", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
  };
}

export function presentStatus(site: Site, repository: Repository, status: CommitStatus) {
  return {
    ...presentListedStatus(site, repository, status),
    creator: presentUser(site, status.creator),
  };
}

export function presentCombinedStatus(site: Site, repository: Repository, sha: string) {
  const latest = latestByContext(repository.statusesOf(sha));
  return {
    state: combined(latest.map(({ state }) => state)),
    statuses: latest.map((status) => ({ ...presentListedStatus(site, repository, status), required: null })),
    sha,
    total_count: latest.length,
    repository: presentRepository(site, repository),
    commit_url: `${apiOf(site, repository)}/commits/${sha}`,
    url: `${apiOf(site, repository)}/commits/${sha}/status`,
  };
}

function presentPullOf(site: Site, pull: Pull) {
  const repo = ({ id, name, fullName }: Repository) => ({ id, url: `${site.api}/repos/${fullName}`, name });
  return {
    url: `${apiOf(site, pull.repository)}/pulls/${pull.number}`,
    id: pull.id,
    number: pull.number,
    head: { ref: pull.branch, sha: pull.head.sha, repo: repo(pull.from) },
    base: { ref: pull.base, sha: pull.baseCommit.sha, repo: repo(pull.repository) },
  };
}

/** GitHub lists only pull requests of the repository itself here, none from forks. */
function pullsAt(site: Site, repository: Repository, sha: string) {
  return [...repository.pulls.values()]
    .filter((pull) => pull.state === "open" && pull.head.sha === sha && pull.from === repository)
    .map((pull) => presentPullOf(site, pull));
}

export function presentCheckSuite(site: Site, world: World, app: App, run: CheckRun) {
  const { repository, fields } = run;
  const api = apiOf(site, repository);
  const pulls = pullsAt(site, repository, fields.headSha);
  const commit = repository.network.commits.get(fields.headSha);
  return {
    id: run.suiteId,
    node_id: nodeId("CS", run.suiteId),
    head_branch: pulls[0]?.head.ref ?? null,
    head_sha: fields.headSha,
    status: fields.status,
    conclusion: fields.conclusion,
    url: `${api}/check-suites/${run.suiteId}`,
    before: commit?.parents[0]?.sha ?? null,
    after: fields.headSha,
    pull_requests: pulls,
    app: presentApp(site, world, app),
    created_at: iso(fields.startedAt),
    updated_at: iso(fields.completedAt ?? fields.startedAt),
    latest_check_runs_count: repository.checkRunsOf(fields.headSha).length,
    check_runs_url: `${api}/check-suites/${run.suiteId}/check-runs`,
    head_commit: commit ? presentHeadCommit(commit) : null,
  };
}

export function presentCheckRun(site: Site, world: World, app: App, run: CheckRun) {
  const { repository, fields } = run;
  const api = apiOf(site, repository);
  return {
    id: run.id,
    node_id: run.nodeId,
    head_sha: fields.headSha,
    external_id: fields.externalId,
    url: `${api}/check-runs/${run.id}`,
    html_url: `${site.web}/${repository.fullName}/runs/${run.id}`,
    details_url: fields.detailsUrl,
    status: fields.status,
    conclusion: fields.conclusion,
    started_at: iso(fields.startedAt),
    completed_at: isoOrNull(fields.completedAt),
    output: {
      title: fields.output.title,
      summary: fields.output.summary,
      text: fields.output.text,
      annotations_count: fields.output.annotations.length,
      annotations_url: `${api}/check-runs/${run.id}/annotations`,
    },
    name: fields.name,
    check_suite: { id: run.suiteId },
    app: presentApp(site, world, app),
    pull_requests: pullsAt(site, repository, fields.headSha),
  };
}
