/** The bot in this process, between hosts of a stage, for stories of thousands of steps in a minute. */
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Client } from "pg";
import { startBot, type Bot } from "../../src/bot/bot.ts";
import { readSettings } from "../../src/bot/open.ts";
import { Failure } from "../../src/error.ts";
import { clockOffset, setClock } from "../clock.ts";
import { runHere } from "../command.ts";
import { PAGE_COMMANDS } from "../site/commands.ts";
import { makeDatabase, startHosts, STAGE_DOCUMENT, type StageHosts } from "../stage.ts";
import type { Actor } from "./actor.ts";
import { Broken } from "./broken.ts";
import { giteeSite } from "./gitee-site.ts";
import { gitHubSite } from "./github-site.ts";
import { Life, type Kill } from "./life.ts";
import { endLimits, failNetwork, repairNetwork, resetNetwork } from "./network.ts";
import { play } from "./play.ts";
import type { Step } from "./steps.ts";
import { Story } from "./story.ts";

export interface StoryOptions {
  readonly host: "github" | "gitee";
  /** `DATABASE_URL`; by default a file of the stage. */
  readonly databaseUrl?: string;
  /** Gets a line for each step that had something to do. */
  readonly tell?: (line: string) => void;
  /** Called at the end while the hosts and the bot still run. @param broken the broken promise; null: none */
  readonly atEnd?: (story: Story, hosts: StageHosts, broken: Broken | null) => Promise<void>;
  /** Changes how a story acts on the bot, for a test of the model itself. */
  readonly change?: (actor: Actor) => Actor;
}

/** Plays a story in a separate world. @returns how often the bot was killed @throws Broken */
export async function playInProcess(steps: readonly Step[], options: StoryOptions): Promise<number> {
  // Moved before anything keeps hold of the clock.
  setClock(1);
  resetNetwork();
  const hosts = await startHosts({
    configuration: configurationOf("1.0", 0, 0),
    ...(options.databaseUrl === undefined ? {} : { variables: { DATABASE_URL: options.databaseUrl } }),
  });
  await makeDatabase(hosts);
  const { actor, stop } = await stageActor(hosts);
  try {
    const site = options.host === "github" ? gitHubSite(hosts.github) : giteeSite(hosts.gitee);
    const story = new Story(site, options.change?.(actor) ?? actor);
    try {
      await play(story, steps, options.tell);
      await options.atEnd?.(story, hosts, null);
      return actor.kills;
    } catch (error) {
      if (error instanceof Broken) await options.atEnd?.(story, hosts, error);
      throw error;
    }
  } finally {
    await stop();
    await hosts.stop();
    resetNetwork();
    setClock(0);
  }
}

export function configurationOf(version: string, effective: number, graceDays: number): string {
  return `agreements:
  - id: icla
    title: Individual Contributor License Agreement
    version: "${version}"
    document: cla/icla.md
    repositories: ["github:octo/*", "gitee:octo/*"]
    sign: [page, comment]
    grace_days: ${graceDays}
${effective === 0 ? "" : `    effective: "${new Date(effective).toISOString()}"\n`}instance:
  name: Example Foundation
  url: https://example.com
  contact: privacy@example.com
`;
}

export async function publish(hosts: StageHosts, version: string, effective: number, graceDays: number) {
  await writeFile(join(hosts.folder, "cla", "icla.md"), `${STAGE_DOCUMENT}\nVersion ${version}.\n`);
  await writeFile(join(hosts.folder, "countersign.yml"), configurationOf(version, effective, graceDays));
}

function fileOf({ variables }: StageHosts): string | null {
  const url = variables["DATABASE_URL"] ?? "";
  return url.startsWith("file:") ? url.slice("file:".length) : null;
}

/** Whether a bot set the database's log aside, as it does when somebody copies another file over the database. */
function hasLogSetAside(hosts: StageHosts): boolean {
  const file = fileOf(hosts);
  return file !== null && existsSync(`${file}.before-overwrite-wal`);
}

/** Closing the last connection removes SQLite's files beside the database, which a kill leaves there. */
function openBeside(hosts: StageHosts): Database.Database | null {
  const file = fileOf(hosts);
  if (file === null) return null;
  const connection = new Database(file, { readonly: true });
  connection.prepare("SELECT 1 FROM migration").get();
  return connection;
}

/**
 * Leases and limits follow PostgreSQL's own clock, which a story can't move. What is over by the story's clock is ended
 * by hand.
 */
async function serverOf(hosts: StageHosts): Promise<Client | null> {
  if (fileOf(hosts) !== null) return null;
  const client = new Client(hosts.variables["DATABASE_URL"]);
  await client.connect();
  return client;
}

