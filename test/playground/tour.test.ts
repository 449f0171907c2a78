import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { runCommand } from "../../playground/bot-process.ts";

const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

/** The block of the README that shows the tour, without what differs from run to run: commit ids. */
function stable(text: string): string {
  return text.replaceAll(/\b[0-9a-f]{7,40}\b/g, "SHA").trim();
}

it("the tour in the terminal has no page to open, and says so", async () => {
  const { code, stderr } = await runCommand({}, ["playground", "--headless", "--open", "--port", "4000"]);
  expect([code, stderr]).toEqual([2, "countersign: --headless shows no page: leave out --open and --port\n"]);
});

it("the tour in the terminal holds on both hosts, and prints what the README shows", async () => {
  const { code, stdout, stderr } = await runCommand({}, ["playground", "--headless"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [, shown = ""] = /```text\n(Countersign checks that every account[\s\S]*?)```/.exec(README) ?? [];
  expect(stable(shown)).toBe(stable(stdout));
}, 180_000);
