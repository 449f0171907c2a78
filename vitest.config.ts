import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

/**
 * Files that change what all files of a process share (the clock, `fetch`, the environment), and those that run the
 * whole bot. Each has its own process.
 */
const ALONE = [
  "test/github/{client,graphql-body,members,read}.test.ts",
  "test/{sqlite,postgres}/schedule.test.ts",
  "test/postgres/{failure,pgbouncer}.test.ts",
  "test/{github,gitee}/contract.test.ts",
  "test/whole-way/**/*.test.ts",
  "test/model/*.test.ts",
  "test/playground/**/*.test.ts",
];

export default defineConfig({
  test: {
    globalSetup: ["test/memory-folder.ts"],
    reporters: ["default", new ClosingLine()],
    // Most tests wait for a host, a clock or a disk, not for a processor.
    maxWorkers: 4,
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "alone", include: ALONE } },
      // One process loads the code once for all of its files, which takes a fifth of the time.
      {
        extends: true,
        test: { name: "together", include: ["test/**/*.test.ts"], exclude: ALONE, isolate: false },
      },
    ],
  },
});
