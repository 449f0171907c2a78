import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { FLOORS } from "./floors.ts";

const ROOT = resolve(import.meta.dirname, "..");
const MAP = readFileSync(resolve(ROOT, "docs/architecture.md"), "utf8");

/** Every path in code style on the page. */
const PATHS = [...MAP.matchAll(/`((?:src|test|playground|docs|db|bin)\/[^`*\s]*)`/g)].map(
  ([, path = ""]) => path,
);

/** The numbered lists of the walks, by their headings. */
const WALKS = [...MAP.matchAll(/^## (An? .+)\n\n((?:\d+\. .+\n(?: {2,}.+\n)*)+)/gm)].map(
  ([, heading = "", list = ""]) => ({ heading, steps: list.split(/^\d+\. /m).slice(1) }),
);

describe("the map of the code", () => {
  it("names only files and folders that exist", () => {
    expect(PATHS.length).toBeGreaterThan(40);
    expect(PATHS.filter((path) => !existsSync(resolve(ROOT, path)))).toEqual([]);
  });

  it("draws the floors that the rooms are held to", () => {
    const drawn = [...MAP.matchAll(/subgraph floor\d+ .*\n((?: {4}\w+\[.*\n)+)/g)].map(([, nodes = ""]) =>
      [...nodes.matchAll(/^ {4}(\w+)\[/gm)].map(([, room]) => room),
    );
    expect(drawn).toEqual(FLOORS);
  });

  it("has three walks of at most ten steps, each step with a file", () => {
    expect(WALKS.map(({ heading }) => heading)).toEqual([
      "A delivery becomes a status",
      "An import turns a pull request green",
      "A person signs on a page",
    ]);
    for (const { steps } of WALKS) {
      expect(steps.length).toBeGreaterThan(4);
      expect(steps.length).toBeLessThanOrEqual(10);
      expect(steps.filter((step) => !/`src\/[^`]+\.\w+`/.test(step))).toEqual([]);
    }
  });

  it("is where CONTRIBUTING.md sends its readers", () => {
    expect(readFileSync(resolve(ROOT, "CONTRIBUTING.md"), "utf8")).toContain("(docs/architecture.md)");
  });
});
