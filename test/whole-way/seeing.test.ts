import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readSettings } from "../../src/bot/open.ts";
import { startBot, type Bot } from "../../src/bot/bot.ts";
import { VERSION } from "../../src/bot/version.ts";
import { startHosts, type StageHosts } from "../../playground/stage.ts";
import { stateOf } from "./scene.ts";

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}
type Line = Readonly<Record<string, unknown>>;

let hosts: StageHosts;
let bot: Bot;
let collector: Server;
const lines: Line[] = [];
const spans: Span[] = [];
let metrics = "";
let repository = 0;

/** The lines of the log that say `msg`, without their level and time. */
function told(msg: string): readonly Line[] {
  return lines
    .filter((line) => line["msg"] === msg)
    .map((line) =>
      Object.fromEntries(Object.entries(line).filter(([key]) => key !== "level" && key !== "time")),
    );
}

beforeAll(async () => {
  collector = createServer((request, response) => {
    const take = async (): Promise<void> => {
      const body = (await json(request)) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
      for (const { scopeSpans } of body.resourceSpans)
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      response.end("{}");
    };
    void take();
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  hosts = await startHosts();
  const { github, gitee } = hosts;
  const variables = {
    ...hosts.variables,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  };
  const settings = await readSettings(variables, false);
  const log = pino(
    { level: "info", base: null },
    { write: (line: string) => void lines.push(JSON.parse(line) as Line) },
  );
  bot = await startBot({ ...settings, log });
  hosts.announceTo(bot.url);
  const hello = github.repository({ owner: "octo", name: "hello" });
  repository = hello.id;
  const pull = hello.openPull({ opener: github.user({ login: "alice" }) });
  const chinese = gitee
    .repository({ owner: "octo", name: "nihao" })
    .openPull({ opener: gitee.user({ login: "mei" }) });
  await vi.waitUntil(() => stateOf(pull) === "failure", 60_000);
  await vi.waitUntil(() => chinese.labels.includes("cla/no"), 60_000);
  await fetch(`${bot.url}/api/github/webhooks`, {
    method: "POST",
    headers: { "x-github-event": "push", "x-github-delivery": "not signed" },
    body: "{}",
  });
  await bot.idle();
  metrics = await (await fetch(`${bot.url}/metrics`)).text();
  await bot.stop(2_000);
});

afterAll(async () => {
  await hosts.stop();
  collector.close();
});

describe("the log", () => {
  it("begins with the version", () => {
    expect(lines[0]).toMatchObject({ version: VERSION, msg: "countersign starts" });
  });

  it("has a line for each delivery: id, event, repository, outcome", () => {
    const ours = told("delivery").filter(({ event }) => event === "pull_request");
    expect(ours).toEqual([
      {
        host: "github",
        delivery: expect.stringMatching(/^[0-9a-f-]{36}$/),
        event: "pull_request",
        repository,
        outcome: "accepted",
        msg: "delivery",
      },
    ]);
    expect(told("delivery").find(({ event }) => event === "merge_request")).toMatchObject({
      host: "gitee",
      delivery: expect.stringMatching(/^[0-9a-f-]{36}$/),
      repository: expect.any(Number),
      outcome: "accepted",
    });
    const refused = told("delivery").filter(({ outcome }) => outcome === "refused");
    expect(refused).toMatchObject([{ event: "push", repository: null }]);
    expect(JSON.stringify(refused)).not.toContain("not signed");
  });

  it("has a line for each verdict, with the deliveries that caused it", () => {
    for (const [host, event] of [
      ["github", "pull_request"],
      ["gitee", "merge_request"],
    ]) {
      const [delivery] = told("delivery").filter((line) => line["event"] === event);
      const verdicts = told("verdict").filter((line) => line["host"] === host);
      expect(verdicts[0]).toMatchObject({ task: "pull/1", state: "failure" });
      expect(verdicts.flatMap((line) => line["deliveries"])).toContain(delivery?.["delivery"]);
    }
  });
});

describe("the metrics", () => {
  it.each([
    /^countersign_build_info\{version="\d+\.\d+\.\d+",node="24[.\d]+"\} 1$/m,
    /^countersign_database_up 1$/m,
    /^countersign_deliveries_total\{host="github",event="pull_request",outcome="accepted"\} 1$/m,
    /^countersign_deliveries_total\{host="gitee",event="merge_request",outcome="accepted"\} [1-9]/m,
    /^countersign_deliveries_total\{host="github",event="push",outcome="refused"\} 1$/m,
    /^countersign_queue_due_tasks\{class="person"\} 0$/m,
    /^countersign_queue_due_tasks\{class="bulk"\} 0$/m,
    /^countersign_queue_oldest_due_seconds\{class="person"\} 0$/m,
    /^countersign_delivery_to_verdict_seconds_count\{host="github"\} 1$/m,
    /^countersign_verdicts_total\{host="github",verdict="unsigned"\} 1$/m,
    /^countersign_host_calls_total\{host="github",kind="write",result="ok"\} [1-9]/m,
    /^countersign_host_calls_total\{host="gitee",kind="read",result="ok"\} [1-9]/m,
    /^countersign_host_limit_remaining\{host="github",resource="graphql",installation="\d+"\} \d+$/m,
  ])("have %s", (line) => {
    expect(metrics).toMatch(line);
  });
});

describe("the traces", () => {
  it("have a span for each delivery and each task, and each call within its task", () => {
    const names = spans.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["delivery pull_request", "delivery merge_request"]));
    const ids = (span: Span | undefined) =>
      JSON.stringify(span?.attributes.find(({ key }) => key === "countersign.deliveries"));
    const tasks = spans.filter(({ name }) => name === "task pull");
    const [delivery] = told("delivery").filter(({ event }) => event === "pull_request");
    const task = tasks.find((span) => ids(span).includes(String(delivery?.["delivery"])));
    expect(task).toBeDefined();
    const calls = spans.filter(({ traceId, parentSpanId }) => traceId === task?.traceId && parentSpanId);
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["github POST /repos/{owner}/{repo}/statuses/{sha}"]),
    );
  });

  it("name nobody and no repository by its name", () => {
    expect(JSON.stringify(spans)).not.toMatch(/alice|mei|octo|hello|nihao/);
  });
});
