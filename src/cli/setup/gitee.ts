import type { Command } from "commander";
import { Failure } from "../../error.ts";
import type { SetUp } from "../../gitee/set-up.ts";
import { agreementFor, type Agreement } from "../../records/agreement.ts";
import { exitWith, type Declare } from "../command-line.ts";

export const declareSetupGitee: Declare = (group, console) => {
  group
    .command("gitee")
    .summary("create or repair the webhook and the labels of Gitee repositories")
    .description(
      "Creates each repository's webhook in signature mode, or repairs its secret and events, and creates the two " +
        "labels. The token needs the hook scope, and its account must administer the repository. Correct settings are left as they " +
        "are, and changed ones are read again. Reads PUBLIC_URL, GITEE_TOKEN and GITEE_WEBHOOK_SECRET.",
    )
    .argument(
      "<repository...>",
      "OWNER/REPO, or its URL; OWNER: all of an organization that an agreement covers",
    )
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  countersign setup gitee octo/widget octo/gadget\n  countersign setup gitee octo\n",
    )
    .action(async (repositories: string[], options: { json?: true }, command: Command) => {
      const { readSettings } = await import("../../bot/open.ts");
      const { giteeClient } = await import("../../gitee/traffic/client.ts");
      const { namedRepositories, setUpRepository } = await import("../../gitee/set-up.ts");
      const { reachableUrl } = await import("./reachable-url.ts");
      const { environment, configuration } = await readSettings(console.variables, console.stderr.isTTY);
      const { gitee } = environment;
      if (gitee === null)
        throw new Failure(
          "configuration",
          "Gitee is not configured: set GITEE_TOKEN and GITEE_WEBHOOK_SECRET",
        );
      const publicUrl = reachableUrl(console.variables, gitee.webUrl);
      const client = giteeClient({ url: gitee.webUrl, token: gitee.token, now: Date.now });
      const wanted = {
        webhookUrl: `${publicUrl}/api/gitee/webhooks`,
        secret: gitee.webhookSecret,
        policy: configuration.policy,
      };
      const results: object[] = [];
      let failed = false;
      const refuse = (name: string, error: unknown): void => {
        if (!(error instanceof Failure)) throw error;
        failed = true;
        results.push({ path: name, error: error.message });
        console.stderr.write(`countersign setup gitee: ${name}: ${error.message}\n`);
      };
      const names = new Set<string>();
      for (const text of repositories) {
        const word = text.replace(/^gitee:/, "");
        try {
          for (const name of await namedRepositories(client, word, configuration.agreements)) names.add(name);
        } catch (error) {
          refuse(word, error);
        }
      }
      for (const name of names) {
        try {
          const done = await setUpRepository(client, name, wanted);
          results.push(done);
          for (const warning of warningsOf(done, configuration.agreements))
            console.stderr.write(`countersign setup gitee: warning: ${done.path}: ${warning}\n`);
          if (options.json !== true)
            console.stdout.write(
              `${done.path}: webhook ${done.webhook}; ${
                done.labels.length === 0 ? "labels unchanged" : `labels created: ${done.labels.join(", ")}`
              }\n`,
            );
        } catch (error) {
          refuse(name, error);
        }
      }
      if (options.json === true) console.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
      else if (!failed)
        console.stderr.write(
          "Next: open a pull request, then require the check within a week, as docs/gitee.md says.\n",
        );
      exitWith(command, failed ? 1 : 0);
    });
};

function warningsOf({ path, others }: SetUp, agreements: readonly Agreement[]): readonly string[] {
  return [
    ...(agreementFor(agreements, "gitee", path) === null
      ? ["no agreement covers it, so the bot does nothing there: add it to repositories: in countersign.yml"]
      : []),
    ...others.map(
      (url) =>
        `another webhook goes to ${url}: delete it under WebHooks in the repository's settings if it was this bot's`,
    ),
  ];
}
