import type { Command } from "commander";
import { Argument } from "commander";
import { exitWith, type Commands, type Declare } from "./command-line.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** @param commands all commands, including this one */
export const declareCompletion =
  (commands: Commands): Declare =>
  (program, console) => {
    program
      .command("completion")
      .summary("a shell completion script for commands, verbs and flags")
      .description("Prints a script for shell completion of commands, verbs and flags.")
      .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
      .option("--json", "print the words that it offers after each command as JSON")
      .addHelpText(
        "after",
        `
Examples:
  countersign completion bash > ~/.local/share/bash-completion/completions/countersign
  countersign completion zsh > "\${fpath[1]}/_countersign"
  countersign completion fish > ~/.config/fish/completions/countersign.fish`,
      )
      .action(async (shell: Shell, options: { json?: true }, command: Command) => {
        const { Command: Program } = await import("commander");
        const all = new Program("countersign").helpCommand(false);
        for (const load of commands.values()) (await load())(all, console);
        const words = wordsBy(all);
        console.stdout.write(
          options.json === true
            ? `${JSON.stringify(Object.fromEntries(words), null, 2)}\n`
            : SCRIPTS[shell](words),
        );
        exitWith(command, 0);
      });
  };

/**
 * The words that may follow each beginning of a command line: of `subject`, of `subject erase`, and of a flag with a
 * fixed set of values, `import --format`.
 */
type Words = ReadonlyMap<string, readonly string[]>;

function wordsBy(program: Command): Words {
  const words = new Map<string, readonly string[]>([
    ["", [...namesOf(program), "help", "--help", "--version"]],
    ["help", namesOf(program)],
  ]);
  for (const command of program.commands) {
    const name = command.name();
    words.set(name, [...namesOf(command), ...argumentsOf(command), ...flagsOf(command)]);
    if (command.commands.length > 0) words.set(`help ${name}`, namesOf(command));
    for (const [flag, values] of valuesOf(command)) words.set(`${name} ${flag}`, values);
    for (const verb of command.commands) {
      words.set(`${name} ${verb.name()}`, [...argumentsOf(verb), ...flagsOf(verb)]);
      for (const [flag, values] of valuesOf(verb)) words.set(`${name} ${verb.name()} ${flag}`, values);
    }
  }
  return words;
}

function namesOf(command: Command): readonly string[] {
  return command.commands.map((one) => one.name());
}

/** The values of the command's arguments that have a fixed set of them. */
function argumentsOf(command: Command): readonly string[] {
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}

function flagsOf(command: Command): readonly string[] {
  return [...command.options.flatMap(({ long }) => (long ? [long] : [])), "--help"];
}

function valuesOf(command: Command): readonly (readonly [flag: string, values: readonly string[]])[] {
  return command.options.flatMap(({ long, argChoices }) =>
    long && argChoices !== undefined ? [[long, argChoices] as const] : [],
  );
}

const SCRIPTS: Readonly<Record<Shell, (words: Words) => string>> = {
  bash: (words) => `# bash completion for countersign
_countersign() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]} \${COMP_WORDS[COMP_CWORD-1]}" in
${cases(words, "words")}
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${(words.get("") ?? []).join(" ")}"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _countersign countersign
`,
  zsh: (words) => `#compdef countersign
_countersign() {
  local words_to_offer
  case "\${words[2]} \${words[3]} \${words[CURRENT-1]}" in
${cases(words, "words_to_offer")}
  esac
  (( CURRENT == 2 )) && words_to_offer="${(words.get("") ?? []).join(" ")}"
  compadd -- \${=words_to_offer} || _files
}
_countersign "$@"
`,
  fish: (words) =>
    [
      "# fish completion for countersign",
      ...(words.get("") ?? []).map(
        (word) =>
          `complete -c countersign -n __fish_use_subcommand ${word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`}`,
      ),
      ...[...words].flatMap(([key, offered]) => {
        const { flag, seen } = partsOf(key);
        if (seen.length === 0) return [];
        const after = seen.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ");
        const when = `"${after}"`;
        // A verb is the next word only right after its command.
        const next = `"${after}; and test (count (commandline -opc)) -eq ${seen.length + 1}"`;
        if (flag !== null)
          return [`complete -c countersign -n ${when} -l ${flag.slice(2)} -x -a "${offered.join(" ")}"`];
        return offered
          .filter((word) => !words.has(`${key} ${word}`) || !word.startsWith("--"))
          .map((word) =>
            word.startsWith("--")
              ? `complete -c countersign -n ${when} -l ${word.slice(2)}`
              : `complete -c countersign -n ${next} -a ${word}`,
          );
      }),
      "",
    ].join("\n"),
};

/** A beginning's commands, and the flag at its end. */
function partsOf(key: string): { readonly seen: readonly string[]; readonly flag: string | null } {
  const all = key.split(" ").filter((word) => word !== "");
  const flag = all.find((word) => word.startsWith("--")) ?? null;
  return { seen: all.filter((word) => word !== flag), flag };
}

/**
 * The branches of a `case` on the first word, the second one and the one before the cursor. The first match wins: a flag
 * with values, then two words, then one.
 */
function cases(words: Words, variable: string): string {
  return [...words]
    .map(([key, offered]) => ({ ...partsOf(key), offered }))
    .filter(({ seen }) => seen.length > 0)
    .toSorted((a, b) => rankOf(b) - rankOf(a))
    .map(({ seen, flag, offered }) => {
      const end = flag === null ? "" : `"${flag}"`;
      return `    "${seen.join(" ")} "*${end}) ${variable}="${offered.join(" ")}" ;;`;
    })
    .join("\n");
}

function rankOf({ seen, flag }: { readonly seen: readonly string[]; readonly flag: string | null }): number {
  return (flag === null ? 0 : 2) + seen.length;
}
