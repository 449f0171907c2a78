import type { Host } from "../../ports/host.ts";
import type { Route } from "../../ports/queue.ts";
import { count } from "../columns.ts";
import { exitWith, type Declare } from "../command-line.ts";

export const declareSweep: Declare = (program, console) => {
  program
    .command("sweep")
    .summary("re-check open pull requests")
    .description(
      "Re-checks open pull requests and writes what differs, as the running bot does every six hours.",
    )
    .argument("[repositories...]", "HOST:OWNER/REPO; without any, every repository that the bot serves")
    .option("--json", "print the numbers as JSON")
    .addHelpText("after", "\nExample:\n  countersign sweep github:octo/hello")
    .action(async (names: string[], options: { json?: true }, command) => {
      const { withOpened } = await import("../opened.ts");
      const { parseRepositoryArgument } = await import("./locate.ts");
      const { repositoriesOf, sweep } = await import("../../check/sweep.ts");
      const wanted = names.map(parseRepositoryArgument);
      await withOpened(console, async ({ world, hosts, ...opened }) => {
        const targets: { host: Host; id: number; route: Route }[] = [];
        for (const { host: name, path } of wanted) {
          const host = opened.host(name);
          const { repository, route } = await host.findRepository(path);
          targets.push({ host, id: repository.id, route });
        }
        if (wanted.length === 0)
          for (const host of hosts.values())
            for (const { task, route } of await repositoriesOf(world, host, null))
              if (task.kind === "repository" && route !== null)
                targets.push({ host, id: task.repository, route });
        let pulls = 0;
        for (const { host, id, route } of targets) pulls += await sweep(world, host, id, route);
        const counts = { repositories: targets.length, pulls };
        console.stdout.write(
          options.json === true
            ? `${JSON.stringify(counts)}\n`
            : `${count(pulls, "open pull request")} in ${count(targets.length, "repository", "repositories")}\n`,
        );
        exitWith(command, 0);
      });
    });
};
