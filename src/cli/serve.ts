import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Logger } from "pino";
import { exitWith, type Console, type Declare } from "./command-line.ts";
import { Failure } from "../error.ts";

/** How long a stopping process waits for running work. Container platforms kill ten seconds after SIGTERM. */
const GRACE_MS = 8_000;
/** How long a start continues after the signal to stop. */
const START_GRACE_MS = 2_000;
/** How long remaining work may keep the process alive after that. */
const LINGER_MS = 200;
/** How long returning the unfinished tasks to the queue may take on a busy machine, after the grace. */
const RETURN_MS = 1_500;

const NO_HOST =
  "no host is configured: set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET for GitHub, or GITEE_TOKEN and " +
  "GITEE_WEBHOOK_SECRET for Gitee; countersign setup github registers the app, countersign doctor checks them, " +
  "countersign playground needs none";

export const declareServe: Declare = (program, console) => {
  program
    .command("serve")
    .summary("the bot: webhooks, workers, schedule, pages")
    .description("Runs the bot: webhooks, workers, schedule, pages.")
    .addHelpText(
      "after",
      `
Reads the environment and countersign.yml (README.md, "Configure") and runs until SIGTERM or SIGINT.

Example:
  APP_ID=12345 PRIVATE_KEY_PATH=app.pem WEBHOOK_SECRET=… countersign serve`,
    )
    .action(async (_options, command) => {
      const { readEnvironment } = await import("../bot/environment.ts");
      if (console.stdin.isTTY && console.stderr.isTTY) {
        const { github, gitee } = readEnvironment(console.variables, true);
        if (github === null && gitee === null) {
          await setUpFirst(console);
          exitWith(command, 0);
          return;
        }
      }
      const { databaseFile, readSettings } = await import("../bot/open.ts");
      const settings = await readSettings(console.variables, console.stderr.isTTY, ({ github, gitee }) =>
        github === null && gitee === null ? [NO_HOST] : [],
      );
      const { foreignOwner } = await import("./database/open-database.ts");
      const file = databaseFile(settings.environment.databaseUrl);
      const warning = file === null ? null : foreignOwner(file);
      if (warning !== null) console.stderr.write(`countersign: ${warning}\n`);
      const { startBot } = await import("../bot/bot.ts");
      logWarnings(settings.log);
      // The signals are handled from here, so that a signal during the start also stops the process cleanly.
      const stopped = stopSignal();
      let starting = true;
      // A start that waits for the database holds no leases.
      const goUnlessStarted = (): NodeJS.Timeout =>
        setTimeout(() => starting && process.exit(0), START_GRACE_MS).unref();
      void stopped.then(goUnlessStarted);
      const bot = await startBot(settings).catch((error: unknown) => {
        // If the start failed, nothing that it started may keep the process alive.
        setTimeout(() => process.exit(1), LINGER_MS).unref();
        throw error;
      });
      starting = false;
      // The first requests to the hosts still load modules.
      void bot.caughtUp.then(collectGarbage);
      console.stderr.write(`countersign: listening on ${bot.url}\n`);
      const lost = await Promise.race([stopped, bot.engine.lost]);
      if (lost !== undefined) console.stderr.write(`countersign: ${lost.message}\n`);
      // A host that does not answer must not keep the process alive: its tasks are returned to the queue by then.
      const code = lost === undefined ? 0 : 1;
      setTimeout(() => process.exit(code), GRACE_MS + RETURN_MS).unref();
      await bot.stop(GRACE_MS).catch((error: unknown) => {
        // If the database is gone, the next start finds the tasks that could not be returned.
        if (lost === undefined || !(error instanceof Failure)) throw error;
      });
      exitWith(command, code);
      setTimeout(() => process.exit(), LINGER_MS).unref();
    });
};

/** At a terminal, a first start without credentials registers the GitHub App. */
async function setUpFirst(console: Console): Promise<void> {
  console.stderr.write(
    "countersign: no host is configured yet. For GitHub, register the app now. For Gitee, stop here (Ctrl+C), set " +
      "GITEE_TOKEN and GITEE_WEBHOOK_SECRET in .env (docs/gitee.md), and run countersign setup gitee.\n",
  );
  const { NO_PUBLIC_URL } = await import("./setup/reachable-url.ts");
  if (!console.variables["PUBLIC_URL"]?.trim())
    throw new Failure("configuration", `${NO_PUBLIC_URL}, and start again`);
  const { setUpGitHub } = await import("./setup/register-app.ts");
  await setUpGitHub({ name: "Countersign", file: ".env" }, console);
}

/**
 * The start leaves garbage, a sixth of the process, which V8 would keep without memory pressure. It is collected once,
 * when the bot has looked for what it missed. Then V8 itself gives the memory back, in steps, as soon as the bot is
 * idle for some seconds; to do so at once would stop everything for 150 ms.
 */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as (options: { type: "major" }) => void;
  collect({ type: "major" });
}

/** Logs warnings of Node.js and of libraries, which would otherwise be plain text between the log's lines. */
function logWarnings(log: Logger): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => log.warn({ err: warning }, "warning from a library"));
}

/** Resolves on the first signal to stop; a second signal exits at once. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
}
