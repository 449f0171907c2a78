import type { Repository } from "../state/model.ts";
import { iso, urls, type Site } from "./site.ts";
import { presentUser } from "./user.ts";

const API_URLS = {
  url: "",
  forks_url: "/forks",
  keys_url: "/keys{/key_id}",
  collaborators_url: "/collaborators{/collaborator}",
  teams_url: "/teams",
  hooks_url: "/hooks",
  issue_events_url: "/issues/events{/number}",
  events_url: "/events",
  assignees_url: "/assignees{/user}",
  branches_url: "/branches{/branch}",
  tags_url: "/tags",
  blobs_url: "/git/blobs{/sha}",
  git_tags_url: "/git/tags{/sha}",
  git_refs_url: "/git/refs{/sha}",
  trees_url: "/git/trees{/sha}",
  statuses_url: "/statuses/{sha}",
  languages_url: "/languages",
  stargazers_url: "/stargazers",
  contributors_url: "/contributors",
  subscribers_url: "/subscribers",
  subscription_url: "/subscription",
  commits_url: "/commits{/sha}",
  git_commits_url: "/git/commits{/sha}",
  comments_url: "/comments{/number}",
  issue_comment_url: "/issues/comments{/number}",
  contents_url: "/contents/{+path}",
  compare_url: "/compare/{base}...{head}",
  merges_url: "/merges",
  archive_url: "/{archive_format}{/ref}",
  downloads_url: "/downloads",
  issues_url: "/issues{/number}",
  pulls_url: "/pulls{/number}",
  milestones_url: "/milestones{/number}",
  notifications_url: "/notifications{?since,all,participating}",
  labels_url: "/labels{/name}",
  releases_url: "/releases{/id}",
  deployments_url: "/deployments",
};

export function apiOf(site: Site, repository: Repository): string {
  return `${site.api}/repos/${repository.fullName}`;
}

/** The short form in which `installation` payloads list repositories. */
export function presentListedRepository(repository: Repository) {
  return {
    id: repository.id,
    node_id: repository.nodeId,
    name: repository.name,
    full_name: repository.fullName,
    private: repository.private,
  };
}

/** The form that REST's lists and the payloads of most events share. */
export function presentRepository(site: Site, repository: Repository) {
  const web = `${site.web}/${repository.fullName}`;
  const open = [...repository.pulls.values()].filter(({ state }) => state === "open").length;
  const created = iso(repository.createdAt);
  return {
    ...presentListedRepository(repository),
    owner: presentUser(site, repository.owner),
    html_url: web,
    description: null,
    fork: repository.parent !== null,
    ...urls(apiOf(site, repository), API_URLS),
    created_at: created,
    updated_at: created,
    pushed_at: created,
    git_url: `${web.replace(/^https?/, "git")}.git`,
    ssh_url: `git@${new URL(site.web).host}:${repository.fullName}.git`,
    clone_url: `${web}.git`,
    svn_url: web,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: true,
    has_downloads: true,
    has_wiki: true,
    has_pages: false,
    has_discussions: false,
    forks_count: 0,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    custom_properties: {},
    topics: [],
    visibility: repository.private ? "private" : "public",
    forks: 0,
    open_issues: open,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}
