import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");
const model = read("docs/threat-model.md");

/** Each `` `test/FILE`: "NAME" `` of the document. */
const named = [...model.matchAll(/`(test\/[\w./-]+\.ts)`: "([^"]+)"/g)].map(([, file = "", name = ""]) => ({
  file,
  name,
}));

describe("docs/threat-model.md", () => {
  it("names tests, and each exists under that name", () => {
    expect(named.length).toBeGreaterThan(30);
    const missing = named.filter(({ file, name }) => !testNames(read(file)).has(name));
    expect(missing).toEqual([]);
  });

  it("names tests that are run: in a file that vitest runs, and none skipped, focused or expected to fail", () => {
    const run = filesRun();
    // The only reason to skip is a server that can't be started on this machine.
    const left = /\b(?:it|describe|scenario)\.(?:skip|todo|only|fails|skipIf\((?!NO_|process))\b/;
    const bad = named.flatMap(({ file, name }) => {
      const source = read(file);
      const faults = [
        run.has(file) ? [] : ["is not run"],
        left.test(source) ? ["has tests that are left out"] : [],
        /\bexpect|toThrow|assert|\bholds?\(/.test(bodyOf(source, name)) ? [] : ["checks nothing"],
      ].flat();
      return faults.map((fault) => `${file}: ${name}: ${fault}`);
    });
    expect(bad).toEqual([]);
  });

  it("speaks of every actor", () => {
    const headings = [...model.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    for (const actor of [
      "visitor",
      "comment",
      "opener",
      "push",
      "maintainer",
      "manager",
      "local",
      "proxy",
      "database",
      "host",
      "registry",
    ])
      expect(headings.some((heading) => heading?.includes(actor))).toBe(true);
  });

  it("names a test in every row of an attack", () => {
    const rows = model.split("\n").filter((line) => line.startsWith("| ") && line.split("|").length === 5);
    const attacks = rows.filter((row) => !/^\| (?:attack|trouble|-+) +\|/.test(row));
    expect(attacks.filter((row) => !row.includes("`test/"))).toEqual([]);
  });

  it("is where SECURITY.md points, which stays one page", () => {
    const security = read("SECURITY.md");
    expect(security).toContain("(docs/threat-model.md)");
    expect(security.split("\n").length).toBeLessThanOrEqual(60);
  });
});

describe("the package", () => {
  it("is never offered for installation from a registry in any document", () => {
    const documents = [
      "README.md",
      "README.zh-CN.md",
      "SECURITY.md",
      "CONTRIBUTING.md",
      "src/cli/command-line.ts",
    ];
    for (const name of readdirSync(new URL("docs", ROOT), { recursive: true, encoding: "utf8" }))
      if (name.endsWith(".md")) documents.push(`docs/${name}`);
    const { name } = JSON.parse(read("package.json")) as { name: string };
    const fetching = new RegExp(
      `(?:npx|npm exec|npm i|npm install|npm x)(?: -\\S+)* (?:${name}|countersign)\\b`,
    );
    const bad = documents.flatMap((file) =>
      read(file)
        .split("\n")
        .flatMap((line, index) =>
          fetching.test(line.replaceAll("npx --no countersign", "")) ? [`${file}:${index + 1}`] : [],
        ),
    );
    expect(bad).toEqual([]);
    // As written it is not found on a fresh checkout.
    const blocks = documents.flatMap((file) =>
      read(file)
        .split(/^```.*$/m)
        .filter((_, index) => index % 2 === 1),
    );
    expect(blocks.filter((block) => /^(?:\$ )?countersign [a-z]/m.test(block))).toEqual([]);
  });
});

/** The first argument of each test and scenario, including those that run for several cases. */
function testNames(source: string): ReadonlySet<string> {
  return new Set(
    [...source.matchAll(/(?:\b(?:it|scenario)|\))\(\s*"((?:[^"\\]|\\.)+)",/g)].map(([, name = ""]) => name),
  );
}

/** The test files, and their imports from `test/`, recursively. */
function filesRun(): ReadonlySet<string> {
  const files = readdirSync(new URL("test", ROOT), { recursive: true, encoding: "utf8" });
  const run = new Set(files.filter((file) => file.endsWith(".test.ts")).map((file) => `test/${file}`));
  for (const file of run)
    for (const [, path = ""] of read(file).matchAll(/^(?:import|\} from|export) .*?"(\.[^"]+\.ts)"/gm)) {
      const imported = new URL(path, new URL(file, ROOT)).href.slice(ROOT.href.length);
      if (imported.startsWith("test/")) run.add(imported);
    }
  return run;
}

/** The source from a test's name to the next test. */
function bodyOf(source: string, name: string): string {
  const [, rest = ""] = source.split(`"${name}",`, 2);
  return rest.split(/\n {2,4}(?:it|scenario)\b/, 1)[0] ?? "";
}
