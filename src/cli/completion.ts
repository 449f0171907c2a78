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

/** The words that may follow each beginning of a command line, e.g. `subject` or `subject erase`. */
type Words = ReadonlyMap<string, readonly string[]>;

function wordsBy(program: Command): Words {
  const words = new Map<string, readonly string[]>([["", [...namesOf(program), "--help", "--version"]]]);
  for (const command of program.commands) {
    words.set(command.name(), [...namesOf(command), ...flagsOf(command)]);
    for (const verb of command.commands) words.set(`${command.name()} ${verb.name()}`, flagsOf(verb));
  }
  return words;
}

function namesOf(command: Command): readonly string[] {
  return command.commands.map((one) => one.name());
}

function flagsOf(command: Command): readonly string[] {
  return [...command.options.flatMap(({ long }) => (long ? [long] : [])), "--help"];
}

const SCRIPTS: Readonly<Record<Shell, (words: Words) => string>> = {
  bash: (words) => `# bash completion for countersign
_countersign() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${cases(words, (key) => (key.includes(" ") ? `"${key}"` : `"${key} "*`), "words")}
  esac
  [ "$COMP_CWORD" -eq 1 ] && words="${(words.get("") ?? []).join(" ")}"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _countersign countersign
`,
  zsh: (words) => `#compdef countersign
_countersign() {
  local words_to_offer
  case "\${words[2]} \${words[3]}" in
${cases(words, (key) => (key.includes(" ") ? `"${key}"` : `"${key} "*`), "words_to_offer")}
  esac
  (( CURRENT == 2 )) && words_to_offer="${(words.get("") ?? []).join(" ")}"
  compadd -- \${=words_to_offer} || _files
}
_countersign "$@"
`,
  fish: (words) =>
    [
      "# fish completion for countersign",
      ...(words.get("") ?? [])
        .filter((word) => !word.startsWith("-"))
        .map((word) => `complete -c countersign -n __fish_use_subcommand -a ${word}`),
      ...[...words].flatMap(([key, offered]) => {
        const seen = key.split(" ").filter((word) => word !== "");
        if (seen.length === 0) return [];
        const when = `"${seen.map((word) => `__fish_seen_subcommand_from ${word}`).join("; and ")}"`;
        return offered.map((word) =>
          word.startsWith("--")
            ? `complete -c countersign -n ${when} -l ${word.slice(2)}`
            : `complete -c countersign -n ${when} -a ${word}`,
        );
      }),
      "",
    ].join("\n"),
};

/** Longer beginnings come first, because the first match wins. */
function cases(words: Words, pattern: (key: string) => string, variable: string): string {
  return [...words]
    .filter(([key]) => key !== "")
    .toSorted(([a], [b]) => b.split(" ").length - a.split(" ").length)
    .map(([key, offered]) => `    ${pattern(key)}) ${variable}="${offered.join(" ")}" ;;`)
    .join("\n");
}
