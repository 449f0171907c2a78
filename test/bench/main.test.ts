import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { valuesOf } from "../../bench/result.ts";

const MAIN = fileURLToPath(new URL("../../bench/main.ts", import.meta.url));

function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("npm run bench", () => {
  it.each([
    [["swep"], "bench: there is no bench swep\n"],
    [["--nonsense"], "bench: Unknown option '--nonsense'"],
    [["--signatures", "abc"], "bench: --signatures needs a whole number above zero, not abc\n"],
  ])("says what is wrong with %j, and how it is used, on standard error", (args, said) => {
    const { status, stdout, stderr } = bench(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.startsWith(said)).toBe(true);
    expect(stderr).toContain("npm run bench -- [deliveries|");
    expect(stderr).not.toContain("    at ");
  });

  it("gives the numbers of what was measured with their units", () => {
    expect(valuesOf("6,180 a second, p50 9.77 ms, p99 22 ms")).toEqual([
      { value: 6180, unit: "a second" },
      { value: 9.77, unit: "ms" },
      { value: 22, unit: "ms" },
    ]);
    expect(valuesOf("2.37 s, 2.89 × of .import's 0.82 s")).toEqual([
      { value: 2.37, unit: "s" },
      { value: 2.89, unit: "×" },
      { value: 0.82, unit: "s" },
    ]);
    expect(valuesOf("27 calls, 170 MB, 797 bytes, 0")).toEqual([
      { value: 27, unit: "calls" },
      { value: 170, unit: "MB" },
      { value: 797, unit: "bytes" },
      { value: 0, unit: "" },
    ]);
  });
});
