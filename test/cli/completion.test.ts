import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

describe("completion", () => {
  it("offers in bash what the command line takes there", async () => {
    const script = join(folder, "bash");
    writeFileSync(script, (await run({}, ["completion", "bash"])).stdout);
    const program = LINES.map(([typed]) => {
      const words = ["countersign", ...typed.split(" ").filter((word) => word !== ""), ""];
      return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _countersign; echo "\${COMPREPLY[*]}"`;
    });
    const said = execFileSync("bash", ["-c", `. '${script}'\n${program.join("\n")}`], { encoding: "utf8" });
    for (const [index, line] of said.trimEnd().split("\n").entries()) {
      const [typed, offered, not] = LINES[index] ?? ["", [], []];
      expect({ typed, words: line.split(" ") }).toEqual({
        typed,
        words: expect.arrayContaining([...offered]) as string[],
      });
      expect(line.split(" ").filter((word) => not.includes(word))).toEqual([]);
    }
  });

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
        `complete -c countersign -n "${when}" ${flag === "" ? "" : `-l ${flag.slice(2)} -x`}`,
      );
    }
  });
});
