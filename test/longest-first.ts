import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Starts the files that take longest first, so that the workers end together. Vitest orders by the size of a file as
 * long as it has not measured a run, and these are small for the time that they take. The rest follows in its order.
 */
const LONGEST = [
  "test/model/sqlite.test.ts",
  "test/playground/site/browser.test.ts",
  "test/model/postgres.test.ts",
  "test/package/package.test.ts",
  "test/whole-way/canaries.test.ts",
  "test/playground/tour.test.ts",
  "test/playground/site/site.test.ts",
  "test/whole-way/kill.test.ts",
  "test/http/pages/looks.test.ts",
  "test/postgres/engine.test.ts",
  "test/postgres/migration.test.ts",
  "test/github/contract.test.ts",
  "test/gitee/contract.test.ts",
  "test/postgres/rights.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification): number => {
      const at = LONGEST.indexOf(relative(project.config.root, moduleId).replaceAll("\\", "/"));
      return at === -1 ? LONGEST.length : at;
    };
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array's
    const sorted = await super.sort(files);
    // The files with a process of their own stay first: a worker that is shared ends with the next one of those.
    return sorted.toSorted(
      (a, b) => Number(b.project.config.isolate) - Number(a.project.config.isolate) || rank(a) - rank(b),
    );
  }
}
