/** Opens the parts of the bot, as the environment and the configuration file say. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { HostName } from "../account.ts";
import type { Retention } from "../records/retention.ts";
import type { Engine } from "../ports/engine.ts";
import { Failure, Problems, type Problem } from "../error.ts";
import type { WorkWorld } from "../check/work.ts";
import { readPolicyFile } from "./policy-file.ts";
import { readConfiguration, type Configuration } from "./configuration.ts";
import { configFileOf, readEnvironment, type Environment, type Variables } from "./environment.ts";
import type { OpeningOptions } from "../ports/opening.ts";
import type { OpenHosts } from "./hosts.ts";
import { openLog } from "./log.ts";

export interface Settings {
  readonly environment: Environment;
  readonly configuration: Configuration;
  readonly log: Logger;
}

/**
 * @param expect what else the environment must have, and the problem if it does not
 * @throws Problems with everything that is wrong in the environment or the file.
 */
export async function readSettings(
  variables: Variables,
  isTerminal: boolean,
  expect: (environment: Environment) => readonly string[] = () => [],
): Promise<Settings> {
  const [environment, wrong] = attempt(() => readEnvironment(variables, isTerminal));
  const file = environment?.configFile ?? configFileOf(variables);
  const [configuration, alsoWrong] = attempt(() => readConfiguration(file));
  const missing = environment === null ? [] : expect(environment).map(problem);
  const problems = [...wrong, ...missing, ...alsoWrong];
  if (environment === null || configuration === null || problems.length > 0)
    throw new Problems("configuration", problems);
  return { environment, configuration, log: await openLog(environment) };
}

/** The value or the problems, so that all problems are reported at once. */
function attempt<T>(read: () => T): [T, readonly Problem[]] | [null, readonly Problem[]] {
  try {
    return [read(), []];
  } catch (error) {
    if (error instanceof Problems) return [null, error.problems];
    if (error instanceof Failure) return [null, [problem(error.message)]];
    throw error;
  }
}

function problem(message: string): Problem {
  return { file: null, line: null, field: null, message };
}

/**
 * @param log gets the errors of the schedule; needed only to schedule jobs
 * @throws Failure `database-unreachable`; `refused` for a database that a newer version wrote, or that belongs to
 *   another server
 */
export async function openEngine(
  environment: DatabaseOf,
  log?: Logger,
  opening: OpeningOptions = {},
): Promise<Engine> {
  const engine = await openDatabase(environment, log, opening);
  try {
    await checkServers(environment, engine);
    return engine;
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/**
 * Account numbers of one server mean nothing, or other people, on another server.
 * @throws Failure `refused` if the database belongs to another server
 */
async function checkServers({ github, gitee }: DatabaseOf, engine: Engine): Promise<void> {
  for (const [host, url] of [
    ["github", github?.webUrl],
    ["gitee", gitee?.webUrl],
  ] as const) {
    if (url === undefined) continue;
    const server = new URL(url).hostname;
    const known = await engine.serverOf(host, server);
    if (known !== server)
      throw new Failure(
        "refused",
        `the database holds account numbers of ${known}, which are other people's on ${server}: use another database for this server, or set ${host === "github" ? "GHE_HOST" : "GITEE_URL"} back`,
      );
  }
}

/** The database, and the servers whose account numbers it holds; empty for a command that asks no host. */
type DatabaseOf = Pick<Environment, "databaseUrl"> & Partial<Pick<Environment, "github" | "gitee">>;

async function openDatabase(
  { databaseUrl }: DatabaseOf,
  log: Logger | undefined,
  opening: OpeningOptions,
): Promise<Engine> {
  const options = { ...opening, ...(log === undefined ? {} : { report: reporter(log) }) };
  const file = databaseFile(databaseUrl);
  if (file !== null) {
    const { openSqlite } = await import("../sqlite/open.ts");
    return openSqlite(file, options);
  }
  const { openPostgres } = await import("../postgres/open.ts");
  const { plainTextWarning } = await import("../postgres/connection/address.ts");
  const warning = plainTextWarning(databaseUrl);
  if (warning !== null) (opening.warned ?? ((sentence: string) => log?.warn(sentence)))(warning);
  return openPostgres(databaseUrl, options);
}

function reporter(log: Logger): (job: string, error: unknown) => void {
  return (job, error) => {
    if (error instanceof Failure) log.warn({ job, code: error.code }, error.message);
    else log.error({ job, err: error }, "the schedule failed because of a bug");
  };
}

/** The file of a SQLite database; null for PostgreSQL. */
export function databaseFile(databaseUrl: string): string | null {
  return databaseUrl.startsWith("file:") ? databaseUrl.slice("file:".length) : null;
}

/** The URL of each host's pages, to recognize their links. */
export function webUrls({ github, gitee }: Environment): ReadonlyMap<HostName, string> {
  return new Map([
    ["github", github?.webUrl ?? "https://github.com"],
    ["gitee", gitee?.webUrl ?? "https://gitee.com"],
  ]);
}

/** The parts of the running bot: the whole engine, not only what a check needs. */
export interface BotWorld extends WorkWorld {
  readonly engine: Engine;
  /** How long records are kept; absent: the built-in periods. */
  readonly retention?: Retention;
}

export function worldOf(
  settings: Settings,
  engine: Engine,
  { hosts, bulkPausedUntil }: OpenHosts,
  observeVerdict: NonNullable<BotWorld["observeVerdict"]> = () => {},
): BotWorld {
  return {
    observeVerdict,
    engine,
    hosts,
    agreements: settings.configuration.agreements,
    policy: settings.configuration.policy,
    retention: settings.configuration.retention,
    parsePolicy: readPolicyFile,
    publicUrl: settings.environment.publicUrl,
    now: Date.now,
    random: Math.random,
    sleep,
    bulkPausedUntil,
  };
}
