import { exitWith, type Console, type Declare } from "./command-line.ts";
import { type Diagnosis, type Level, levelOf, warn } from "../ports/diagnosis.ts";

export const declareDoctor: Declare = (program, console) => {
  program
    .command("doctor")
    .summary("check the whole setup, and say how to fix what is wrong")
    .description(
      "Checks Node.js, the environment, countersign.yml, the documents, the database, and at each host the " +
        "credentials, permissions and webhook. Says how to fix each problem, and exits 1 if there is one; with " +
        "only warnings, it exits 0. It does not create or migrate a database.",
    )
    .option("--fix", "fix what the hosts' APIs can fix: the webhook's URL, secret and events")
    .option("--json", "print the findings as JSON")
    .addHelpText("after", "\nExample:\n  countersign doctor\n")
    .action(async (options: { fix?: true; json?: true }, command) => {
      const { examine } = await import("./examine/examine.ts");
      let found = await examine(console.variables);
      if (options.fix === true) {
        const fixed = await fixAll(found, console);
        if (fixed.size > 0)
          found = (await examine(console.variables)).map((one) => {
            const later = fixed.get(one.what) ?? null;
            return later === null ? one : warn(one.what, later);
          });
      }
      if (options.json === true)
        console.stdout.write(
          `${JSON.stringify(
            found.map((one) => ({
              level: levelOf(one),
              what: one.what,
              ok: one.ok,
              advice: one.advice,
              fixable: one.fix !== undefined,
            })),
            null,
            2,
          )}\n`,
        );
      else for (const one of found) console.stdout.write(lineOf(one, console));
      if (found.some(({ fix }) => fix !== undefined))
        console.stderr.write("countersign doctor --fix fixes the webhook\n");
      exitWith(command, found.every(({ ok }) => ok) ? 0 : 1);
    });
};

/** @returns the results that were fixed, each with what is still to be seen; null: a second check shows it */
async function fixAll(
  found: readonly Diagnosis[],
  { stderr }: Console,
): Promise<ReadonlyMap<string, string | null>> {
  const { Failure } = await import("../error.ts");
  const fixed = new Map<string, string | null>();
  // One fix may be that of several results.
  const running = new Map<unknown, Promise<string | void>>();
  for (const { what, fix } of found) {
    if (fix === undefined) continue;
    try {
      const run = running.get(fix) ?? fix();
      running.set(fix, run);
      fixed.set(what, (await run) ?? null);
      stderr.write(`fixed: ${what}\n`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      stderr.write(`not fixed: ${what}: ${error.message}\n`);
    }
  }
  return fixed;
}

const SIGNS: Readonly<Record<Level, readonly [sign: string, color: number]>> = {
  ok: ["✓", 32],
  warning: ["!", 33],
  error: ["✗", 31],
};

function lineOf(one: Diagnosis, { variables, stdout }: Console): string {
  const [sign, color] = SIGNS[levelOf(one)];
  const colored = stdout.isTTY && !variables["NO_COLOR"];
  const shown = colored ? `\u001B[${color}m${sign}\u001B[0m` : sign;
  return `${shown} ${one.what}\n${one.advice === null ? "" : `    ${one.advice}\n`}`;
}
