import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** Texts by others: a license, the lock file, files written by other tools. */
const NOT_OURS = /^(?:LICENSE$|package-lock\.json$|test\/formats\/samples\/|test\/prose\.test\.ts$)/;

const BRITISH = /\b(?:licence|organisation|recognis(?:e|ing)|behaviour|colour|honour|normalis(?:e|ing))\w*/gi;

const files = execFileSync("git", ["ls-files"], { cwd: ROOT, encoding: "utf8" })
  .split("\n")
  .filter((file) => /\.(?:ts|js|md|yml|yaml|json|css|sql)$/.test(file) && !NOT_OURS.test(file));

describe("the project's prose", () => {
  it("has one spelling: the American one, which the hosts' APIs have", () => {
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((file) => {
      const words = readFileSync(resolve(ROOT, file), "utf8").match(BRITISH) ?? [];
      return words.map((word) => `${file}: ${word}`);
    });
    expect(found).toEqual([]);
  });
});
