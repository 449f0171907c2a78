/** Puts every change of a room's files into them, each behind a switch that `setup.ts` turns. */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { ROOMS } from "./rooms.ts";
import { TIMEOUT } from "./timeout.ts";

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

/** How long each test file took without a change, in milliseconds. */
const durations = new Map<string, number>();
const before = `${folder}/reach.json`;
if (existsSync(before)) {
  const { testResults } = JSON.parse(readFileSync(before, "utf8")) as {
    testResults: readonly { name: string; startTime: number; endTime: number }[];
  };
  for (const { name, startTime, endTime } of testResults) durations.set(name, endTime - startTime);
}

/** Quick tests first: what they notice costs the slow ones nothing. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const durationOf = ({ moduleId }: TestSpecification): number => durations.get(moduleId) ?? 0;
    return Promise.resolve(files.toSorted((one, other) => durationOf(one) - durationOf(other)));
  }
}

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
    ...(room.leaveOut && { testNamePattern: new RegExp(`^(?!.*(?:${room.leaveOut.join("|")}))`) }),
    globalSetup: ["test/temporary-folder.ts"],
    setupFiles: ["mutation/setup.ts"],
    // A cached file would hold the changes of another run.
    fsModuleCache: false,
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    sequence: { sequencer: QuickFirst },
    testTimeout: TIMEOUT,
    hookTimeout: 60_000,
    reporters: [["json", { outputFile: `${folder}/${process.env["MUTATION_PHASE"] ?? ""}.json` }]],
    silent: true,
    // Nobody reads how a change fails a test.
    diff: { maxDepth: 1, truncateThreshold: 1 },
    chaiConfig: { truncateThreshold: 1 },
  },
});
