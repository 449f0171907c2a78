import { exitWith, type Declare } from "./command-line.ts";
import { Failure } from "../error.ts";
import type * as Stage from "./stage.ts";

export const declarePlayground: Declare = (program, console) => {
  program
    .command("playground")
    .description("the same bot against a simulated GitHub and Gitee on this machine")
    .option("--headless", "play the tour and exit: 0 when everything came out right")
    .option("--port <number>", "where the bot listens", "3000")
    .option("--log <level>", "also print the bot's log", "silent")
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
    .action(async (options: { headless?: true; port: string; log: string }, command) => {
      const port = Number(options.port);
      if (!/^\d+$/.test(options.port) || port > 65_535)
        throw new Failure("usage", "--port: expected a number up to 65535");
      const { startStage } = await loadStage();
      const { playTour } = await import("./tour.ts");
      const stage = await startStage({
        ...(options.headless === true ? {} : { port }),
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

async function loadStage(): Promise<Pick<typeof Stage, "startStage">> {
  try {
    return await import("./stage.ts");
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
