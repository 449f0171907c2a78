import { may } from "../../access/principal.ts";
import { presentRepository, apiOf } from "../../present/repository.ts";
import { presentCommit } from "../../present/commit.ts";
import { blobSha } from "../../state/git.ts";
import type { Repository } from "../../state/model.ts";
import { commitAt } from "../commit-at.ts";
import { invalid, notFound, Refusal } from "../refusal.ts";
import { actor, json, paged, route, text, type Request } from "../route.ts";

const CONTENTS = { needs: [["contents", "read"]] } as const;

function whole({ core, principal }: Request, repository: Repository) {
  const push = may(principal, repository, "contents", "write");
  const site = core.site();
  const parent = repository.parent && presentRepository(site, repository.parent);
  return {
    ...presentRepository(site, repository),
    ...(principal.kind === "anonymous"
      ? {}
      : { permissions: { admin: false, maintain: false, push, triage: push, pull: true } }),
    network_count: 0,
    subscribers_count: 0,
    ...(parent ? { parent, source: parent } : {}),
  };
}

function presentFileAt({ core }: Request, repository: Repository, path: string, ref: string) {
  const content = commitAt(repository, ref)?.tree.get(path);
  if (content === undefined) throw notFound();
  const bytes = Buffer.from(content);
  const sha = blobSha(content);
  const site = core.site();
  const api = apiOf(site, repository);
  const links = {
    self: `${api}/contents/${path}?ref=${ref}`,
    git: `${api}/git/blobs/${sha}`,
    html: `${site.web}/${repository.fullName}/blob/${ref}/${path}`,
  };
  return {
    type: "file",
    encoding: "base64",
    size: bytes.length,
    name: path.split("/").at(-1) ?? path,
    path,
    content: `${bytes.toString("base64").replaceAll(/.{60}/g, "$&\n")}\n`,
    sha,
    url: links.self,
    git_url: links.git,
    html_url: links.html,
    download_url: `${site.web}/${repository.fullName}/raw/${ref}/${path}`,
    _links: links,
  };
}

function presentBranch({ core }: Request, repository: Repository, name: string) {
  const commit = repository.tip(name);
  const api = apiOf(core.site(), repository);
  return {
    name,
    commit: { sha: commit.sha, url: `${api}/commits/${commit.sha}` },
    protected: repository.protectedBranches.has(name),
    protection: { enabled: false },
    protection_url: `${api}/branches/${name}/protection`,
  };
}

export const repositoryRoutes = [
  route("GET /repos/{owner}/{repo}", {}, (request, repository) => json(whole(request, repository))),

  route("GET /repos/{owner}/{repo}/branches", CONTENTS, (request, repository) => {
    const wanted = request.query["protected"];
    const names = [...repository.branches.keys()].filter(
      (name) => wanted === undefined || repository.protectedBranches.has(name) === wanted,
    );
    return paged(request, names, (name) => presentBranch(request, repository, name));
  }),

  route("GET /repos/{owner}/{repo}/branches/{branch}", CONTENTS, (request, repository) => {
    const name = request.params["branch"] ?? "";
    const commit = repository.branches.get(name);
    if (!commit) throw new Refusal(404, "Branch not found");
    const branch = presentBranch(request, repository, name);
    const api = apiOf(request.core.site(), repository);
    return json({
      ...branch,
      commit: presentCommit(request.core.site(), repository, commit),
      _links: {
        self: `${api}/branches/${name}`,
        html: `${request.core.site().web}/${repository.fullName}/tree/${name}`,
      },
    });
  }),

  route("GET /repos/{owner}/{repo}/contents/{path}", CONTENTS, (request, repository) => {
    const path = request.params["path"] ?? "";
    const file = presentFileAt(request, repository, path, String(request.query["ref"] ?? "HEAD"));
    if (/application\/vnd\.github\.(v3\.)?raw/.test(request.accept))
      return json(Buffer.from(file.content, "base64").toString(), 200, {
        "content-type": "application/vnd.github.raw; charset=utf-8",
      });
    return json(file);
  }),

  route(
    "PUT /repos/{owner}/{repo}/contents/{path}",
    { needs: [["contents", "write"]], creates: true },
    (request, repository) => {
      const { core, params, body } = request;
      const path = params["path"] ?? "";
      const branch = text(body["branch"]) ?? repository.defaultBranch;
      const existing = repository.branches.get(branch)?.tree.get(path);
      if (existing !== undefined && body["sha"] === undefined)
        throw new Refusal(422, `Invalid request.\n\n"sha" wasn't supplied.`);
      if (existing !== undefined && body["sha"] !== blobSha(existing))
        throw new Refusal(409, `${path} does not match ${text(body["sha"])}`);
      const content = Buffer.from(text(body["content"]) ?? "", "base64").toString();
      const by = actor(request);
      const commit = repository.push(
        [{ author: by, message: text(body["message"]) ?? "", files: { [path]: content }, signed: "github" }],
        { branch, by },
      );
      const file = presentFileAt(request, repository, path, commit.sha);
      const presented = presentCommit(core.site(), repository, commit);
      return json(
        { content: file, commit: { ...presented, ...presented.commit } },
        existing === undefined ? 201 : 200,
      );
    },
  ),

  route("GET /repos/{owner}/{repo}/forks", CONTENTS, (request, repository) => {
    const forks = [...request.core.world.repositories.values()].filter(({ parent }) => parent === repository);
    return paged(request, forks, (fork) => presentRepository(request.core.site(), fork));
  }),

  route("POST /repos/{owner}/{repo}/forks", CONTENTS, (request, repository) => {
    const { principal } = request;
    if (principal.kind !== "user") throw invalid("Only users may fork here");
    return json(whole(request, repository.fork(principal.user)), 202);
  }),
];
