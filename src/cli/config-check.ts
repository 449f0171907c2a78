import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { commandGroup } from "./command-group.ts";
import { exitWith, type Declare } from "./command-line.ts";
import type { Problem } from "../error.ts";

export const declareConfig: Declare = (program, console) => {
  const group = commandGroup(
    program,
    "config",
    "check the configuration file and policy files",
    "\nExample:\n  countersign config check\n",
  );
  group
    .command("check")
    .summary("find every mistake, with line and key")
    .description(
      "Checks countersign.yml, and the documents that it names, or the files that are given. A file with another name is checked as a repository's policy if it has none of the configuration's keys.",
    )
    .argument(
      "[files...]",
      "configuration or policy files; without them, COUNTERSIGN_CONFIG or countersign.yml",
    )
    .option("--json", "print the problems as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  countersign config check\n  countersign config check .github/cla.yml\n",
    )
    .action(async (files: string[], options: { json?: true }, command) => {
      const { printProblem } = await import("../error.ts");
      const { configFileOf } = await import("../bot/environment.ts");
      const own = configFileOf(console.variables);
      const checked = files.length === 0 ? [own] : files;
      const found: Problem[] = [];
      for (const file of checked) found.push(...(await problemsOf(file, isNamedAsOne(file, own))));
      if (options.json === true)
        console.stdout.write(`${JSON.stringify({ files: checked, problems: found }, null, 2)}\n`);
      else if (found.length === 0) for (const file of checked) console.stdout.write(`${file}: no mistake\n`);
      else for (const problem of found) console.stderr.write(`countersign: ${printProblem(problem)}\n`);
      exitWith(command, found.length === 0 ? 0 : 1);
    });
};

async function problemsOf(file: string, isConfiguration: boolean): Promise<readonly Problem[]> {
  const { Failure, Problems } = await import("../error.ts");
  try {
    if (isConfiguration || (await hasItsKeys(file))) {
      const { readConfiguration } = await import("../bot/configuration.ts");
      const { readDocument } = await import("../bot/documents.ts");
      const { textsOf } = await import("../records/agreement.ts");
      for (const agreement of readConfiguration(file).agreements)
        for (const text of textsOf(agreement)) await readDocument(agreement, undefined, text);
      return [];
    }
    const { PolicyFile } = await import("../verdict/policy.ts");
    const { readYaml } = await import("../yaml/read.ts");
    const reading = readYaml(readFileSync(file, "utf8"), PolicyFile, file);
    return reading.ok ? [] : reading.problems;
  } catch (error) {
    if (error instanceof Problems) return error.problems;
    if (error instanceof Failure) return [{ file: null, line: null, field: null, message: error.message }];
    if (error instanceof Error && "code" in error && typeof error.code === "string")
      return [{ file, line: null, field: null, message: "can't be read" }];
    throw error;
  }
}

function isNamedAsOne(file: string, own: string): boolean {
  return resolve(file) === resolve(own) || /^countersign\.ya?ml$/i.test(basename(file));
}

/** Whether a file has a key of the configuration at its top. A file that is not YAML has none. */
async function hasItsKeys(file: string): Promise<boolean> {
  const { z } = await import("zod");
  const { ConfigurationFile } = await import("../bot/configuration.ts");
  const { readYaml } = await import("../yaml/read.ts");
  const reading = readYaml(readFileSync(file, "utf8"), z.record(z.string(), z.unknown()), file);
  return reading.ok && Object.keys(reading.value).some((key) => key in ConfigurationFile.shape);
}
