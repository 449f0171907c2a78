import { exitWith, type Declare } from "../command-line.ts";

export const declareOnboard: Declare = (program, console) => {
  program
    .command("onboard")
    .summary("open a pull request that adds a repository's policy file")
    .description(
      "Opens a pull request that adds the commented policy file with its defaults, and prints its URL. If you " +
        "run it again, it finds the open pull request. On GitHub, the app needs contents: write only for this " +
        "command.",
    )
    .argument("<repository>", "HOST:OWNER/REPO, e.g. github:octo/hello")
    .option("--json", "print the pull request's URL as JSON")
    .addHelpText("after", "\nExample:\n  countersign onboard gitee:octo/hello\n")
    .action(async (text: string, options: { json?: true }, command) => {
      const { withOpened } = await import("../opened.ts");
      const { parseRepositoryArgument } = await import("./locate.ts");
      const { proposalFor } = await import("./policy-template.ts");
      const { agreementFor } = await import("../../records/agreement.ts");
      const { host: name, path } = parseRepositoryArgument(text);
      await withOpened(console, async ({ settings, ...opened }) => {
        const host = opened.host(name);
        const { repository, route } = await host.findRepository(path);
        const agreement = agreementFor(settings.configuration.agreements, name, path);
        const url = await host.propose(repository, proposalFor(host.capabilities, agreement), route);
        console.stdout.write(
          options.json === true ? `${JSON.stringify({ url, covered: agreement !== null })}\n` : `${url}\n`,
        );
        if (agreement === null)
          console.stderr.write(
            `countersign onboard: no agreement covers ${path} yet: add it to repositories: in countersign.yml\n`,
          );
        exitWith(command, 0);
      });
    });
};
