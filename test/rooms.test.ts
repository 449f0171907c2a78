/** Which room may import which: the floors of docs/architecture.md. Types count as imports, too. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { FLOORS, type Room } from "./floors.ts";
import { readModule, type ModuleReading } from "./module-reading.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** Rooms without access to the system, the clock or any package except the schema library. */
const PURE: ReadonlySet<Room> = new Set(["verdict", "report", "records", "ports", "check", "words"]);

/** What each room may import. */
const MAY_IMPORT: ReadonlyMap<string, readonly string[]> = new Map(
  FLOORS.flatMap((rooms, floor) => rooms.map((room) => [room, [room, ...FLOORS.slice(floor + 1).flat()]])),
);

/** The three modules that every room uses are outside the rooms. */
const WORDS = ["src/account.ts", "src/error.ts", "src/pull.ts"];

/** The one module of `src/` that may load the simulated hosts. */
const DOOR_TO_PLAYGROUND = "src/cli/playground.ts";

/** What a pure room may use of the language: no clock, no chance, no environment, no network. */
const PURE_GLOBALS =
  /^(?:undefined|NaN|Infinity|(?:Object|Array|Map|Set|WeakMap|WeakSet|String|Number|Boolean|BigInt|Symbol|RegExp|JSON|Promise|Error|TypeError|RangeError|Uint8Array|URL|URLSearchParams|TextEncoder|TextDecoder|Iterator)(?:\..+)?|(?:new )?(?:Array|Map|Set|WeakMap|WeakSet|RegExp|Promise|Error|TypeError|RangeError|Uint8Array|URL|URLSearchParams|TextEncoder|TextDecoder|String|Number|Boolean|BigInt|Symbol|Object)\((?:…)?\)|Math\.(?!random$)\w+|Date\.(?:UTC|parse)|new Date\(…\)|Intl\.DisplayNames|isNaN\(…\)|parseInt\(…\)|encodeURIComponent(?:\(…\))?|decodeURIComponent(?:\(…\))?|structuredClone\(…\))$/;

/** Each module of a folder, by its path, with what it imports (a path, or a package's name) and uses. */
function modulesOf(folder: string): ReadonlyMap<string, ModuleReading> {
  const modules = new Map<string, ModuleReading>();
  for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.[jt]s$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const read = readModule(readFileSync(file, "utf8"));
    const imports = read.imports.map((to) =>
      to.startsWith(".") ? relative(ROOT, resolve(dirname(file), to)) : to,
    );
    modules.set(relative(ROOT, file), { ...read, imports });
  }
  return modules;
}

const source = modulesOf("src");
const playground = modulesOf("playground");
const all = new Map([...source, ...playground]);

function roomOf(module: string): string {
  const [folder = "", room = "", ...rest] = module.split("/");
  if (folder === "playground") return "playground";
  return rest.length === 0 ? "words" : room;
}

function trespasses(allowed: (from: string, to: string) => boolean): readonly string[] {
  return [...source].flatMap(([from, { imports }]) =>
    imports.filter((to) => !allowed(from, to)).map((to) => `${from} -> ${to}`),
  );
}

describe("the rooms of src/", () => {
  it("are exactly those of the floors, and each was seen", () => {
    const seen = new Set([...source.keys()].map(roomOf));
    expect([...seen].toSorted()).toEqual(FLOORS.flat().toSorted());
    const imports = [...source.values()].reduce((sum, { imports: { length } }) => sum + length, 0);
    expect(source.size).toBeGreaterThan(250);
    expect(imports).toBeGreaterThan(1000);
    expect(playground.size).toBeGreaterThan(80);
  });

  it("have nothing beside them but the three words", () => {
    expect([...source.keys()].filter((module) => roomOf(module) === "words").toSorted()).toEqual(WORDS);
  });

  it("import only what exists", () => {
    const broken = [...all].flatMap(([from, { imports }]) =>
      imports.filter((to) => to.endsWith(".ts") && !all.has(to)).map((to) => `${from} -> ${to}`),
    );
    expect(broken).toEqual([]);
  });

  it("import only themselves and what stands on floors below theirs", () => {
    const up = trespasses((from, to) => {
      if (!source.has(to)) return true;
      return MAY_IMPORT.get(roomOf(from))?.includes(roomOf(to)) ?? false;
    });
    expect(up).toEqual([]);
  });

  it("leave the simulated hosts alone; only the playground's command loads them", () => {
    expect(trespasses((from, to) => !playground.has(to) || from === DOOR_TO_PLAYGROUND)).toEqual([]);
    expect(source.get(DOOR_TO_PLAYGROUND)?.imports.some((to) => playground.has(to))).toBe(true);
  });

  it("stay pure where they must: no Node.js and no package but the schema library", () => {
    const impure = trespasses(
      (from, to) => !PURE.has(roomOf(from) as Room) || source.has(to) || to === "zod",
    );
    expect(impure).toEqual([]);
  });

  it("use no clock, no chance, no environment and no network where they are pure", () => {
    const pure = [...source].filter(([module]) => PURE.has(roomOf(module) as Room));
    const impure = pure.flatMap(([module, { globals }]) =>
      [...globals].filter((use) => !PURE_GLOBALS.test(use)).map((use) => `${module}: ${use}`),
    );
    expect(pure.length).toBeGreaterThan(40);
    expect(impure).toEqual([]);
  });

  it("import nothing whose name is computed", () => {
    expect([...source].filter(([, { computed }]) => computed > 0).map(([module]) => module)).toEqual([]);
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
      for (const to of all.get(module)?.imports ?? []) if (all.has(to)) walk(to, [...path, module]);
      done.add(module);
    };
    for (const module of all.keys()) walk(module, []);
    expect(cycles).toEqual([]);
  });
});
