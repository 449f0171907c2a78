/** Puts every change of a room's files into them, each behind a switch that `setup.ts` turns. */
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { defineConfig } from "vitest/config";
import { ROOMS } from "./rooms.ts";

const room = ROOMS.find(({ name }) => name === process.env["MUTATION_ROOM"]);
const folder = process.env["MUTATION_FOLDER"];
if (room === undefined || folder === undefined) throw new Error("npm run mutation sets the room");

const only = process.env["MUTATION_FILES"];
const paths = globSync(only === undefined ? [...room.files] : only.split(","), {
  exclude: [...(room.except ?? [])],
});
const sources = paths.toSorted().map((path) => ({
  name: resolve(path),
  mutate: true,
  content: readFileSync(path, "utf8"),
}));
const quiet = (): void => {};
const instrumenter = new Instrumenter({
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => true,
  isFatalEnabled: () => true,
  trace: quiet,
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: quiet,
  fatal: quiet,
});
const { files, mutants } = await instrumenter.instrument(sources, {
  plugins: null,
  ignorers: [],
  excludedMutations: [],
});
const changed = new Map(files.map(({ name, content }) => [name, content]));
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/mutants.json`, JSON.stringify(mutants));

export default defineConfig({
  plugins: [
    {
      name: "mutants",
      enforce: "pre",
      transform: (_code, id) => {
        const content = changed.get(id);
        return content === undefined ? null : { code: content, map: null };
      },
    },
  ],
  test: {
    root: resolve("."),
    include: [...room.tests],
    // They find in thousands of random cases what the examples find in one: too slow for thousands of changes.
    exclude: ["test/**/*.property.test.ts"],
    globalSetup: ["test/temporary-folder.ts"],
    setupFiles: ["mutation/setup.ts"],
    // A cached file would hold the changes of another run.
    fsModuleCache: false,
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: [["json", { outputFile: `${folder}/vitest.json` }]],
    silent: true,
    // Nobody reads how a change fails a test.
    diff: { maxDepth: 1, truncateThreshold: 1 },
    chaiConfig: { truncateThreshold: 1 },
  },
});
