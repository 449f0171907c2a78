/**
 * What a changed agreement costs over many open pull requests: the calls if it changes none of their answers, and the
 * rate of the new answers if its version was raised, on a GitHub that enforces its documented limits.
 */
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { startHosts, type StageHosts } from "../playground/stage.ts";
import { accountOf } from "../src/account.ts";
import type { Engine } from "../src/ports/engine.ts";
import { openSqlite } from "../src/sqlite/open.ts";
import { command, serve } from "../test/whole-way/serve-process.ts";
import type { Bench } from "./result.ts";

const PULLS = 5_000;
/** Calls for each 1,000 unchanged pull requests. */
const GOAL_CALLS = 30;
/** A write costs five of an installation's 900 points a minute. */
const WRITES_A_MINUTE = 180;
/** Bulk work leaves two fifths of them to work that people wait for. */
const BULK = 0.6;
const WATCH_MS = 60_000;

export const raise: Bench = async ({ quick }) => {
  const count = quick ? PULLS / 5 : PULLS;
  const hosts = await startHosts();
  const { github } = hosts;
  const engine = await openSqlite((hosts.variables["DATABASE_URL"] ?? "").slice("file:".length));
  let served = await serve(hosts);
  try {
    const heads = await openSigned(hosts, engine, count);
    await command(hosts, ["sweep", "github:octo/hello"]);
    const change = async (from: string, to: string): Promise<void> => {
      await served.end("SIGTERM");
      const file = hosts.variables["COUNTERSIGN_CONFIG"] ?? "";
      await writeFile(file, (await readFile(file, "utf8")).replace(from, to));
      github.resetCalls();
      served = await serve(hosts);
    };

    await change('version: "1.0"', 'version: "1.0"\n    accepts: ["1.0", "0.9"]');
    await untilDone(engine);
    const calls = callsOf(hosts);

    github.limits.enforced = true;
    await change(
      'version: "1.0"\n    accepts: ["1.0", "0.9"]',
      'version: "2.0"\n    accepts: ["1.0", "2.0"]',
    );
    await sleep(WATCH_MS);
    const written = heads().filter((line) => line?.includes("icla 2.0") === true).length;
    const refused = github.requests.filter(({ status }) => status === 403 || status === 429).length;
    const perThousand = (calls * 1_000) / count;
    return [
      {
        what: `calls for each 1,000 of ${count.toLocaleString("en")} open pull requests that a changed agreement does not change`,
        measured: perThousand.toFixed(1),
        goal: `≤ ${GOAL_CALLS}`,
        met: perThousand <= GOAL_CALLS,
      },
      {
        what: "new answers in the first minute after the version was raised",
        measured: `${written}, ${refused} calls refused`,
        goal: `≥ ${Math.min(count, WRITES_A_MINUTE * BULK * 0.8)}, 0 refused`,
        met: written >= Math.min(count, WRITES_A_MINUTE * BULK * 0.8) && refused === 0,
      },
    ];
  } finally {
    await served.end("SIGTERM");
    await engine.close();
    await hosts.stop();
  }
};

/** Opens pull requests that have the bot's green answer already. @returns what their statuses say */
async function openSigned(
  { github }: StageHosts,
  engine: Engine,
  count: number,
): Promise<() => readonly (string | null | undefined)[]> {
  const alice = github.user({ login: "alice" });
  const hello = github.repository({ owner: "octo", name: "hello" });
  const row = { agreement: "icla", version: "1.0", signedAt: Date.now(), entity: null };
  await engine.signatures.sign([[{ ...row, account: accountOf("github", alice.id) }]], {
    evidence: "import",
  });
  const first = hello.openPull({ opener: alice });
  while (hello.statusesOf(first.head.sha).length === 0) await sleep(20);
  const [status] = hello.statusesOf(first.head.sha);
  if (status === undefined) throw new Error("the first pull request was not judged");
  // The bot's own writes on each, which GitHub's limits would not allow within minutes.
  github.loseDeliveries = "without a trace";
  const heads = [first.head.sha];
  for (let number = 2; number <= count; number += 1) {
    const { head } = hello.openPull({ opener: alice });
    const targetUrl = status.targetUrl?.replace(/\d+$/, String(number)) ?? null;
    hello.addStatus({ ...status, sha: head.sha, targetUrl });
    heads.push(head.sha);
  }
  return () => heads.map((sha) => hello.statusesOf(sha)[0]?.description);
}

async function untilDone(engine: Engine): Promise<void> {
  for (;;) {
    const { due, leased } = await engine.queue.depth();
    if (due + leased === 0) return;
    await sleep(50);
  }
}

/** The calls about the repository, without the look for lost deliveries. */
function callsOf({ github }: StageHosts): number {
  const { reads, writes, byRoute } = github.calls();
  const looks = Object.entries(byRoute)
    .filter(([route]) => route.includes(" /app/"))
    .reduce((sum, [, times]) => sum + times, 0);
  return reads + writes - looks;
}
