import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

/** Tests without a simulated host, which leave the process as they found it. */
const TOGETHER = ["test/{docs,formats,postgres,records,report,schema,sqlite,verdict,yaml}/**/*.test.ts"];
/** These change the clock or the environment. */
const NOT_TOGETHER = ["test/{sqlite,postgres}/schedule.test.ts", "test/postgres/{failure,pgbouncer}.test.ts"];

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
      // A process loads the code once for all of its files, which takes a fraction of the time.
      {
        extends: true,
        test: { name: "together", include: TOGETHER, exclude: NOT_TOGETHER, isolate: false },
      },
      {
        extends: true,
        test: {
          name: "alone",
          include: ["test/**/*.test.ts"],
          exclude: TOGETHER,
        },
      },
      { extends: true, test: { name: "clock and environment", include: NOT_TOGETHER } },
    ],
  },
});
