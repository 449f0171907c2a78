/** The bot in this process, between hosts of a stage, for stories of thousands of steps in a minute. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clockOffset, setClock } from "../../playground/clock.ts";
import { startHosts, STAGE_DOCUMENT, type StageHosts } from "../../playground/stage.ts";
import { startBot, type Bot } from "../../src/bot/bot.ts";
import { readSettings } from "../../src/bot/open.ts";
import { Failure } from "../../src/error.ts";
import { run } from "../run-command.ts";
import { giteeSite } from "./gitee-site.ts";
import { gitHubSite } from "./github-site.ts";
import { Player, type Actor } from "./play.ts";
import type { Step } from "./steps.ts";

export interface StoryOptions {
  readonly host: "github" | "gitee";
  /** `DATABASE_URL`; by default a file of the stage. */
  readonly databaseUrl?: string;
}

/** Plays a story in a separate world. @throws Broken */
export async function playInProcess(steps: readonly Step[], options: StoryOptions): Promise<void> {
  // Moved before anything keeps hold of the clock.
  setClock(1);
  const hosts = await startHosts({
    configuration: configurationOf("1.0", 0, 0),
    ...(options.databaseUrl === undefined ? {} : { variables: { DATABASE_URL: options.databaseUrl } }),
  });
  const { actor, stop } = await stageActor(hosts);
  try {
    const site = options.host === "github" ? gitHubSite(hosts.github) : giteeSite(hosts.gitee);
    await new Player(site, actor).play(steps);
  } finally {
    await stop();
    await hosts.stop();
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

async function stageActor(hosts: StageHosts): Promise<{ actor: Actor; stop: () => Promise<void> }> {
  await publish(hosts, "1.0", 0, 0);
  const start = async (): Promise<Bot> => {
    const started = await startBot(await readSettings(hosts.variables, false));
    hosts.announceTo(started.url);
    await started.caughtUp;
    return started;
  };
  let bot = await start();
  let second: Bot | null = null;
  let files = 0;
  const restart = async (graceMs: number, between: () => Promise<void> = async () => {}): Promise<void> => {
    await bot.stop(graceMs);
    await between();
    bot = await start();
  };
  const endSecond = async (): Promise<void> => {
    await second?.stop(1_000);
    second = null;
  };
  const actor: Actor = {
    now: Date.now,
    moveClock: (milliseconds) => setClock(clockOffset() + milliseconds),
    async command(args, file) {
      const path = join(hosts.folder, `${(files += 1)}.csv`);
      if (file !== undefined) await writeFile(path, file);
      const ran = await run(hosts.variables, file === undefined ? args : [...args, path]);
      await rm(path, { force: true });
      return ran;
    },
    raise: (version, effective, graceDays) =>
      restart(1_000, () => publish(hosts, version, effective, graceDays)),
    restart: () => restart(0),
    takesSecond: hosts.variables["DATABASE_URL"]?.startsWith("file:") === false,
    async second() {
      if (second !== null) return true;
      try {
        second = await startBot(await readSettings({ ...hosts.variables, PORT: "0" }, false));
        return true;
      } catch (error) {
        if (error instanceof Failure && error.code === "refused") return false;
        throw error;
      }
    },
    endSecond,
    async sweep() {
      const { code, stderr } = await run(hosts.variables, ["sweep"]);
      if (code !== 0) throw new Error(`the sweep ended with ${code}: ${stderr}`);
    },
    async idle() {
      await bot.idle();
      await second?.idle();
    },
    // A check that was told of a commit which was pushed away comes back a few times.
    troubles: async () =>
      (await bot.engine.queue.troubled(10))
        .filter(({ code }) => code !== "host-behind")
        .map(({ code, task }) => `a ${task.kind} is in trouble: ${code}`),
    depth: () => bot.engine.queue.depth(),
  };
  return {
    actor,
    async stop() {
      await endSecond();
      await bot.stop(1_000);
    },
  };
}
