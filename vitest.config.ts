import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/memory-folder.ts"],
    reporters: ["default", new ClosingLine()],
    // Most tests wait for a host, a clock or a disk, not for a processor.
    maxWorkers: 4,
    expect: { poll: { timeout: 30_000 } },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
