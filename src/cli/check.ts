import { exitWith, type Declare } from "./command-line.ts";

export const declareCheck: Declare = (program, console) => {
  program
    .command("check")
    .description("judge one pull request now and explain it commit by commit")
    .argument("<pull>", "its URL, or HOST:OWNER/REPO#NUMBER")
    .option("--publish", "also write the verdict on the pull request, as the bot would")
    .option("--json", "print the finding as JSON")
    .addHelpText(
      "after",
      `
Exits 0 when everybody has signed, 1 when somebody has not or it can't be decided.

Example:
  npx countersign check github:octo/hello#7`,
    )
    .action(async (argument: string, options: { publish?: true; json?: true }, command) => {
      const { webUrls, withOpened } = await import("./open.ts");
      const { parsePullArgument } = await import("./locate.ts");
      const { explain } = await import("./explain.ts");
      const { inspect } = await import("../inspect.ts");
      const { settle } = await import("../reconcile.ts");
      await withOpened(console, async ({ settings, engine, world, ...opened }) => {
        const { host: name, path, number } = parsePullArgument(argument, webUrls(settings.environment));
        const host = opened.host(name);
        const { ref, route } = await host.find(path, number);
        const reading = await host.read(ref, route, (await engine.pulls.find(ref))?.comment ?? null);
        const { finding, trouble } = await inspect(world, host, reading, route);
        console.stdout.write(explain(finding, reading.pull, options.json === true));
        if (trouble !== null) console.stderr.write(`countersign check: ${trouble.message}\n`);
        if (options.publish === true) {
          const { writes } = await settle(world, host, reading, route);
          console.stderr.write(writes === 0 ? "nothing to write: it stood there\n" : "written\n");
        }
        exitWith(command, finding.kind === "judged" && finding.judgement.verdict === "signed" ? 0 : 1);
      });
    });
};
