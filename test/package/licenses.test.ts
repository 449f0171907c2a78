import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Licenses under which a package may be redistributed beside Apache-2.0 code, by SPDX identifier. */
const RUNTIME = [
  "(MIT OR CC0-1.0)",
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "PSF-2.0",
  "Unlicense",
];
/** What only builds and tests the bot, and is never distributed with it, may also have a license for each file. */
const DEVELOPMENT = [...RUNTIME, "CC-BY-4.0", "MPL-2.0"];

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
}

const { packages } = JSON.parse(
  readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"),
) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path]) => path !== "");

describe("the tree of dependencies", () => {
  it.each([
    ["that the bot runs on", false, RUNTIME],
    ["for development", true, DEVELOPMENT],
  ] as const)("%s has only licenses of the allow list", (_, dev, allowed) => {
    const own = installed.filter(([, locked]) => (locked.dev === true) === dev);
    expect(own.length).toBeGreaterThan(50);
    const others = own.filter(([, { license }]) => license === undefined || !allowed.includes(license));
    expect(others.map(([path, { license }]) => `${path}: ${license ?? "no license"}`)).toEqual([]);
  });
});
