import { exitWith, type Console, type Declare } from "./command-line.ts";
import type { Diagnosis } from "../ports/host.ts";

export const declareDoctor: Declare = (program, console) => {
  program
    .command("doctor")
    .summary("check the whole set-up, and say how to mend what is wrong")
    .description(
      "Checks Node.js, the environment, countersign.yml, the documents, the database, and at each host the " +
        "credentials, permissions and webhook. Says how to mend what is wrong, and exits 1 when something is.",
    )
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExample:\n  countersign doctor\n")
    .action(async (options: { json?: true }, command) => {
      const { examine } = await import("./examine.ts");
      const found = await examine(console.variables);
      if (options.json === true) console.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
      else for (const one of found) console.stdout.write(lineOf(one, console));
      exitWith(command, found.every(({ ok }) => ok) ? 0 : 1);
    });
};

function lineOf({ what, ok, mend }: Diagnosis, { variables, stdout }: Console): string {
  const colour = stdout.isTTY && !variables["NO_COLOR"];
  const sign = ok ? "✓" : "✗";
  const shown = colour ? `\u001B[${ok ? 32 : 31}m${sign}\u001B[0m` : sign;
  return `${shown} ${what}\n${mend === null ? "" : `    ${mend}\n`}`;
}
