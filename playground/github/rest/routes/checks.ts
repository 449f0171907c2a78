import { presentCheckRun, presentCheckSuite } from "../../present/check.ts";
import type { CheckRun, CheckRunFields, Repository } from "../../state/model.ts";
import { commitAt } from "../commit-at.ts";
import { notFound, Refusal } from "../refusal.ts";
import { actor, json, pageOf, route, text, type Request } from "../route.ts";

const READ = { needs: [["checks", "read"]] } as const;
const WRITE = { needs: [["checks", "write"]] } as const;

function written({ core, body }: Request, before: CheckRunFields | null, headSha: string): CheckRunFields {
  const now = core.world.now();
  const output = (body["output"] ?? {}) as {
    title?: string;
    summary?: string;
    text?: string;
    annotations?: unknown[];
  };
  const conclusion = text(body["conclusion"]) ?? before?.conclusion ?? null;
  const status = (text(body["status"]) as CheckRunFields["status"] | null) ?? before?.status ?? "queued";
  const date = (key: string) => (text(body[key]) === null ? null : new Date(String(body[key])));
  const done = text(body["conclusion"]) !== null || status === "completed";
  return {
    name: text(body["name"]) ?? before?.name ?? "",
    headSha,
    status: text(body["conclusion"]) === null ? status : "completed",
    conclusion: done ? conclusion : null,
    // Without one, GitHub links to the app.
    detailsUrl: text(body["details_url"]) ?? before?.detailsUrl ?? core.site().web,
    externalId: text(body["external_id"]) ?? before?.externalId ?? "",
    startedAt: date("started_at") ?? before?.startedAt ?? now,
    completedAt: done ? (date("completed_at") ?? now) : null,
    output: {
      title: output.title ?? before?.output.title ?? null,
      summary: output.summary ?? before?.output.summary ?? null,
      text: output.text ?? before?.output.text ?? null,
      annotations: [...(before?.output.annotations ?? []), ...(output.annotations ?? [])],
    },
  };
}

function runOf({ params }: Request, repository: Repository): CheckRun {
  const run = repository.checkRuns.find(({ id }) => id === Number(params["check_run_id"]));
  if (!run) throw notFound();
  return run;
}

function present({ core }: Request, run: CheckRun) {
  return presentCheckRun(core.site(), core.world, core.app, run);
}

/** Only GitHub Apps write check runs. */
function needsApp({ principal }: Request): void {
  if (principal.kind !== "installation") throw new Refusal(403, "You must authenticate via a GitHub App.");
}

function announce(request: Request, run: CheckRun, created: boolean): void {
  const { core } = request;
  const sender = actor(request);
  run.repository.reported();
  if (created) core.world.announce({ name: "check_run", action: "created", run, sender });
  if (run.fields.status === "completed")
    core.world.announce({ name: "check_run", action: "completed", run, sender });
}

export const checkRoutes = [
  route("POST /repos/{owner}/{repo}/check-runs", WRITE, (request, repository) => {
    needsApp(request);
    const sha = text(request.body["head_sha"]) ?? "";
    if (!repository.network.commits.has(sha)) throw new Refusal(422, `No commit found for SHA: ${sha}`);
    const run = request.core.world.checkRun(repository, written(request, null, sha));
    announce(request, run, true);
    return json(present(request, run), 201);
  }),

  route("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", WRITE, (request, repository) => {
    needsApp(request);
    const run = runOf(request, repository);
    run.fields = written(request, run.fields, run.fields.headSha);
    run.awaited = false;
    announce(request, run, false);
    return json(present(request, run));
  }),

  route("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", READ, (request, repository) =>
    json(present(request, runOf(request, repository))),
  ),

  route("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", READ, (request, repository) => {
    const commit = commitAt(repository, request.params["ref"]);
    if (!commit) throw new Refusal(422, `No commit found for SHA: ${request.params["ref"]}`);
    const { check_name: name, app_id: app, filter } = request.query;
    const all = repository
      .checkRunsOf(commit.sha)
      .filter(({ fields }) => name === undefined || fields.name === name)
      .filter(() => app === undefined || app === request.core.app.id)
      .toReversed();
    const first = (run: CheckRun) => all.find(({ fields }) => fields.name === run.fields.name) === run;
    const runs = filter === "all" ? all : all.filter(first);
    const { slice, headers } = pageOf(request, runs);
    return json(
      { total_count: runs.length, check_runs: slice.map((run) => present(request, run)) },
      200,
      headers,
    );
  }),

  route("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}", READ, (request, repository) => {
    const run = repository.checkRuns.find(
      ({ suiteId }) => suiteId === Number(request.params["check_suite_id"]),
    );
    if (!run) throw notFound();
    const { core } = request;
    return json(presentCheckSuite(core.site(), core.world, core.app, run));
  }),
];
