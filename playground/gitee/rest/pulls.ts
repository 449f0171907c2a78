import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import {
  answerPage,
  param,
  pullOf,
  readBody,
  repositoryOf,
  type ApiContext,
  type ApiEnv,
} from "./request.ts";
import { closePull, mergePull, openPull, reopenPull, retargetPull } from "../state/pull-actions.ts";
import { SHOWN_COMMITS } from "../state/settings.ts";
import { fileShape, logShape, pullShape } from "./pull-shapes.ts";
import { commitShape } from "./shapes.ts";
import { fullName, shownOf, type Pull, type Repository } from "../state/records.ts";

const SHOWN_FILES = 300;

const newPull = z.object({
  title: z.string().min(1),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().default(""),
});
const changedPull = z.object({
  title: z.string().optional(),
  body: z.string().optional(),
  base: z.string().optional(),
  state: z.enum(["open", "closed"]).optional(),
});

export const pullRoutes = new Hono<ApiEnv>({ strict: false })
  .get("/repos/:owner/:repo/pulls", (c) => {
    const listed = sorted(c, filtered(c, repositoryOf(c).pulls));
    return answerPage(c, listed, (pull) => pullShape(c.get("world"), pull, c.get("grant").user));
  })
  .get("/enterprise/:enterprise/pull_requests", (c) => {
    const world = c.get("world");
    const enterprise = world.enterprises.find((each) => each.path === param(c, "enterprise"));
    if (enterprise === undefined) throw new ApiError(404, "404 Enterprise Not Found");
    const own = world.repositories.filter((each) => each.enterprise === enterprise && !each.deleted);
    const visible = own.filter((each) => world.permissionOf(c.get("grant").user, each) !== null);
    const pulls = visible.flatMap((each) => each.pulls);
    return answerPage(c, sorted(c, filtered(c, pulls)), (pull) =>
      pullShape(world, pull, c.get("grant").user),
    );
  })
  .post("/repos/:owner/:repo/pulls", async (c) => {
    const world = c.get("world");
    const repository = repositoryOf(c);
    const body = await readBody(c, newPull);
    const { headRepository, headBranch } = headOf(c, repository, body.head);
    const pull = openPull(world, repository, c.get("grant").user, {
      title: body.title,
      body: body.body,
      headRepository,
      headBranch,
      baseBranch: body.base,
    });
    return c.json(pullShape(world, pull, c.get("grant").user), 201);
  })
  .get("/repos/:owner/:repo/pulls/:number{[0-9]+}", (c) =>
    c.json(pullShape(c.get("world"), pullOf(c), c.get("grant").user)),
  )
  .patch("/repos/:owner/:repo/pulls/:number{[0-9]+}", async (c) => {
    const world = c.get("world");
    const { user } = c.get("grant");
    const pull = pullOf(c);
    if (pull.opener !== user) pullOf(c, "write");
    const change = await readBody(c, changedPull);
    pull.title = change.title ?? pull.title;
    pull.body = change.body ?? pull.body;
    if (change.base !== undefined) retargetPull(world, pull, change.base, user);
    if (change.state === "closed") closePull(world, pull, user);
    if (change.state === "open") reopenPull(world, pull, user);
    return c.json(pullShape(world, pull, c.get("grant").user));
  })
  .get("/repos/:owner/:repo/pulls/:number{[0-9]+}/commits", (c) => {
    const world = c.get("world");
    const pull = pullOf(c);
    const commits = world.commits.between(world.baseSha(pull), pull.headSha).slice(0, SHOWN_COMMITS);
    return c.json(commits.map((commit) => commitShape(world, pull.repository, commit, "one")));
  })
  .get("/repos/:owner/:repo/pulls/:number{[0-9]+}/files", (c) => {
    const world = c.get("world");
    const pull = pullOf(c);
    const changes = world.commits.changes(world.baseSha(pull), pull.headSha).slice(0, SHOWN_FILES);
    return c.json(changes.map((change) => fileShape(world, pull, change)));
  })
  .get("/repos/:owner/:repo/pulls/:number{[0-9]+}/operate_logs", (c) => {
    const log = pullOf(c).log.toReversed();
    return c.json(log.map((entry) => logShape(c.get("world"), entry)));
  })
  .put("/repos/:owner/:repo/pulls/:number{[0-9]+}/merge", async (c) => {
    const sha = mergePull(c.get("world"), pullOf(c, "write"), c.get("grant").user);
    return c.json({ sha, merged: true, message: "Pull Request is merged" });
  });

/** `branch` in the repository itself, or `owner:branch` in a fork; `owner/path:branch` is exact. */
function headOf(
  c: ApiContext,
  repository: Repository,
  head: string,
): { headRepository: Repository; headBranch: string } {
  const world = c.get("world");
  const [, owner = "", path, branch = ""] = /^([^:/]+)(?:\/([^:]+))?:(.+)$/.exec(head) ?? [];
  if (owner === "") return { headRepository: repository, headBranch: head };
  const candidate = world.repositories.find(
    (each) =>
      !each.deleted &&
      (each === repository || each.fork === repository) &&
      (path === undefined
        ? each.owner.login.toLowerCase() === owner.toLowerCase()
        : fullName(each).toLowerCase() === `${owner}/${path}`.toLowerCase()),
  );
  if (candidate === undefined) throw new ApiError(404, "404 Source Project Not Found");
  return { headRepository: candidate, headBranch: branch };
}

function filtered(c: ApiContext, pulls: readonly Pull[]): Pull[] {
  const state = c.req.query("state") ?? "open";
  const since = Date.parse(c.req.query("since") ?? "");
  const head = c.req.query("head");
  const base = c.req.query("base");
  return pulls
    .map(shownOf)
    .filter(
      (pull) =>
        (state === "all" || pull.state === state) &&
        (Number.isNaN(since) || Date.parse(pull.updatedAt) >= since) &&
        (head === undefined || `${pull.headRepository.owner.login}:${pull.headBranch}` === head) &&
        (base === undefined || pull.baseBranch === base),
    );
}

/** By default newest first, by creation. */
function sorted(c: ApiContext, pulls: Pull[]): Pull[] {
  const byUpdate = c.req.query("sort") === "updated";
  const factor = c.req.query("direction") === "asc" ? 1 : -1;
  return pulls.toSorted((a, b) => {
    const order = byUpdate ? Date.parse(a.updatedAt) - Date.parse(b.updatedAt) : 0;
    return factor * (order || a.number - b.number);
  });
}
