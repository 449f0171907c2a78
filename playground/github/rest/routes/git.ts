import { presentGitCommit } from "../../present/commit.ts";
import { apiOf } from "../../present/repository.ts";
import type { Content } from "../../state/diff.ts";
import { blobSha, treeSha, type Commit, type Identity, type Tree } from "../../state/git.ts";
import type { Repository } from "../../state/model.ts";
import { nodeId } from "../../state/node-id.ts";
import { notFound, Refusal } from "../refusal.ts";
import { actor, json, route, text, type Request } from "../route.ts";

const READ = { needs: [["contents", "read"]] } as const;
const WRITE = { needs: [["contents", "write"]] } as const;

interface TreeEntry {
  path: string;
  sha?: string | null;
  content?: string;
}

function treeOf(repository: Repository, sha: string | null): Tree {
  const { network } = repository;
  const known = network.trees.get(sha ?? "") ?? network.commits.get(sha ?? "")?.tree;
  const found = known ?? network.commits.values().find((commit) => commit.treeSha === sha)?.tree;
  if (!found) throw new Refusal(422, "Tree SHA does not exist");
  return found;
}

function blobOf(repository: Repository, sha: string): Content {
  const { network } = repository;
  const known = network.blobs.get(sha);
  if (known !== undefined) return known;
  for (const { tree } of network.commits.values())
    for (const content of tree.values()) if (blobSha(content) === sha) return content;
  throw new Refusal(422, "tree.sha is not a valid blob");
}

function presentTree({ core }: Request, repository: Repository, tree: Tree) {
  const api = apiOf(core.site(), repository);
  const sha = treeSha(tree);
  return {
    sha,
    url: `${api}/git/trees/${sha}`,
    tree: [...tree].map(([path, content]) => ({
      path,
      mode: "100644",
      type: "blob",
      size: Buffer.byteLength(content),
      sha: blobSha(content),
      url: `${api}/git/blobs/${blobSha(content)}`,
    })),
    truncated: false,
  };
}

function presentRef({ core }: Request, repository: Repository, name: string, commit: Commit) {
  const api = apiOf(core.site(), repository);
  return {
    ref: `refs/heads/${name}`,
    node_id: nodeId("REF", repository.id, name),
    url: `${api}/git/refs/heads/${name}`,
    object: { sha: commit.sha, type: "commit", url: `${api}/git/commits/${commit.sha}` },
  };
}

function commitOf(repository: Repository, sha: unknown): Commit {
  const commit = repository.network.commits.get(text(sha) ?? "");
  if (!commit) throw new Refusal(422, "Object does not exist");
  return commit;
}

function branchOf({ params }: Request): string {
  return (params["ref"] ?? "").replace(/^heads\//, "");
}

export const gitRoutes = [
  route("GET /repos/{owner}/{repo}/git/ref/{ref}", READ, (request, repository) => {
    const commit = repository.branches.get(branchOf(request));
    if (!commit) throw notFound();
    return json(presentRef(request, repository, branchOf(request), commit));
  }),

  route("POST /repos/{owner}/{repo}/git/refs", { ...WRITE, creates: true }, (request, repository) => {
    const { body } = request;
    const name = /^refs\/heads\/(.+)$/.exec(text(body["ref"]) ?? "")?.[1];
    if (!name) throw new Refusal(422, "Reference name must start with 'refs/' and contain two slashes.");
    if (repository.branches.has(name)) throw new Refusal(422, "Reference already exists");
    const commit = commitOf(repository, body["sha"]);
    repository.setBranch(name, commit, actor(request));
    return json(presentRef(request, repository, name, commit), 201);
  }),

  route("PATCH /repos/{owner}/{repo}/git/refs/{ref}", WRITE, (request, repository) => {
    const { body } = request;
    const name = branchOf(request);
    const before = repository.branches.get(name);
    if (!before) throw new Refusal(422, "Reference does not exist");
    const commit = commitOf(repository, body["sha"]);
    if (body["force"] !== true && !repository.network.isAncestor(before, commit))
      throw new Refusal(422, "Update is not a fast forward");
    repository.setBranch(name, commit, actor(request));
    return json(presentRef(request, repository, name, commit));
  }),

  route("DELETE /repos/{owner}/{repo}/git/refs/{ref}", WRITE, (request, repository) => {
    if (!repository.branches.has(branchOf(request))) throw new Refusal(422, "Reference does not exist");
    repository.setBranch(branchOf(request), null, actor(request));
    return { status: 204, body: null };
  }),

  route("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", READ, (request, repository) => {
    const named = request.params["tree_sha"] ?? "";
    const sha = repository.branches.get(named)?.sha ?? named;
    return json(presentTree(request, repository, treeOf(repository, sha)));
  }),

  route("POST /repos/{owner}/{repo}/git/trees", WRITE, (request, repository) => {
    const { body } = request;
    const base = text(body["base_tree"]);
    const tree = new Map(base ? treeOf(repository, base) : []);
    for (const { path, sha, content } of body["tree"] as TreeEntry[]) {
      if (content !== undefined) tree.set(path, content);
      else if (sha) tree.set(path, blobOf(repository, sha));
      else tree.delete(path);
    }
    repository.network.trees.set(treeSha(tree), tree);
    return json(presentTree(request, repository, tree), 201);
  }),

  route("POST /repos/{owner}/{repo}/git/blobs", WRITE, ({ core, body }, repository) => {
    const written = text(body["content"]) ?? "";
    const content = body["encoding"] === "base64" ? Buffer.from(written, "base64") : written;
    const sha = blobSha(content);
    repository.network.blobs.set(sha, content);
    return json({ sha, url: `${apiOf(core.site(), repository)}/git/blobs/${sha}` }, 201);
  }),

  route("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", READ, ({ core, params }, repository) => {
    const commit = repository.network.commits.get(params["commit_sha"] ?? "");
    if (!commit) throw notFound();
    return json(presentGitCommit(core.site(), repository, commit));
  }),

  route("POST /repos/{owner}/{repo}/git/commits", WRITE, (request, repository) => {
    const { core, body, principal } = request;
    const by = actor(request);
    const identity = (value: unknown): Identity => {
      const given = (value ?? {}) as { name?: string; email?: string; date?: string };
      return {
        name: given.name ?? by.login,
        email: given.email ?? by.email,
        date: given.date ? new Date(given.date) : core.world.now(),
      };
    };
    const author = identity(body["author"]);
    // GitHub signs an app's commits in its own name.
    const own = principal.kind === "installation" && !body["author"] && !body["committer"];
    const commit = repository.network.commit({
      parents: ((body["parents"] as string[] | undefined) ?? []).map((sha) => commitOf(repository, sha)),
      tree: treeOf(repository, text(body["tree"])),
      author,
      committer: body["committer"] ? identity(body["committer"]) : author,
      message: text(body["message"]) ?? "",
      signature: own ? { wasSignedByGitHub: true, isValid: true } : null,
    });
    return json(presentGitCommit(core.site(), repository, commit), 201);
  }),
];
