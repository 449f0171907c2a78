import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { Option } from "commander";
import type * as Replay from "../../playground/model/replay.ts";
import type * as Site from "../../playground/site/server.ts";
import type * as Tour from "../../playground/tour.ts";
import { HOSTS, type HostName } from "../account.ts";
import { LOG_LEVELS } from "../bot/environment.ts";
import { Failure } from "../error.ts";
import { exitWith, type Console, type Declare } from "./command-line.ts";

/** The page's port, if it is free. */
const PORT = 3000;

interface PlaygroundOptions {
  readonly headless?: true;
  readonly open?: true;
  readonly port?: string;
  readonly keep?: string;
  readonly seed?: string;
  readonly host?: HostName;
  readonly story?: string;
  readonly lang: "en" | "zh-CN";
  readonly log: string;
}

export const declarePlayground: Declare = (program, console) => {
  program
    .command("playground")
    .summary("try the bot against a simulated GitHub and Gitee on this machine")
    .description("Runs the real bot between a simulated GitHub and a simulated Gitee, all on this machine.")
    .option("--open", "open the page in the browser")
    .option("--port <number>", `the page's port; default: ${PORT}, or any free port`)
    .option("--keep <dir>", "keep the configuration and the bot's database there")
    .option("--seed <number>", "start with a random story; the same number gives the same story")
    .addOption(
      new Option(
        "--host <host>",
        "play the story of --seed or --story on this host, step by step in the terminal, as npm run soak does",
      ).choices(HOSTS),
    )
    .option("--story <steps>", "with --host: the steps that npm run soak prints for a broken promise")
    .addOption(
      new Option("--lang <lang>", "the language of the page or the tour")
        .choices(["en", "zh-CN"])
        .default("en"),
    )
    .option("--headless", "play the tour in the terminal and exit: 0 only if everything worked")
    .addOption(new Option("--log <level>", "the bot's log").choices(LOG_LEVELS).default("silent"))
    .addHelpText(
      "after",
      `
Needs no account and no configuration, and connects only to this machine. The page has people to act as, faults
to cause and a guided tour. Ctrl+C ends it; without --keep, it leaves nothing behind.

Examples:
  npm run playground
  npm run playground -- --open --lang zh-CN
  npm run playground -- --headless
  npm run playground -- --host gitee --seed 42`,
    )
    .action(async (options: PlaygroundOptions, command) => {
      const port =
        options.port === undefined ? await usualPort() : numberOf("--port", options.port, 1, 65_535);
      const seed = options.seed === undefined ? null : numberOf("--seed", options.seed, 0, 2 ** 31);
      if (options.host !== undefined || options.story !== undefined) {
        exitWith(command, await playAgain(console, options, seed));
        return;
      }
      const folder = options.keep === undefined ? null : resolve(options.keep);
      if (folder !== null) {
        await mkdir(folder, { recursive: true });
        const { foreignOwner } = await import("./database/open-database.ts");
        const warning = foreignOwner(folder, undefined, folder);
        if (warning !== null) console.stderr.write(`countersign: ${warning}\n`);
      }
      if (options.headless === true) {
        const ofPage = (["open", "port"] as const).filter((name) => options[name] !== undefined);
        if (ofPage.length > 0)
          throw new Failure(
            "usage",
            `--headless shows no page: leave out ${ofPage.map((name) => `--${name}`).join(" and ")}`,
          );
        const { playHeadless } = await load(() => import("../../playground/tour.ts"));
        exitWith(
          command,
          await playHeadless(console, { folder, language: options.lang, seed, log: options.log }),
        );
      } else await showSite(console, { ...options, open: options.open === true, port, seed, folder });
    });
};

/** Plays a story of the model. @returns the exit code */
async function playAgain(
  console: Console,
  { host, story, headless, ...others }: PlaygroundOptions,
  seed: number | null,
): Promise<number> {
  const ofPage = (["open", "port", "keep"] as const).filter((name) => others[name] !== undefined);
  if (ofPage.length > 0)
    throw new Failure(
      "usage",
      `--host plays a story in the terminal: leave out ${ofPage.map((name) => `--${name}`).join(" and ")}`,
    );
  if (host === undefined) throw new Failure("usage", "--story: add --host github or --host gitee");
  const which = story ?? seed;
  if (which === null || (story !== undefined && seed !== null))
    throw new Failure("usage", "--host: add either --seed, the number of a story, or --story, its steps");
  const { replay } = await load(() => import("../../playground/model/replay.ts"));
  const end = headless === true ? () => Promise.resolve() : untilSignal;
  return replay(console, { host, story: which, end });
}

function untilSignal(): Promise<void> {
  return new Promise((end) => {
    process.once("SIGINT", end);
    process.once("SIGTERM", end);
  });
}

/** What the terminal says about the page, in the page's language. */
const WORDS = {
  en: {
    starting: "Starting the bot between a simulated GitHub and a simulated Gitee…",
    running: "Everything runs on this machine; Ctrl+C ends it.",
    open: 'Open this page, and press "Do this step" to begin the tour:',
  },
  "zh-CN": {
    starting: "正在模拟的 GitHub 和模拟的 Gitee 之间启动机器人……",
    running: "一切都只在本机运行，按 Ctrl+C 结束。",
    open: "打开下面的页面，点击“执行这一步”开始导览：",
  },
} as const;

interface Chosen extends Pick<PlaygroundOptions, "lang" | "log"> {
  readonly open: boolean;
  readonly port: number;
  readonly seed: number | null;
  readonly folder: string | null;
}

async function showSite(console: Console, options: Chosen): Promise<void> {
  const { startSite } = await load(() => import("../../playground/site/server.ts"));
  const words = WORDS[options.lang];
  console.stdout.write(`${words.starting}\n`);
  const site = await startSite({
    port: options.port,
    language: options.lang,
    seed: options.seed,
    log: options.log,
    ...(options.folder === null ? {} : { folder: options.folder }),
  });
  try {
    console.stdout.write(`${words.running}\n\n${words.open}\n  ${site.url}\n`);
    if (options.open) openBrowser(site.url);
    await untilSignal();
  } finally {
    await site.stop();
  }
}

/** Best effort: the link is printed even if there is no browser. */
function openBrowser(url: string): void {
  const opener = { darwin: "open", win32: "explorer" }[process.platform as string] ?? "xdg-open";
  spawn(opener, [url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < least || number > most)
    throw new Failure("usage", `${option}: expected a number from ${least} to ${most}`);
  return number;
}

/** 0 (any free port) if something else already listens on this port. */
async function usualPort(): Promise<number> {
  const probe = createServer();
  try {
    await new Promise<void>((listening, reject) => {
      probe.once("error", reject);
      probe.listen(PORT, "127.0.0.1", listening);
    });
    await new Promise((closed) => probe.close(closed));
    return PORT;
  } catch {
    return 0;
  }
}

/** Loads code that only a checkout has. */
async function load<T extends typeof Site | typeof Tour | typeof Replay>(from: () => Promise<T>): Promise<T> {
  try {
    return await from();
  } catch (error) {
    // The simulated hosts check requests against the hosts' own API descriptions. These are large and so only
    // development packages, and the published package leaves the playground out.
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND")
      throw new Failure(
        "configuration",
        "the playground runs only in a checkout: clone the project, run npm ci",
        {
          cause: error,
        },
      );
    throw error;
  }
}
