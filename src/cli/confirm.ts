import { createInterface } from "node:readline/promises";
import type { SignatureContext } from "./context.ts";

/** How a person confirms: what to type, and what is said if the person does not. */
export interface Confirmation {
  readonly prompt: string;
  readonly accepts: (answer: string) => boolean;
  readonly refused: string;
}

const YES: Confirmation = {
  prompt: "Continue? [y/N] ",
  accepts: (answer) => /^y(es)?$/i.test(answer),
  refused: "Nothing was changed.",
};

/**
 * Asks a person at a terminal before an action that can't be undone; without a terminal, `--yes` is required.
 * @param would what would happen, as a sentence
 */
export async function confirmed(
  context: Pick<SignatureContext, "input" | "errors" | "isTerminal">,
  would: string,
  yes: boolean,
  { prompt, accepts, refused }: Confirmation = YES,
): Promise<boolean> {
  if (yes) return true;
  if (!context.isTerminal) {
    context.errors.write(`${would} Use --yes to confirm. ${refused}\n`);
    return false;
  }
  const questions = createInterface({ input: context.input, output: context.errors });
  try {
    // The end of the input is an answer, too, on an unfinished line.
    const ended = new Promise<string>((resolve) => questions.once("close", () => resolve("\n")));
    const answer = await Promise.race([questions.question(`${would} ${prompt}`), ended]);
    if (accepts(answer.trim())) return true;
    context.errors.write(`${answer === "\n" ? "\n" : ""}${refused}\n`);
    return false;
  } finally {
    questions.close();
  }
}
