/**
 * How long a new pull request waits for its status while a full backlog of bulk work is due: an agreement's version was
 * raised over 50,000 open pull requests, and GitHub answers in 80 ms and enforces its documented limits.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startHosts } from "../playground/stage.ts";
import { accountOf } from "../src/account.ts";
import { pullTask, type Mark } from "../src/ports/queue.ts";
import { openSqlite } from "../src/sqlite/open.ts";
import { routeOf } from "../test/github/sim.ts";
import { serve } from "../test/whole-way/serve-process.ts";
import { quantile, type Bench } from "./result.ts";

const BACKLOG = 50_000;
const LATENCY_MS = 80;
const ROUNDS = 10;
const GOAL_SECONDS = 2;

export const backlog: Bench = async ({ quick }) => {
  const count = quick ? BACKLOG / 10 : BACKLOG;
  const hosts = await startHosts();
  const { github } = hosts;
  const alice = github.user({ login: "alice" });
  const hello = github.repository({ owner: "octo", name: "hello" });
  const busy = github.repository({ owner: "octo", name: "busy" });
  const engine = await openSqlite((hosts.variables["DATABASE_URL"] ?? "").slice("file:".length));
  const served = await serve(hosts, { LOG_LEVEL: "error" });
  try {
    const row = { agreement: "icla", version: "1.0", signedAt: Date.now(), entity: null };
    await engine.signatures.sign([[{ ...row, account: accountOf("github", alice.id) }]], {
      evidence: "import",
    });
    github.limits.enforced = true;
    github.faults.latency = LATENCY_MS;
    // The work of the backlog has to exist, or it would be forgotten at once.
    github.loseDeliveries = "without a trace";
    const known = Array.from({ length: 100 }, () => busy.openPull({ opener: alice }).number);
    github.loseDeliveries = false;
    const route = routeOf(github, busy);
    const marks = Array.from({ length: count }, (_, at): Mark => {
      const number = known[at] ?? 1_000 + at;
      return { task: pullTask({ host: "github", repository: busy.id, number }), route, bulk: true };
    });
    for (let at = 0; at < count; at += 5_000) await engine.queue.mark(marks.slice(at, at + 5_000));
    const waits: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const started = performance.now();
      const { head } = hello.openPull({ opener: alice });
      while (hello.statusesOf(head.sha).length === 0) await sleep(5);
      waits.push((performance.now() - started) / 1_000);
      await sleep(500);
    }
    const { classes } = await engine.queue.survey();
    const due = classes.find((one) => one.class === "bulk")?.due ?? 0;
    const worst = Math.max(...waits);
    return [
      {
        what: `a new pull request's status with ${count.toLocaleString("en")} bulk tasks due (${due.toLocaleString("en")} at the end)`,
        measured: `p50 ${quantile(waits, 0.5).toFixed(2)} s, longest ${worst.toFixed(2)} s`,
        goal: `≤ ${GOAL_SECONDS} s`,
        met: worst <= GOAL_SECONDS,
      },
    ];
  } finally {
    await served.end("SIGTERM");
    await engine.close();
    await hosts.stop();
  }
};
