import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";
import { LongestFirst } from "./test/longest-first.ts";

/**
 * The files that change the clock, the environment or the functions of the network, count modules or measure time. Each
 * has a process of its own. The others share a few, and load the code once in each, which takes a fraction of the time.
 */
const ALONE = [
  "test/{sqlite,postgres}/schedule.test.ts",
  "test/postgres/{failure,pgbouncer}.test.ts",
  // These take the network's functions from nock.
  "test/github/{change,client,graphql-body,members,read}.test.ts",
  "test/whole-way/github/lost-deliveries.test.ts",
  "test/whole-way/{canaries,exit-codes,grace,kill,modules,trouble,two-processes}.test.ts",
  "test/{linear,module-reading}.test.ts",
  "test/{model,package}/**/*.test.ts",
  "test/playground/{site/**,tour.test.ts}",
];

export default defineConfig({
  test: {
    globalSetup: ["test/temporary-folder.ts"],
    reporters: ["default", new ClosingLine()],
    // Most tests wait for a host, a clock or a disk, not for a processor.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    expect: { poll: { timeout: 30_000 } },
    // Ends only what hangs: on a busy machine the first test of a file also waits for the code to load.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: "together", include: ["test/**/*.test.ts"], exclude: ALONE, isolate: false },
      },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
