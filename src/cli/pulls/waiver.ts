import type { Command } from "commander";
import { Failure } from "../../error.ts";
import type { Engine, Waiver } from "../../ports/engine.ts";
import type { Route } from "../../ports/queue.ts";
import type { Actor } from "../../records/audit.ts";
import { columns, moment } from "../columns.ts";
import { plural } from "../../report/texts/plural.ts";
import { commandGroup } from "../command-group.ts";
import { exitWith, type Console, type Declare } from "../command-line.ts";
import type { Intent } from "../context.ts";
import { jsonText } from "../json-text.ts";
import type { Opened } from "../opened.ts";

const REPOSITORY = "HOST:OWNER/REPO, e.g. github:octo/hello";

export const declareWaiver: Declare = (program, console) => {
  const group = commandGroup(
    program,
    "waiver",
    "commits that a maintainer waived with /cla waive",
    "\nExample:\n  countersign waiver list github:octo/hello\n",
  );
  group
    .command("list")
    .description("Lists the waivers of a repository, oldest first: the commit, when, and the maintainer.")
    .argument("<repository>", REPOSITORY)
    .option("--json", "print them as JSON")
    .addHelpText("after", "\nExample:\n  countersign waiver list github:octo/hello --json\n")
    .action(async (repository: string, options: { json?: true }, command: Command) => {
      exitWith(command, await listWaivers(console, repository, options.json === true));
    });
  group
    .command("remove")
    .description(
      "Removes the waiver of a commit, and queues the repository's open pull requests for a check. Exits 1 if " +
        "there is no such waiver.",
    )
    .argument("<repository>", REPOSITORY)
    .argument("<sha>", "the commit's full id, as waiver list prints it")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExample:\n  countersign waiver remove github:octo/hello 7b79c0a6f1d1c29e7c1fb07c2b7a3d8e1f0a9b2c\n",
    )
    .action(async (repository: string, sha: string, options: { json?: true }, command: Command) => {
      exitWith(command, await removeWaiver(console, repository, sha, options.json === true));
    });
};

async function listWaivers(console: Console, argument: string, json: boolean): Promise<number> {
  return withRepository(console, argument, "read", async ({ engine, repository }) => {
    const waivers = await engine.waivers.all(repository);
    const name = (by: Waiver["by"]): string => by ?? "erased";
    console.stdout.write(
      json
        ? jsonText(waivers.map(({ commit, by, at }) => ({ commit, by, at: new Date(at).toISOString() })))
        : waivers.length === 0
          ? `${plural(0, "waiver")}\n`
          : columns([
              ["COMMIT", "WAIVED", "MAINTAINER"],
              ...waivers.map(({ commit, by, at }) => [commit, moment(at), name(by)]),
            ]),
    );
    return 0;
  });
}

async function removeWaiver(console: Console, argument: string, sha: string, json: boolean): Promise<number> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(sha))
    throw new Failure("usage", "sha: expected the commit's full id, as countersign waiver list prints it");
  const commit = sha.toLowerCase();
  const remove = async ({ engine, operator, repository, route }: Found): Promise<number> => {
    const removed = await engine.waivers.remove(repository, commit, operator, Date.now());
    const result = jsonText({ repository: argument, commit, removed });
    if (!removed) {
      if (json) console.stdout.write(result);
      console.stderr.write(`${commit}: it has no waiver in ${argument}; countersign waiver list shows all\n`);
      return 1;
    }
    // The database does not record which pull requests contain the commit, and no host lists them reliably. The
    // repository is marked already; this adds its route, and tells the running bot at once.
    await engine.queue.mark([
      { task: { kind: "repository", host: repository.host, repository: repository.id }, route, bulk: true },
    ]);
    console.stdout.write(
      json ? result : `${commit}: removed; the open pull requests of ${argument} are checked again\n`,
    );
    return 0;
  };
  return withRepository(console, argument, "write", remove);
}

interface Found {
  readonly engine: Engine;
  readonly operator: Actor;
  readonly repository: Waiver["repository"];
  readonly route: Route;
}

/** Opens the bot's parts and asks the host for the repository's number, which the records use. */
async function withRepository(
  console: Console,
  argument: string,
  intent: Intent,
  act: (found: Found) => Promise<number>,
): Promise<number> {
  const { withOpened } = await import("../opened.ts");
  const { operatorOf } = await import("../operator.ts");
  const { parseRepositoryArgument } = await import("./locate.ts");
  const { host, path } = parseRepositoryArgument(argument);
  const found = async (opened: Opened): Promise<number> => {
    const { repository, route } = await opened.host(host).findRepository(path);
    return act({
      engine: opened.engine,
      operator: operatorOf(opened.settings.environment.operator),
      repository: { host, id: repository.id },
      route,
    });
  };
  return withOpened(console, found, intent);
}
