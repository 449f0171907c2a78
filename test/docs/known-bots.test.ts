import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AGENTS, BOTS } from "../../src/verdict/known-bots.ts";

const page = readFileSync(new URL("../../docs/known-bots.md", import.meta.url), "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| ") && !/^\| (?:bot|assistant|-+) /.test(line))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll("\\|", "|")),
  );

describe("docs/known-bots.md", () => {
  it("lists every bot with its numbers, class and source, and every assistant with its addresses", () => {
    expect(rows).toEqual([
      ...BOTS.map(({ name, account, authors, writes, source }) => [
        name,
        [account, ...authors].join(", "),
        writes,
        source,
      ]),
      ...AGENTS.map(({ name, accounts, addresses, source }) => [
        name,
        accounts.join(", ") || "–",
        addresses.map((address) => `\`${address}\``).join(", "),
        source,
      ]),
    ]);
  });

  it("says how to propose an entry", () => {
    expect(page).toContain("## Propose an entry");
  });
});
