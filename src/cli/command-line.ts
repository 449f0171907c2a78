/** Turns a command line into one command's run and an exit code: 0 done, 1 refused or failed, 2 not understood. */
import { Command, CommanderError } from "commander";
import { Failure } from "../error.ts";
import type { Variables } from "../bot/environment.ts";

/** How the help of a command describes an account. */
export const ACCOUNT = "HOST:NUMBER, e.g. gitee:1234567, or HOST:@login, which is looked up once";

/** The parts of the process that a command may use. */
export interface Console {
  readonly variables: Variables;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Declares a command on the program; its action returns the exit code. */
export type Declare = (program: Command, console: Console) => void;

/** A command's name and how to load its declaration, so that a command loads only its own modules. */
export type Commands = ReadonlyMap<string, () => Promise<Declare>>;

/**
 * Runs the command that `args` name.
 * @param args the words after `countersign`
 * @returns the exit code
 * @throws any unexpected error
 */
export async function runCommandLine(
  args: readonly string[],
  commands: Commands,
  console: Console,
  version: string,
): Promise<number> {
  const program = new Command("countersign")
    .description("Has every account behind a pull request signed the CLA that covers the repository?")
    .version(version)
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .addHelpText(
      "after",
      `
In a checkout, npx --no countersign COMMAND. Every command and every verb has --help with an example.

Examples:
  countersign playground
  countersign import signed.csv --dry-run
  countersign subject --help`,
    )
    .configureOutput({
      writeOut: (text) => console.stdout.write(text),
      writeErr: () => {},
      outputError: () => {},
    })
    .exitOverride();
  // The form that other programs accept, too: `help import`.
  const asked = args[0] === "help" ? [...args.slice(1), "--help"] : args;
  const [name = "--help"] = asked;
  const named = commands.get(name);
  // For an unknown command, commander would print the general help.
  const words = named === undefined && !name.startsWith("-") ? [name] : asked;
  for (const load of named === undefined ? commands.values() : [named]) (await load())(program, console);
  try {
    await program.parseAsync(words.length === 0 ? ["--help"] : [...words], { from: "user" });
    return exitCodeOf(program);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      console.stderr.write(`${usageLine(error, words, program, commands)}\n`);
      return 2;
    }
    if (error instanceof Failure) {
      for (const line of messageOf(error).split("\n")) console.stderr.write(`countersign: ${line}\n`);
      return error.code === "usage" ? 2 : 1;
    }
    throw error;
  }
}

/** A task of the bot waits and continues by itself; a command ends, so it says when to run it again. */
function messageOf({ code, message, retryAt }: Failure): string {
  if (code !== "paced") return message;
  const when = retryAt === null ? "in a minute" : `after ${new Date(retryAt).toISOString()}`;
  return `the host's limits leave no room for this command now; run it again ${when}`;
}

const codes = new WeakMap<Command, number>();

/** Reports how a command ended; called by its action. */
export function exitWith(command: Command, code: number): void {
  codes.set(rootOf(command), code);
}

function exitCodeOf(program: Command): number {
  return codes.get(program) ?? 0;
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function usageLine(
  error: CommanderError,
  words: readonly string[],
  program: Command,
  commands: Commands,
): string {
  const said = error.message
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ")
    .replace(/\.$/, "");
  if (error.code === "commander.unknownCommand")
    return `countersign: ${said.includes("Did you mean") ? said : `${said}; the commands are ${[...commands.keys()].join(", ")}`}`;
  const typed = typedCommand(words, program);
  return `${typed}: ${said}; see ${typed} --help`;
}

/** The command that the words name, or the deepest group on the way. */
function typedCommand(words: readonly string[], command: Command): string {
  const [word, ...rest] = words;
  const next = command.commands.find((each) => each.name() === word);
  return next === undefined ? command.name() : `${command.name()} ${typedCommand(rest, next)}`;
}
