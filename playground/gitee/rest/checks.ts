import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import { resolveRef } from "../state/branch-actions.ts";
import { createCheckRun, latestRuns, updateCheckRun, type CheckRunChange } from "../state/check-actions.ts";
import { CONCLUSIONS, type CheckRun } from "../state/records.ts";
import type { Repository } from "../state/records.ts";
import {
  answerPage,
  pageOf,
  param,
  readBody,
  repositoryOf,
  type ApiContext,
  type ApiEnv,
} from "./request.ts";
import { checkRunShape } from "./shapes.ts";

/** A form sends numbers as text. */
const line = z.coerce.number().int().positive();
const annotation = z.object({
  path: z.string().min(1),
  start_line: line,
  end_line: line,
  annotation_level: z.enum(["notice", "warning", "failure"]),
  message: z.string().min(1),
  start_column: line.optional(),
  end_column: line.optional(),
  title: z.string().optional(),
  raw_details: z.string().optional(),
});

const moment = z.iso.datetime({ offset: true }).optional();

/** Title and summary are required if there is an output. Only the documentation's page lists `stale`. */
const changeBody = z.object({
  details_url: z.url({ protocol: /^https?$/ }).optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: z.enum(CONCLUSIONS).optional(),
  started_at: moment,
  completed_at: moment,
  output: z
    .object({
      title: z.string().min(1),
      summary: z.string().min(1),
      text: z
        .string()
        .nullish()
        .transform((text) => text ?? null),
      annotations: z.array(annotation).default([]),
    })
    .optional(),
});
const newBody = changeBody.extend({
  name: z.string().min(1),
  head_sha: z.string().regex(/^[0-9a-f]{40}$/, "must be whole"),
  pull_request_id: z.coerce.number().int().optional(),
});

/** All of them require an administrator of the repository; an edition without check runs has none of them. */
export const checkRoutes = new Hono<ApiEnv>({ strict: false })
  .get("/repos/:owner/:repo/commits/:ref{.+}/check-runs", (c) => {
    const { settings } = c.get("world");
    const repository = administered(c);
    const { sha } = resolveRef(c.get("world"), repository, param(c, "ref"));
    const { pull_request_id: pull, check_name: name, status, filter } = c.req.query();
    const mixed = settings.checkPulls === "ignored";
    const runs = repository.checkRuns.filter(
      (run) =>
        run.headSha === sha &&
        // The default is 0, which shows only the commit's own runs.
        (mixed || run.pullId === Number(pull ?? 0)) &&
        (name === undefined || run.name === name) &&
        (status === undefined || run.status === status),
    );
    const listed = filter === "all" || mixed ? runs.toSorted((a, b) => b.id - a.id) : latestRuns(runs);
    const shapes = pageOf(c, listed).map((run) => checkRunShape(c.get("world"), repository, run));
    return c.json(
      settings.checkList === "array" ? shapes : { total_count: listed.length, check_runs: shapes },
    );
  })
  .post("/repos/:owner/:repo/check-runs", async (c) => {
    const world = c.get("world");
    const repository = administered(c);
    const body = await readBody(c, newBody);
    const { name, head_sha: headSha, pull_request_id: pullId = 0 } = body;
    requirePlace(c, repository, headSha, pullId);
    const place = { name, headSha, pullId };
    const run = createCheckRun(world, repository, place, changeOf(body), c.get("grant").user);
    return c.json(checkRunShape(world, repository, run), world.settings.checkCreated);
  })
  .get("/repos/:owner/:repo/check-runs/:id{[0-9]+}", (c) => {
    const { repository, run } = runOf(c);
    return c.json(checkRunShape(c.get("world"), repository, run));
  })
  .get("/repos/:owner/:repo/check-runs/:id{[0-9]+}/annotations", (c) =>
    answerPage(c, runOf(c).run.annotations, (each) => each),
  )
  .patch("/repos/:owner/:repo/check-runs/:id{[0-9]+}", async (c) => {
    const { repository, run } = runOf(c);
    const body = await readBody(c, changeBody);
    updateCheckRun(c.get("world"), repository, run, changeOf(body), c.get("grant").user);
    return c.json(checkRunShape(c.get("world"), repository, run));
  });

/** @throws ApiError 404 in an edition without check runs; 403 or 404, as the setting says, without the permission */
function administered(c: ApiContext): Repository {
  const { settings } = c.get("world");
  const repository = repositoryOf(c);
  if (!settings.checkRuns) throw new ApiError(404, "404 Not Found");
  if (c.get("world").permissionOf(c.get("grant").user, repository) === "admin") return repository;
  throw new ApiError(
    settings.withoutAdmin,
    settings.withoutAdmin === 403 ? "403 Forbidden" : "404 Not Found",
  );
}

/** A pull request's run belongs to its repository; a commit's own run belongs to a commit of the repository. */
function requirePlace(c: ApiContext, repository: Repository, headSha: string, pullId: number): void {
  const { commits } = c.get("world");
  if (commits.get(headSha) === undefined) throw new ApiError(404, "404 Commit Not Found");
  if (pullId !== 0) {
    if (!repository.pulls.some(({ id }) => id === pullId))
      throw new ApiError(404, "404 Pull Request Not Found");
    return;
  }
  const own = [...repository.branches.values()].some(
    (tip) => tip === headSha || commits.mergeBase(tip, headSha) === headSha,
  );
  if (!own) throw new ApiError(404, "404 Commit Not Found");
}

function runOf(c: ApiContext): { repository: Repository; run: CheckRun } {
  const repository = administered(c);
  const run = repository.checkRuns.find(({ id }) => id === Number(param(c, "id")));
  if (run === undefined) throw new ApiError(404, "404 Check Run Not Found");
  return { repository, run };
}

function changeOf(body: z.infer<typeof changeBody>): CheckRunChange {
  const { details_url: detailsUrl, started_at: startedAt, completed_at: completedAt } = body;
  const { status, conclusion, output } = body;
  return {
    ...(detailsUrl !== undefined && { detailsUrl }),
    ...(status !== undefined && { status }),
    ...(conclusion !== undefined && { conclusion }),
    ...(startedAt !== undefined && { startedAt }),
    ...(completedAt !== undefined && { completedAt }),
    ...(output !== undefined && {
      output: { title: output.title, summary: output.summary, text: output.text },
      annotations: output.annotations,
    }),
  };
}
