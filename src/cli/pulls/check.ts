import { setTimeout } from "node:timers/promises";
import { holdOf, LEASE_MS, type Hold } from "../../check/hold.ts";
import { Failure } from "../../error.ts";
import type { Host } from "../../ports/host.ts";
import type { Queue, Route } from "../../ports/queue.ts";
import type { PullRef } from "../../pull.ts";
import { isSigned } from "../../verdict/finding.ts";
import { exitWith, type Declare } from "../command-line.ts";
import type { Opened } from "../opened.ts";

/** Adds to the failure which pull request was not found. */
async function findPull(host: Host, path: string, number: number): ReturnType<Host["find"]> {
  try {
    return await host.find(path, number);
  } catch (error) {
    if (error instanceof Failure && error.code === "not-found")
      throw new Failure("not-found", `${host.name}:${path}#${number}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** How long to wait for a check by the running bot, in milliseconds. */
const PATIENCE = 30_000;

/** Leases the pull request's task, so that no other process writes at the same time. */
async function claimed(queue: Queue, ref: PullRef, route: Route): Promise<Hold> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const [taken] = await queue.claim([{ ref, route }], LEASE_MS);
    if (taken !== undefined) return holdOf(queue, taken);
    if (performance.now() > until)
      throw new Failure("superseded", "the running bot is checking it: try again in a minute");
    await setTimeout(200);
  }
}

export const declareCheck: Declare = (program, console) => {
  program
    .command("check")
    .summary("check one pull request now and explain it commit by commit")
    .description(
      "Checks one pull request now and explains it commit by commit. Writes nothing without --publish.",
    )
    .argument("<pull>", "its URL, or HOST:OWNER/REPO#NUMBER")
    .option("--publish", "also write the verdict on the pull request, as the bot would")
    .option("--json", "print the finding as JSON")
    .addHelpText(
      "after",
      `
Exits 0 when everybody has signed, 1 when somebody has not or it can't be decided.

Example:
  countersign check github:octo/hello#7`,
    )
    .action(async (argument: string, options: { publish?: true; json?: true }, command) => {
      const { webUrls } = await import("../../bot/open.ts");
      const { withOpened } = await import("../opened.ts");
      const { parsePullArgument } = await import("./locate.ts");
      const { explain } = await import("./explain.ts");
      const { inspect } = await import("../../check/inspect.ts");
      const { isBehind, settle } = await import("../../check/reconcile.ts");
      const act = async ({ settings, engine, world, ...opened }: Opened): Promise<void> => {
        const { host: name, path, number } = parsePullArgument(argument, webUrls(settings.environment));
        const host = opened.host(name);
        const { ref, route } = await findPull(host, path, number);
        const hold = options.publish === true ? await claimed(engine.queue, ref, route) : null;
        const reading = await host.read(ref, route, (await engine.pulls.find(ref))?.comment ?? null);
        const { finding, trouble } = await inspect(world, host, reading, route);
        console.stdout.write(explain(finding, reading.pull, options.json === true));
        if (trouble !== null) console.stderr.write(`countersign check: ${trouble.message}\n`);
        if (hold !== null) {
          try {
            const { writes, again, owed } = await settle(world, host, reading, route, hold);
            // What the host does not show yet is left to the bot.
            if (isBehind(reading, hold)) await engine.queue.release([hold.taken]);
            else await engine.queue.done(hold.taken, again, owed);
            console.stderr.write(
              owed === true
                ? "the host's limits leave no room for all of it now: the running bot writes the rest later\n"
                : writes === 0
                  ? "nothing to write: it is up to date\n"
                  : "written\n",
            );
          } catch (error) {
            await engine.queue.release([hold.taken]);
            throw error;
          }
        }
        exitWith(command, isSigned(finding) ? 0 : 1);
      };
      await withOpened(console, act, options.publish === true ? "write" : "trial");
    });
};
