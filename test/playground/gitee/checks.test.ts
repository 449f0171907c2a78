import { describe, expect, it } from "vitest";
import { startGitee, TOKEN } from "./start-gitee.ts";

const RUNS = "/repos/octo/widget/check-runs";

async function start() {
  const started = await startGitee();
  const pull = started.repository.openPull({ opener: started.alice });
  const body = { name: "license/cla", head_sha: pull.headSha, pull_request_id: pull.id };
  const list = (query = "") =>
    started.call("GET", `/repos/octo/widget/commits/${pull.headSha}/check-runs${query}`);
  return { ...started, pull, body, list };
}

describe("the simulated Gitee's check runs", () => {
  it("are listed for a pull request only when its global id is asked for", async () => {
    const { pull, body, list, call } = await start();
    await call("POST", RUNS, body);
    expect((await list()).body).toEqual({ total_count: 0, check_runs: [] });
    expect((await list(`?pull_request_id=${pull.number}`)).body).toMatchObject({ total_count: 0 });
    const listed = await list(`?pull_request_id=${pull.id}`);
    expect(listed.body).toMatchObject({
      total_count: 1,
      check_runs: [{ status: "queued", conclusion: null }],
    });
    expect(listed.body).not.toHaveProperty("check_runs.0.pull_request_id");
  });

  it.each([
    ["stale, which only the documentation's page has", { conclusion: "stale" }],
    ["completed without a conclusion", { status: "completed" }],
    ["action_required without a link", { conclusion: "action_required" }],
    ["an abbreviated head", { head_sha: "abcdef1" }],
    ["an output without a summary", { output: { title: "No" } }],
    [
      "an annotation without a message",
      { output: { title: "x", summary: "x", annotations: [{ path: "a" }] } },
    ],
    ["a summary that is too long", { output: { title: "x", summary: "x".repeat(65_536) } }],
  ])("refuse %s", async (_, changes) => {
    const { repository, body, call } = await start();
    expect(await call("POST", RUNS, { ...body, ...changes })).toMatchObject({ status: 400 });
    expect(repository.checkRuns).toEqual([]);
  });

  it("keep their conclusion, whether another one is refused or passed over", async () => {
    const { gitee, pull, body, call } = await start();
    const { body: made } = await call("POST", RUNS, { ...body, conclusion: "failure" });
    expect(made).toMatchObject({ status: "completed", conclusion: "failure" });
    const path = `${RUNS}/${pull.checkRuns[0]?.id}`;
    expect(await call("PATCH", path, { conclusion: "success" })).toMatchObject({ status: 400 });
    gitee.settings.otherConclusion = "ignore";
    expect(await call("PATCH", path, { conclusion: "success" })).toMatchObject({
      status: 200,
      body: { conclusion: "failure" },
    });
  });

  it("take annotations, count them in the answer and list them by pages", async () => {
    const { pull, body, call } = await start();
    const annotations = Array.from({ length: 3 }, (_, at) => ({
      path: "src/a.ts",
      start_line: at + 1,
      end_line: at + 1,
      annotation_level: "warning",
      message: `remark ${at}`,
    }));
    const output = { title: "Three", summary: "remarks", annotations };
    expect((await call("POST", RUNS, { ...body, output })).body).toMatchObject({
      output: { title: "Three", annotations_count: 3 },
    });
    const path = `${RUNS}/${pull.checkRuns[0]?.id}/annotations`;
    expect((await call("GET", path)).body).toEqual(annotations);
    expect((await call("GET", `${path}?per_page=2&page=2`)).body).toEqual(annotations.slice(2));
  });

  it("come as a form, too, with the output's fields in brackets", async () => {
    const { gitee, pull } = await start();
    const form = new URLSearchParams({
      name: "license/cla",
      head_sha: pull.headSha,
      pull_request_id: String(pull.id),
      conclusion: "success",
      "output[title]": "All signed",
      "output[summary]": "Everybody has signed.",
      "output[annotations][0][path]": "README.md",
      "output[annotations][0][start_line]": "1",
      "output[annotations][0][end_line]": "2",
      "output[annotations][0][annotation_level]": "notice",
      "output[annotations][0][message]": "well done",
    });
    const response = await fetch(`${gitee.url}/api/v5${RUNS}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}` },
      body: form,
    });
    expect(response.status).toBe(201);
    await response.arrayBuffer();
    expect(pull.checkRuns).toMatchObject([
      {
        conclusion: "success",
        output: { title: "All signed", summary: "Everybody has signed." },
        annotations: [{ path: "README.md", start_line: 1, end_line: 2, message: "well done" }],
      },
    ]);
  });

  it("need an administrator, and are unknown to an edition without them", async () => {
    const { gitee, bob, repository, body, call } = await start();
    repository.addCollaborator(bob, "write");
    const token = gitee.tokenOf(bob);
    expect(await call("POST", RUNS, body, token)).toMatchObject({ status: 403 });
    gitee.settings.withoutAdmin = 404;
    expect(await call("POST", RUNS, body, token)).toMatchObject({ status: 404 });
    gitee.settings.checkRuns = false;
    expect(await call("POST", RUNS, body)).toMatchObject({ status: 404 });
  });
});
