/**
 * Runs each test once to learn which changes it reaches, then once for each of them that no test has noticed yet, all in
 * one process. A test that fails has noticed the change. Hooks run again each time; state that a module keeps does not,
 * so each test also runs without a change at the end, and must pass.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { TIMEOUT } from "./timeout.ts";

/** What the changed files read and count: `@stryker-mutator/instrumenter`, dist/src/util/syntax-helpers.js. */
interface Switch {
  activeMutant?: string;
  currentTestId?: string;
  hitCount?: number;
  hitLimit?: number;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
}

/** The fields of vitest's tasks that are used here. */
interface Task {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly tasks?: readonly Task[];
  repeats?: number;
  result?: { state?: string; errors?: unknown[]; attempts?: unknown[] };
}

/** The global under which they find it. */
const NAMESPACE = "__stryker__";

/** A change that is reached more often in one test runs in a circle. Tests that reach one a tenth as often are left out. */
const HIT_LIMIT = 1_000_000;

const folder = process.env["MUTATION_FOLDER"] ?? "";
const isFirst = process.env["MUTATION_PHASE"] === "reach";
/** By test: the changes that it reaches. */
const reached = read<Record<string, string[]>>("reached.json", {});
/** By change: the test that noticed it, or what else became of it. */
const noticed = noticedBefore();
/** The tests that failed without a change. */
const broken = read<{ name: string; why: string }[]>("broken.json", []);

const toggle = ((globalThis as Record<string, unknown>)[NAMESPACE] ??= {}) as Switch;
const coverage = (toggle.mutantCoverage ??= { static: {}, perTest: {} });
const turns = new Map<string, { next: number; ranUnchanged: boolean }>();
/** When the test began. */
let began = { loop: performance.eventLoopUtilization(), cpu: process.cpuUsage() };
/** The changes that had their turn in a test before this process: another one hung. */
const tried = new Set(isFirst ? [] : linesBefore());

function read<T>(name: string, without: T): T {
  const path = `${folder}/${name}`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as T) : without;
}

/** `ID TEST` when the turn of a change comes in a test, `ID: TEST` when a test notices it. */
function linesBefore(): readonly string[] {
  const path = `${folder}/turns.log`;
  return existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
}

function noticedBefore(): Record<string, string> {
  if (isFirst) return {};
  return Object.fromEntries(
    linesBefore().flatMap((line) => {
      const [, id = "", by = ""] = /^(\d+): (.*)$/.exec(line) ?? [];
      return id === "" ? [] : [[id, by]];
    }),
  );
}

function testsIn(task: Task): readonly Task[] {
  return task.type === "test" ? [task] : (task.tasks ?? []).flatMap(testsIn);
}

// Vitest reads the parameters: the first must be a pattern.
// oxlint-disable-next-line no-empty-pattern
beforeAll(({}, suite) => {
  if (isFirst) return;
  for (const test of testsIn(suite)) test.repeats = (reached[test.id]?.length ?? 0) + 1;
});

/** The test whose end is not known yet. */
let unended: { readonly name: string; readonly mutant: string | undefined } | null = null;

function notice(name: string, mutant: string | undefined, why = ""): void {
  if (mutant === undefined) {
    broken.push({ name, why });
    return;
  }
  noticed[mutant] = name;
  appendFileSync(`${folder}/turns.log`, `${mutant}: ${JSON.stringify(name)}\n`);
}

/** Vitest does not tell of a test that fails before it begins, in a `beforeEach`. */
function noticeUnended(): void {
  if (unended !== null) notice(unended.name, unended.mutant);
  unended = null;
  delete toggle.activeMutant;
}

beforeEach(({ task, skip }) => {
  noticeUnended();
  began = { loop: performance.eventLoopUtilization(), cpu: process.cpuUsage() };
  const test = task as unknown as Task;
  if (test.result !== undefined) {
    // Thousands of failures would be kept otherwise.
    test.result.attempts = [];
    delete test.result.errors;
  }
  if (isFirst) {
    toggle.currentTestId = test.id;
    return;
  }
  const turn = turns.get(test.id) ?? { next: 0, ranUnchanged: false };
  turns.set(test.id, turn);
  const mutants = reached[test.id] ?? [];
  const isOver = (id: string): boolean => noticed[id] !== undefined || tried.has(`${id} ${test.id}`);
  while (turn.next < mutants.length && isOver(mutants[turn.next] ?? "")) turn.next += 1;
  const mutant = mutants[turn.next];
  turn.next += 1;
  if (mutant === undefined) {
    if (turn.ranUnchanged) skip();
    turn.ranUnchanged = true;
    return;
  }
  // Shows a person who watches this process at which change it hangs.
  appendFileSync(`${folder}/turns.log`, `${mutant} ${test.id}\n`);
  unended = { name: test.name, mutant };
  toggle.activeMutant = mutant;
  toggle.hitCount = 0;
  toggle.hitLimit = HIT_LIMIT;
});

afterEach(({ task }) => {
  const test = task as unknown as Task;
  const mutant = toggle.activeMutant;
  unended = null;
  delete toggle.activeMutant;
  delete toggle.currentTestId;
  const hasFailed = test.result?.state === "fail" || (test.result?.errors?.length ?? 0) > 0;
  if (isFirst) {
    const hits = coverage.perTest[test.id] ?? {};
    const isLong = Object.values(hits).some((count) => count > HIT_LIMIT / 10);
    reached[test.id] = hasFailed || isLong ? [] : Object.keys(hits);
  }
  if (!hasFailed || isOnlySlow(test)) return;
  // Vitest has made a plain object of it.
  const [error] = test.result?.errors ?? [];
  notice(test.name, mutant, (error as { message?: string } | undefined)?.message);
});

/** Much more than a test needs, in milliseconds. */
const MUCH = 3_000;

/**
 * Whether a test timed out because the machine is busy. One that waits for something is idle meanwhile, and one that runs
 * in a circle takes much of a processor.
 */
function isOnlySlow({ result }: Task): boolean {
  const timedOut = (result?.errors ?? []).some((error) => (error as Error).message.includes("timed out in"));
  const { user, system } = process.cpuUsage(began.cpu);
  const isIdle = performance.eventLoopUtilization(began.loop).idle > TIMEOUT / 2;
  return timedOut && !isIdle && (user + system) / 1_000 < MUCH;
}

afterAll(() => {
  noticeUnended();
  writeFileSync(`${folder}/reached.json`, JSON.stringify(reached));
  if (isFirst) writeFileSync(`${folder}/loaded.json`, JSON.stringify(Object.keys(coverage.static)));
  writeFileSync(`${folder}/broken.json`, JSON.stringify(broken));
});
