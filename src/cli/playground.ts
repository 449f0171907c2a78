import { createServer } from "node:net";
import { Option } from "commander";
import { LOG_LEVELS } from "../bot/environment.ts";
import { exitWith, type Declare } from "./command-line.ts";
import { Failure } from "../error.ts";
import type * as Stage from "../../playground/stage.ts";

/** Where the bot listens when that is free. */
const PORT = 3000;

export const declarePlayground: Declare = (program, console) => {
  program
    .command("playground")
    .summary("the same bot against a simulated GitHub and Gitee on this machine")
    .description("Runs the same bot against a simulated GitHub and Gitee on this machine.")
    .option("--headless", "play the tour and exit: 0 when everything came out right")
    .option("--port <number>", `where the bot listens; without it, ${PORT} or any that is free`)
    .addOption(new Option("--log <level>", "also print the bot's log").choices(LOG_LEVELS).default("silent"))
    .addHelpText(
      "after",
      `
Needs no account and no configuration, and talks to nothing but this machine. After the tour it stays up: open the
pages that it names, open pull requests as one of its people, comment, push and sign, and watch the bot answer.
Ctrl+C ends it, and nothing of it stays behind.

Examples:
  npm run playground
  npm run playground -- --headless`,
    )
    .action(async (options: { headless?: true; port?: string; log: string }, command) => {
      const port = options.port === undefined ? await usualPort() : portOf(options.port);
      const { startStage } = await loadStage();
      const { playTour } = await import("../../playground/tour.ts");
      const stage = await startStage({
        ...(options.headless === true || port === null ? {} : { port }),
        variables: { LOG_LEVEL: options.log },
      });
      try {
        const wrong = await playTour(stage, console);
        for (const one of wrong) console.stderr.write(`countersign playground: ${one}\n`);
        exitWith(command, wrong.length === 0 ? 0 : 1);
        if (options.headless !== true) {
          console.stdout.write(
            `\nGo on by yourself; Ctrl+C ends it.\n  GitHub  ${stage.github.url}\n  Gitee   ${stage.gitee.url}\n  the bot ${stage.bot.url}\n`,
          );
          await new Promise<void>((resolve) => {
            process.once("SIGINT", resolve);
            process.once("SIGTERM", resolve);
          });
        }
      } finally {
        await stage.stop();
      }
    });
};

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535)
    throw new Failure("usage", "--port: expected a number from 1 to 65535");
  return port;
}

/** Null where something else listens there already: a newcomer's machine has other servers, too. */
async function usualPort(): Promise<number | null> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(PORT, "127.0.0.1", resolve);
    });
    await new Promise((resolve) => probe.close(resolve));
    return PORT;
  } catch {
    return null;
  }
}

async function loadStage(): Promise<Pick<typeof Stage, "startStage">> {
  try {
    return await import("../../playground/stage.ts");
  } catch (error) {
    // The simulated hosts check what they are sent against the hosts' own descriptions, which are big and so
    // development packages only.
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND")
      throw new Failure(
        "configuration",
        "the playground needs the development packages: run npm ci in a checkout",
        {
          cause: error,
        },
      );
    throw error;
  }
}
