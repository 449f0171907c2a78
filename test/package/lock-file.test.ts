import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

interface Entry {
  readonly gypfile?: boolean;
  readonly resolved?: string;
}

it("the lock file says that better-sqlite3 is not compiled, and names no registry", () => {
  const lock = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8")) as {
    packages: Record<string, Entry>;
  };
  expect(lock.packages["node_modules/better-sqlite3"]?.gypfile).toBe(false);
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});
