import { describe, expect, it } from "vitest";
import { readModule } from "./module-reading.ts";

describe("the reading of a module", () => {
  it.each([
    'import { bot } from "../bot/bot.ts";',
    'import "../bot/bot.ts";',
    'import type { Bot } from "../bot/bot.ts";',
    'export * from "../bot/bot.ts";',
    'export { bot } from "../bot/bot.ts";',
    'await import(\n  "../bot/bot.ts",\n);',
    'await import("../bot/bot.ts", { with: { type: "json" } });',
    "await import(`../bot/bot.ts`);",
    'const bot: import("../bot/bot.ts").Bot = x;',
    'const bot = require("../bot/bot.ts");',
    'const require = createRequire(import.meta.url);\nrequire("../bot/bot.ts");',
    'new Worker(new URL("../bot/bot.ts", import.meta.url));',
    'import.meta.resolve("../bot/bot.ts");',
  ])("finds the import of %s", (text) => {
    expect(readModule(text).imports).toEqual(["../bot/bot.ts"]);
  });

  it("counts imports whose name is computed, and no import in a comment or a text", () => {
    for (const text of [
      "await import(name);",
      "const require = createRequire(import.meta.url);\nrequire(name);",
      "const load = createRequire(import.meta.url);\nload(name);",
      "const require = createRequire(name);",
    ])
      expect(readModule(text)).toMatchObject({ imports: [], computed: 1 });
    expect(readModule('// import "./a.ts"\nconst a = \'import "./b.ts"\';').imports).toEqual([]);
  });

  it.each([
    ["const now = Date.now();", ["Date.now"]],
    ["const now = new Date;", ["new Date()"]],
    ["const now = new Date();", ["new Date()"]],
    ["const now = Date();", ["Date()"]],
    ["const then = new Date(0);", ["new Date(…)"]],
    ["const clock = { now: Date };", ["Date"]],
    ["const { random } = Math;", ["Math"]],
    ["Math.random();", ["Math.random"]],
    ['Math["random"]();', ["Math.random"]],
    ["Math[name]();", ["Math.[…]"]],
    ["crypto.randomUUID();", ["crypto.randomUUID"]],
    ['globalThis.process["env"];', ["globalThis.process"]],
    ["AbortSignal.timeout(5);", ["AbortSignal.timeout"]],
    ["setImmediate(go);", ["setImmediate(…)"]],
    ["const { fetch: load } = { fetch };", ["fetch"]],
    ["console.log(import.meta.url);", ["console.log", "import.meta"]],
    ["const a = (signal: AbortSignal): Date => b.Date;", []],
  ])("names the globals of %s", (text, uses) => {
    expect([...readModule(text).globals]).toEqual(uses);
  });
});