const HOUR = 3_600_000;

async function stageActor(hosts: StageHosts): Promise<{ actor: Actor; stop: () => Promise<void> }> {
  await publish(hosts, "1.0", 0, 0);
  let kill: Kill | null = null;
  let life = new Life(null);
  let second: Bot | null = null;
  let kills = 0;
  let files = 0;
  let remains: Promise<void> = Promise.resolve();
  /**
   * Takes back the timers, the files and the port of a killed bot, as the system would. The next one starts only then:
   * a bot that still watches its file would take what the next one writes for somebody else's.
   */
  const clean = async (dead: Bot): Promise<void> => {
    await dead.stop(0).catch(() => {});
  };
  const start = async (): Promise<Bot> => {
    for (;;) {
      const settings = await readSettings(hosts.variables, false);
      const own = new Life(kill);
      life = own;
      const starting = own.run(() => startBot(settings, { regularly: false }));
      void own.over.then(() => ([kill, kills] = [null, kills + 1]));
      const started = await Promise.race([starting, own.over.then(() => null)]).catch((error: unknown) => {
        if (!own.isOver) throw error;
        return null;
      });
      if (started !== null && !own.isOver) {
        void own.over.then(() => (remains = clean(started)));
        hosts.announceTo(started.url);
        return started;
      }
      // It was killed while it started.
      await starting.then(clean, () => {});
    }
  };
  const restart = async (graceMs: number, between: () => Promise<void> = async () => {}): Promise<void> => {
    // It may be killed while it stops.
    if (!life.isOver)
      await bot.stop(graceMs).catch((error: unknown) => {
        if (!life.isOver) throw error;
      });
    if (life.isOver) {
      await life.over;
      await remains;
      await server?.query("UPDATE task SET lease_until = 0 WHERE lease IS NOT NULL");
    }
    await between();
    bot = await start();
  };
  const endSecond = async (): Promise<void> => {
    await second?.stop(1_000);
    second = null;
  };
  let bot = await start();
  await bot.caughtUp;
  const witness = openBeside(hosts);
  const server = await serverOf(hosts);
  const actor: Actor = {
    now: Date.now,
    async moveClock(milliseconds) {
      setClock(clockOffset() + milliseconds);
      endLimits();
      // Within an hour every limit of a host is over.
      if (milliseconds >= HOUR) await server?.query("DELETE FROM spending");
    },
    async command(args, file) {
      const path = join(hosts.folder, `${(files += 1)}.csv`);
      if (file !== undefined) await writeFile(path, file);
      const ran = await runHere(PAGE_COMMANDS, hosts.variables, file === undefined ? args : [...args, path]);
      await rm(path, { force: true });
      return ran;
    },
    raise: (version, effective, graceDays) =>
      restart(1_000, () => publish(hosts, version, effective, graceDays)),
    restart: () => restart(0),
    caughtUp: async () => void (await bot.caughtUp),
    arm(next) {
      kill = next;
      if (!life.isOver) life.kill = next;
    },
    get armed() {
      return kill;
    },
    get isKilled() {
      return life.isOver;
    },
    get kills() {
      return kills;
    },
    takesSecond: fileOf(hosts) === null,
    async second() {
      if (second !== null) return true;
      try {
        const settings = await readSettings({ ...hosts.variables, PORT: "0" }, false);
        second = await new Life(null).run(() => startBot(settings, { regularly: false }));
        return true;
      } catch (error) {
        if (error instanceof Failure && error.code === "refused") return false;
        throw error;
      }
    },
    endSecond,
    async sweep() {
      const { code, stderr } = await runHere(PAGE_COMMANDS, hosts.variables, ["sweep"]);
      if (code !== 0) throw new Error(`the sweep ended with ${code}: ${stderr}`);
    },
    failNetwork,
    repairNetwork,
    async idle() {
      await bot.idle();
      await second?.idle();
    },
    troubles: async () => [
      ...(hasLogSetAside(hosts) ? ["a bot took its database for overwritten, which nobody did"] : []),
      // A check that was told of a commit which was pushed away comes back a few times.
      ...(await bot.engine.queue.troubled(10))
        .filter(({ code }) => code !== "host-behind")
        .map(({ code, task }) => `a ${task.kind} is in trouble: ${code}`),
    ],
    depth: () => bot.engine.queue.depth(),
  };
  return {
    actor,
    async stop() {
      await endSecond();
      if (life.isOver) await life.over.then(() => remains);
      else await bot.stop(1_000);
      witness?.close();
      await server?.end();
    },
  };
}
