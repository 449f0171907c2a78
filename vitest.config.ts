import { defineConfig } from "vitest/config";
import { ClosingLine } from "./test/closing-line.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    reporters: ["default", new ClosingLine()],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
