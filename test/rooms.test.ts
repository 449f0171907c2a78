/** Who may import whom: the rule that keeps a technology in its room. Types count as imports, too. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCE = resolve(import.meta.dirname, "../src");
const IMPORT = /^(?:import|export)\s+(?:[^;"=]*?\bfrom\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/gm;

const modules = new Map<string, readonly string[]>();
for (const entry of readdirSync(SOURCE, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
  const file = join(entry.parentPath, entry.name);
  const text = readFileSync(file, "utf8").replace(/^\s*(?:\*|\/\/|\/\*\*).*$/gm, "");
  const imports = [...text.matchAll(IMPORT)]
    .map(([, still, lazy = ""]) => still ?? lazy)
    .map((to) => (to.startsWith(".") ? relative(SOURCE, resolve(dirname(file), to)) : to));
  modules.set(relative(SOURCE, file), imports);
}

/** The room of a module: its top folder; the domain's is the root, `texts/` included. */
function roomOf(module: string): string {
  const [folder = "", ...rest] = module.split("/");
  return rest.length === 0 || folder === "texts" ? "domain" : folder;
}

function isModule(name: string): boolean {
  return modules.has(name);
}

describe("the rooms of src/", () => {
  it("were all seen", () => {
    const rooms = new Set([...modules.keys()].map(roomOf));
    expect(modules.size).toBeGreaterThan(60);
    expect([...rooms].toSorted()).toEqual(
      expect.arrayContaining([
        "cli",
        "domain",
        "formats",
        "gitee",
        "github",
        "http",
        "playground",
        "sqlite",
        "yaml",
      ]),
    );
  });

  it("import only what exists", () => {
    const broken = [...modules].flatMap(([from, imports]) =>
      imports.filter((to) => to.endsWith(".ts") && !isModule(to)).map((to) => `${from} -> ${to}`),
    );
    expect(broken).toEqual([]);
  });

  it("import the domain, themselves and packages, never each other; only cli sees everything", () => {
    const trespasses = [...modules].flatMap(([from, imports]) =>
      imports
        .filter((to) => isModule(to) && roomOf(from) !== "cli")
        .filter((to) => roomOf(to) !== "domain" && roomOf(to) !== roomOf(from))
        .map((to) => `${from} -> ${to}`),
    );
    expect(trespasses).toEqual([]);
  });

  it("keep the domain free of Node.js and of every package but the schema library", () => {
    const trespasses = [...modules]
      .filter(([from]) => roomOf(from) === "domain")
      .flatMap(([from, imports]) =>
        imports.filter((to) => !isModule(to) && to !== "zod").map((to) => `${from} -> ${to}`),
      );
    expect(trespasses).toEqual([]);
  });

  it("keep the domain free of the clock and the environment", () => {
    const trespasses = [...modules.keys()]
      .filter((module) => roomOf(module) === "domain")
      .filter((module) =>
        /\bprocess\.|Date\.now\(|new Date\(\)|Math\.random\(/.test(
          readFileSync(join(SOURCE, module), "utf8"),
        ),
      );
    expect(trespasses).toEqual([]);
  });

  it("hold no cycle", () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const walk = (module: string, path: readonly string[]): void => {
      if (path.includes(module)) {
        cycles.push([...path.slice(path.indexOf(module)), module].join(" -> "));
        return;
      }
      if (done.has(module)) return;
      for (const to of modules.get(module) ?? []) if (isModule(to)) walk(to, [...path, module]);
      done.add(module);
    };
    for (const module of modules.keys()) walk(module, []);
    expect(cycles).toEqual([]);
  });
});
