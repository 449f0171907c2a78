import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../run-command.ts";

/** What is typed before the word that is completed, and some of the words that are offered. */
const LINES: readonly (readonly [typed: string, offered: readonly string[], not: readonly string[]])[] = [
  ["", ["serve", "import", "help", "--version"], ["--format"]],
  ["import", ["--format", "--dry-run", "--help"], ["csv"]],
  ["import --format", ["csv", "json"], ["--dry-run"]],
  ["import signed.csv --host", ["github", "gitee"], ["--dry-run"]],
  ["import --format csv", ["--dry-run"], ["csv"]],
  ["completion", ["bash", "zsh", "fish"], []],
  ["subject", ["show", "erase"], ["bash"]],
  ["subject erase", ["--yes"], ["show"]],
  ["help", ["serve", "subject"], ["--yes"]],
  ["help subject", ["show", "erase"], []],
];

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A program for each shell that loads the script and prints a line of offered words for each of {@link LINES}. */
const PROGRAMS: Readonly<Record<string, (script: string) => string>> = {
  bash: (script) =>
    [
      `. '${script}'`,
      ...LINES.map(([typed]) => {
        const words = ["countersign", ...typed.split(" ").filter((word) => word !== ""), ""];
        return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _countersign; echo "\${COMPREPLY[*]}"`;
      }),
    ].join("\n"),
  zsh: (script) =>
    [
      'compadd() { shift; print -r -- "$@" }',
      ...LINES.map(([typed]) => `words=(countersign ${typed} ""); CURRENT=$#words; source '${script}'`),
    ].join("\n"),
  // Without a beginning, fish offers no flags.
  fish: (script) =>
    [
      `source '${script}'`,
      ...LINES.map(([typed]) => {
        const line = `countersign ${typed === "" ? "" : `${typed} `}`;
        const flags = /--\w+ $/.test(line) ? "" : ` (complete -C '${line}--' | cut -f1)`;
        return `echo (complete -C '${line}' | cut -f1)${flags}`;
      }),
    ].join("\n"),
};

describe("completion", () => {
  it.each(Object.entries(PROGRAMS).filter(([shell]) => existsSync(`/usr/bin/${shell}`)))(
    "offers in %s what the command line takes there",
    async (shell, programOf) => {
      const script = join(folder, `script-of-${shell}`);
      writeFileSync(script, (await run({}, ["completion", shell])).stdout);
      const options = {
        encoding: "utf8",
        cwd: folder,
        env: { HOME: folder, PATH: "/usr/bin:/bin" },
      } as const;
      const said = execFileSync(`/usr/bin/${shell}`, ["-c", programOf(script)], options);
      const lines = said.trimEnd().split("\n");
      expect(lines).toHaveLength(LINES.length);
      for (const [index, line] of lines.entries()) {
        const [typed, offered, not] = LINES[index] ?? ["", [], []];
        const words = line.split(" ");
        const missing = offered.filter((word) => !words.includes(word));
        expect({ typed, missing, wrong: words.filter((word) => not.includes(word)) }).toEqual({
          typed,
          missing: [],
          wrong: [],
        });
      }
    },
  );

  it("offers the same to zsh and fish, and lists it as JSON", async () => {
    const { stdout } = await run({}, ["completion", "bash", "--json"]);
    const words = JSON.parse(stdout) as Record<string, string[]>;
    expect(words["import --format"]).toEqual(expect.arrayContaining(["csv", "json"]));
    expect(words["completion"]).toEqual(expect.arrayContaining(["bash", "zsh", "fish"]));
    const zsh = (await run({}, ["completion", "zsh"])).stdout;
    const fish = (await run({}, ["completion", "fish"])).stdout;
    for (const [key, offered] of Object.entries(words)) {
      if (key === "") continue;
      const [, commands = "", flag = ""] = /^(.*?)(?: (--\S+))?$/.exec(key) ?? [];
      expect(zsh).toContain(
        `"${commands} "*${flag === "" ? "" : `"${flag}"`}) words_to_offer="${offered.join(" ")}" ;;`,
      );
      const when = commands
        .split(" ")
        .map((word) => `__fish_seen_subcommand_from ${word}`)
        .join("; and ");
      expect(fish).toContain(
        flag === ""
          ? `complete -c countersign -n "${when}`
          : `complete -c countersign -n "${when}" -l ${flag.slice(2)} -x -a "${offered.join(" ")}"`,
      );
    }
  });
});
