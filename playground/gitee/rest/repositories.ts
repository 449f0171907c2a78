import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import { answerPage, param, readBody, repositoryOf, type ApiContext, type ApiEnv } from "./request.ts";
import type { FileChange } from "../state/commits.ts";
import { createBranch, resolveRef } from "../state/branch-actions.ts";
import { forkRepository } from "../state/repository-actions.ts";
import { commitShape, repositoryShape, userShape } from "./shapes.ts";
import type { Repository } from "../state/records.ts";

const newBranch = z.object({ branch_name: z.string().min(1), refs: z.string().min(1) });

export const repositoryRoutes = new Hono<ApiEnv>({ strict: false })
  .get("/user/repos", (c) => {
    const { user } = c.get("grant");
    return listed(c, (each) => each.owner === user || each.collaborators.has(user) || isMember(each, c));
  })
  .get("/users/:login/repos", (c) => {
    const owner = c.get("world").userByLogin(param(c, "login"));
    if (owner === undefined) throw new ApiError(404, "404 User Not Found");
    return listed(c, (each) => each.owner === owner);
  })
  .get("/orgs/:org/repos", (c) => {
    const owner = c.get("world").organizationByLogin(param(c, "org"));
    if (owner === undefined) throw new ApiError(404, "404 Group Not Found");
    return listed(c, (each) => each.owner === owner);
  })
  .get("/enterprises/:enterprise/repos", (c) => {
    const path = param(c, "enterprise");
    const enterprise = c.get("world").enterprises.find((each) => each.path === path);
    if (enterprise === undefined) throw new ApiError(404, "404 Enterprise Not Found");
    return listed(c, (each) => each.enterprise === enterprise);
  })
  .get("/repos/:owner/:repo", (c) =>
    c.json(repositoryShape(c.get("world"), repositoryOf(c), c.get("grant").user)),
  )
  .post("/repos/:owner/:repo/forks", (c) => {
    const { user } = c.get("grant");
    const fork = forkRepository(c.get("world"), repositoryOf(c), user);
    return c.json(repositoryShape(c.get("world"), fork, user), 201);
  })
  .get("/repos/:owner/:repo/branches", (c) => {
    const repository = repositoryOf(c);
    return answerPage(c, [...repository.branches], ([name, sha]) => branchShape(c, repository, name, sha));
  })
  .get("/repos/:owner/:repo/branches/:branch{.+}", (c) => {
    const repository = repositoryOf(c);
    const name = param(c, "branch");
    const sha = repository.branches.get(name);
    if (sha === undefined) throw new ApiError(404, "404 Branch Not Found");
    return c.json(branchShape(c, repository, name, sha));
  })
  .post("/repos/:owner/:repo/branches", async (c) => {
    const repository = repositoryOf(c, "write");
    const { branch_name: name, refs } = await readBody(c, newBranch);
    const { sha } = createBranch(c.get("world"), repository, name, refs);
    return c.json(branchShape(c, repository, name, sha), 201);
  })
  .get("/repos/:owner/:repo/commits/:ref{.+}", (c) => {
    const repository = repositoryOf(c);
    const world = c.get("world");
    const commit = resolveRef(world, repository, param(c, "ref"));
    return c.json({
      ...commitShape(world, repository, commit, "list"),
      ...changeShape(world.commits.changes(commit.parents[0] ?? commit.sha, commit.sha)),
    });
  })
  .get("/repos/:owner/:repo/compare/:range{.+\\.\\.\\..+}", (c) => {
    const repository = repositoryOf(c);
    const world = c.get("world");
    const [from = "", to = ""] = param(c, "range").split("...");
    const base = resolveRef(world, repository, from);
    const head = resolveRef(world, repository, to);
    const shared = world.commits.get(world.commits.mergeBase(base.sha, head.sha) ?? base.sha) ?? base;
    return c.json({
      base_commit: commitShape(world, repository, base, "list"),
      merge_base_commit: commitShape(world, repository, shared, "list"),
      commits: world.commits
        .between(base.sha, head.sha)
        .map((commit) => commitShape(world, repository, commit, "list")),
      files: changeShape(world.commits.changes(base.sha, head.sha)).files,
    });
  })
  .get("/repos/:owner/:repo/collaborators", (c) => {
    const repository = repositoryOf(c);
    const world = c.get("world");
    return answerPage(c, [...repository.collaborators], ([user, permission]) => ({
      ...userShape(world, user),
      permissions: { pull: true, push: permission !== "read", admin: permission === "admin" },
    }));
  })
  .get("/repos/:owner/:repo/collaborators/:login/permission", (c) => {
    const repository = repositoryOf(c);
    const world = c.get("world");
    const user = world.userByLogin(param(c, "login"));
    if (user === undefined) throw new ApiError(404, "404 User Not Found");
    return c.json({ ...userShape(world, user), permission: world.permissionOf(user, repository) ?? "none" });
  });

function listed(c: ApiContext, wanted: (repository: Repository) => boolean): Response {
  const world = c.get("world");
  const { user } = c.get("grant");
  const visible = world.repositories.filter(
    (each) => !each.deleted && wanted(each) && world.permissionOf(user, each) !== null,
  );
  return answerPage(c, visible, (repository) => repositoryShape(world, repository, user));
}

function isMember({ owner }: Repository, c: ApiContext): boolean {
  return "members" in owner && owner.members.has(c.get("grant").user);
}

function changeShape(changes: readonly FileChange[]) {
  const files = changes.map(({ path: filename, status, additions, deletions, patch }) => ({
    filename,
    status,
    additions,
    deletions,
    changes: additions + deletions,
    patch,
  }));
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { stats: { additions, deletions, total: additions + deletions }, files };
}

function branchShape(c: ApiContext, repository: Repository, name: string, sha: string): unknown {
  const commit = c.get("world").commits.get(sha);
  return {
    name,
    commit: commit && commitShape(c.get("world"), repository, commit, "list"),
    protected: repository.protectedBranches.has(name),
  };
}
