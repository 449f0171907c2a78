/**
 * Runs random stories against the model of `test/model/` for as long as wanted:
 *
 *     npm run soak -- --seeds 1-500 --engine sqlite|postgres --host github|gitee [--minutes 30] [--steps 60]
 *     npm run soak -- --host github --replay '[{"do":"open",…}]'
 *     npm run soak -- --scenario NAME|all
 *
 * A scenario is one story of processes, disks and database servers; a wrong name lists them.
 * `postgres` needs SOAK_DATABASE_URL: a server on which it may create databases. Exits 1 at a broken promise, and
 * prints the seed and the shortest story found.
 */
import { parseArgs } from "node:util";
import { Client } from "pg";
import { holdTo, STEPS } from "../playground/model/hold-to.ts";
import { playInProcess } from "../playground/model/stage-actor.ts";
import type { Step } from "../playground/model/steps.ts";

const HOSTS = ["github", "gitee"] as const;
const ENGINES = ["sqlite", "postgres"] as const;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-20" },
    engine: { type: "string", default: "sqlite" },
    host: { type: "string", default: "github" },
    minutes: { type: "string", default: "60" },
    steps: { type: "string", default: String(STEPS) },
    replay: { type: "string" },
    scenario: { type: "string" },
  },
});

function usage(message: string): never {
  process.stderr.write(`soak: ${message}\n`);
  process.exit(2);
}

if (values.scenario !== undefined) await playScenarios(values.scenario);
const host = HOSTS.find((one) => one === values.host) ?? usage("--host: expected github or gitee");
const engine = ENGINES.find((one) => one === values.engine) ?? usage("--engine: expected sqlite or postgres");
const [, from = "", to = from] =
  /^(\d+)(?:-(\d+))?$/.exec(values.seeds) ?? usage("--seeds: expected two numbers, e.g. 1-500");
const server = process.env["SOAK_DATABASE_URL"];
if (engine === "postgres" && server === undefined)
  usage("set SOAK_DATABASE_URL to a PostgreSQL server on which databases may be created");

/** Plays one, or all of them, and ends the process. */
async function playScenarios(name: string): Promise<never> {
  const { SCENARIOS } = await import("./scenarios.ts");
  const names = name === "all" ? [...SCENARIOS.keys()] : [name];
  let code = 0;
  for (const one of names) {
    const scenario =
      SCENARIOS.get(one) ?? usage(`--scenario: expected all, or one of ${[...SCENARIOS.keys()].join(", ")}`);
    try {
      await scenario();
      process.stdout.write(`${one}: both promises kept\n`);
    } catch (error) {
      code = 1;
      process.stderr.write(`soak: ${one}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  process.exit(code);
}

async function play(story: readonly Step[]): Promise<void> {
  if (engine === "sqlite" || server === undefined) {
    await playInProcess(story, { host });
    return;
  }
  const name = `soak_${Date.now()}_${Math.floor(Math.random() * 1e6)}`;
  const client = new Client(server);
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    await playInProcess(story, { host, databaseUrl: url.href });
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

try {
  if (values.replay !== undefined) {
    await play(JSON.parse(values.replay) as Step[]);
    process.stdout.write("the story keeps both promises\n");
  } else {
    const until = performance.now() + Number(values.minutes) * 60_000;
    let steps = 0;
    let seed = Number(from);
    const amount = {
      steps: Number(values.steps),
      shrinkMs: 300_000,
      options: `--host ${host} --engine ${engine}`,
    };
    for (; seed <= Number(to) && performance.now() < until; seed += 1)
      steps += await holdTo(play, { ...amount, seeds: [seed] });
    process.stdout.write(
      `seeds ${from}-${seed - 1} on ${host} with ${engine}: ${steps} steps, both promises kept\n`,
    );
  }
  process.exit(0);
} catch (error) {
  process.stderr.write(`soak: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
