import { createInterface } from "node:readline/promises";
import type { SignatureContext } from "./context.ts";

/**
 * Asks a person at a terminal before an action that can't be undone; without a terminal, `--yes` is required.
 * @param would what would happen, as a sentence
 */
export async function confirmed(
  context: Pick<SignatureContext, "input" | "errors" | "isTerminal">,
  would: string,
  yes: boolean,
): Promise<boolean> {
  if (yes) return true;
  if (!context.isTerminal) {
    context.errors.write(`${would} Use --yes to confirm. Nothing was changed.\n`);
    return false;
  }
  const questions = createInterface({ input: context.input, output: context.errors });
  try {
    // The end of the input is an answer, too, on an unfinished line.
    const ended = new Promise<string>((resolve) => questions.once("close", () => resolve("\n")));
    const answer = await Promise.race([questions.question(`${would} Continue? [y/N] `), ended]);
    if (/^y(es)?$/i.test(answer.trim())) return true;
    context.errors.write(`${answer === "\n" ? "\n" : ""}Nothing was changed.\n`);
    return false;
  } finally {
    questions.close();
  }
}
