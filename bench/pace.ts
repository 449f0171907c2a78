/**
 * A hundred and three hundred pull requests opened at once on a GitHub that takes 80 ms for an answer and enforces its
 * documented limits: how long until each has its verdict, compared with the theoretical time under those limits. Three
 * replicas on one PostgreSQL keep these limits together.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startBotProcess } from "../playground/bot-process.ts";
import { startHosts } from "../playground/stage.ts";
import { accountOf } from "../src/account.ts";
import type { Engine } from "../src/ports/engine.ts";
import { openPostgres } from "../src/postgres/open.ts";
import { openSqlite } from "../src/sqlite/open.ts";
import { freePort } from "../playground/free-port.ts";
import { withPostgres } from "./postgres.ts";
import type { Bench, Result } from "./result.ts";

/** Below the limits of a minute. */
const FEW = 100;
const FEW_SECONDS = 2;
const PULLS = 300;
/** The number of these in which somebody still has to sign: they also get a comment. */
const UNSIGNED = 60;
const LATENCY_MS = 80;
/** REST points a minute and what a write costs: docs.github.com, "Rate limits for the REST API". */
const POINTS = 900;
const WRITE = 5;
/** In addition to the limit's own minutes: one second of rounding at the limit, and the calls themselves. */
const SLACK = 1.15;

const REPLICAS = 3;

export const pace: Bench = async () => {
  const few = await openAtOnce(FEW, 0);
  const many = await openAtOnce(PULLS, UNSIGNED);
  return [
    {
      what: `${FEW} pull requests opened at once, to the last verdict`,
      measured: `${few.seconds.toFixed(1)} s`,
      goal: `≤ ${FEW_SECONDS} s`,
      met: few.seconds <= FEW_SECONDS,
    },
    untilTheLast("", many),
    refusals("", few.refused + many.refused),
    ...(await withPostgres(async ({ url }) => {
      const together = await openAtOnce(PULLS, UNSIGNED, { url, replicas: REPLICAS });
      const by = `${REPLICAS} replicas: `;
      return [untilTheLast(by, together), refusals(by, together.refused)];
    })),
  ];
};

interface Opened {
  readonly seconds: number;
  /** How many calls the host refused for its limits. */
  readonly refused: number;
}

function untilTheLast(by: string, { seconds }: Opened): Result {
  const paper = onPaper();
  return {
    what: `${by}${PULLS} pull requests opened at once, to the last verdict`,
    measured: `${seconds.toFixed(1)} s`,
    goal: `${paper.toFixed(1)} s on paper, ≤ ${(paper * SLACK).toFixed(0)} s`,
    met: seconds <= paper * SLACK,
  };
}

function refusals(by: string, refused: number): Result {
  return {
    what: `${by}calls that GitHub refused for its limits`,
    measured: String(refused),
    goal: "0",
    met: refused === 0,
  };
}

async function openAtOnce(
  count: number,
  unsignedCount: number,
  postgres: { readonly url: string; readonly replicas: number } | null = null,
): Promise<Opened> {
  const hosts = await startHosts(postgres === null ? {} : { variables: { DATABASE_URL: postgres.url } });
  const { github } = hosts;
  const bots = [await startBotProcess(hosts.variables)];
  hosts.announceTo(bots[0]?.url ?? "");
  let engine: Engine | null = null;
  try {
    // All take their work from one database, so one of them receives the deliveries.
    while (bots.length < (postgres?.replicas ?? 1))
      bots.push(await startBotProcess({ ...hosts.variables, PORT: String(await freePort()) }));
    const signed = github.user({ login: "signed" });
    const unsigned = github.user({ login: "unsigned" });
    engine =
      postgres === null
        ? await openSqlite((hosts.variables["DATABASE_URL"] ?? "").slice("file:".length))
        : await openPostgres(postgres.url);
    const row = { agreement: "icla", version: "1.0", signedAt: Date.now(), entity: null };
    await engine.signatures.sign([[{ ...row, account: accountOf("github", signed.id) }]], {
      evidence: "import",
    });
    const hello = github.repository({ owner: "octo", name: "hello" });
    // The first verdict of a fresh bot, and the first answer of a fresh simulated host, load modules and a schema.
    const first = hello.openPull({ opener: signed });
    while (hello.statusesOf(first.head.sha).length === 0) await sleep(50);
    github.limits.enforced = true;
    github.faults.latency = LATENCY_MS;
    const started = performance.now();
    const pulls = Array.from({ length: count }, (_, at) =>
      hello.openPull({ opener: unsignedCount > 0 && at % (count / unsignedCount) === 0 ? unsigned : signed }),
    );
    while (pulls.some(({ head }) => hello.statusesOf(head.sha).length === 0)) await sleep(50);
    const seconds = (performance.now() - started) / 1_000;
    while ((await engine.queue.depth()).due + (await engine.queue.depth()).leased > 0) await sleep(100);
    const refused = github.requests.filter(({ status }) => status === 403 || status === 429).length;
    return { seconds, refused };
  } finally {
    await engine?.close();
    for (const bot of bots) await bot.end("SIGTERM");
    await hosts.stop();
  }
}

/** In seconds: each minute allows 180 writes, and those of the last minute begin immediately. */
function onPaper(): number {
  const writes = PULLS + UNSIGNED;
  return (Math.ceil((writes * WRITE) / POINTS) - 1) * 60 + (3 * LATENCY_MS) / 1_000;
}
