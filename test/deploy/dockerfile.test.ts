import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VARIABLE_NAMES } from "./variable-names.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const DOCKERFILE = readFileSync(`${ROOT}Dockerfile`, "utf8");
const FINAL = DOCKERFILE.slice(DOCKERFILE.lastIndexOf("\nFROM "));

describe("the Dockerfile", () => {
  it("copies what there is and what .dockerignore lets through", () => {
    const allowed = readFileSync(`${ROOT}.dockerignore`, "utf8");
    const copied = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) =>
      names.split(" "),
    );
    expect(copied.length).toBeGreaterThan(4);
    // Neither the simulated hosts nor the tests are in the image.
    expect([...new Set(copied)].toSorted()).toEqual(
      ["LICENSE", "bin", "db", "package-lock.json", "package.json", "src", "tools"].toSorted(),
    );
    for (const name of copied) {
      expect(existsSync(join(ROOT, name))).toBe(true);
      expect(allowed).toContain(`!${name}\n`);
    }
  });

  it("sets variables that the bot reads, and runs it as a user who is not root", () => {
    const set = [...FINAL.matchAll(/(?:^ENV |^ {4})([A-Z_]+)=/gm)].map(([, name]) => name ?? "");
    expect(set.filter((name) => !VARIABLE_NAMES.includes(name))).toEqual([
      "NODE_ENV",
      "MALLOC_ARENA_MAX",
      "MALLOC_TRIM_THRESHOLD_",
      "MALLOC_TOP_PAD_",
      "MALLOC_MMAP_THRESHOLD_",
      "NODE_COMPILE_CACHE",
    ]);
    expect(FINAL).toMatch(/^USER node$/m);
    expect(FINAL.indexOf("\nUSER node")).toBeLessThan(FINAL.indexOf("RUN node --input-type"));
  });
});
