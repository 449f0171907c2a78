import { blobSha, type Commit, type Identity } from "../state/git.ts";
import type { FileChange } from "../state/diff.ts";
import type { Repository } from "../state/model.ts";
import { nodeId } from "../state/node-id.ts";
import { apiOf } from "./repository.ts";
import { iso, type Site } from "./site.ts";
import { presentUser } from "./user.ts";

function presentIdentity({ name, email, date }: Identity) {
  return { name, email, date: iso(date) };
}

function presentVerification({ signature }: Commit) {
  return {
    verified: signature?.isValid ?? false,
    reason: signature ? (signature.isValid ? "valid" : "invalid") : "unsigned",
    signature: signature ? "-----BEGIN PGP SIGNATURE-----" : null,
    payload: signature ? "tree" : null,
    verified_at: null,
  };
}

export function commitNodeId(repository: Repository, commit: Commit): string {
  return nodeId("C", repository.id, commit.sha);
}

/** The account of an address, as REST shows it: also bots, unlike GraphQL. */
function linked(site: Site, repository: Repository, { email }: Identity) {
  const user = repository.world.userByEmail(email);
  return user && presentUser(site, user);
}

/** A commit in REST's lists. */
export function presentCommit(site: Site, repository: Repository, commit: Commit) {
  const api = apiOf(site, repository);
  const web = `${site.web}/${repository.fullName}`;
  return {
    sha: commit.sha,
    node_id: commitNodeId(repository, commit),
    commit: {
      author: presentIdentity(commit.author),
      committer: presentIdentity(commit.committer),
      message: commit.message,
      tree: { sha: commit.treeSha, url: `${api}/git/trees/${commit.treeSha}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: presentVerification(commit),
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${web}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: linked(site, repository, commit.author),
    committer: linked(site, repository, commit.committer),
    parents: commit.parents.map(({ sha }) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${web}/commit/${sha}`,
    })),
  };
}

/** A changed file as REST lists it, at the commit `at`. */
export function presentFile(site: Site, repository: Repository, at: Commit, change: FileChange) {
  const content = at.tree.get(change.path);
  const path = encodeURI(change.path);
  return {
    sha: content === undefined ? null : blobSha(content),
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${site.web}/${repository.fullName}/blob/${at.sha}/${path}`,
    raw_url: `${site.web}/${repository.fullName}/raw/${at.sha}/${path}`,
    contents_url: `${apiOf(site, repository)}/contents/${path}?ref=${at.sha}`,
    ...(change.previousPath === null ? {} : { previous_filename: change.previousPath }),
    ...(change.patch ? { patch: change.patch } : {}),
  };
}

/** A single commit, with its statistics and files. */
export function presentFullCommit(site: Site, repository: Repository, commit: Commit) {
  const sum = (key: "additions" | "deletions") =>
    commit.changes.reduce((total, change) => total + change[key], 0);
  const [additions, deletions] = [sum("additions"), sum("deletions")];
  return {
    ...presentCommit(site, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: commit.changes.slice(0, 300).map((change) => presentFile(site, repository, commit, change)),
  };
}

/** A commit as an object of the Git database. */
export function presentGitCommit(site: Site, repository: Repository, commit: Commit) {
  const { author, committer, tree, message, verification } = presentCommit(site, repository, commit).commit;
  const api = apiOf(site, repository);
  return {
    sha: commit.sha,
    node_id: commitNodeId(repository, commit),
    url: `${api}/git/commits/${commit.sha}`,
    html_url: `${site.web}/${repository.fullName}/commit/${commit.sha}`,
    author,
    committer,
    tree,
    message,
    parents: commit.parents.map(({ sha }) => ({
      sha,
      url: `${api}/git/commits/${sha}`,
      html_url: `${site.web}/${repository.fullName}/commit/${sha}`,
    })),
    verification,
  };
}

/** A commit in `push`, `check_suite` and `merge_group` payloads. */
export function presentHeadCommit(commit: Commit) {
  return {
    id: commit.sha,
    tree_id: commit.treeSha,
    message: commit.message,
    timestamp: iso(commit.committer.date),
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}
