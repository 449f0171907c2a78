/** What is changed, and the tests that must notice. */
export interface Room {
  readonly name: string;
  /** Glob patterns of the files that are changed. */
  readonly files: readonly string[];
  readonly except?: readonly string[];
  readonly tests: readonly string[];
  /** Parts of the names of tests that are too slow for thousands of changes. */
  readonly leaveOut?: readonly string[];
}

export const ROOMS: readonly Room[] = [
  {
    name: "verdict",
    files: ["src/verdict/*.ts"],
    // A table of numbers and names: test/docs/known-bots.test.ts compares it with its page.
    except: ["src/verdict/known-bots.ts"],
    tests: ["test/verdict/*.test.ts"],
    // Long names, which cost millions of steps.
    leaveOut: ["answers at once about patterns", "takes too long"],
  },
  {
    name: "records",
    files: ["src/records/*.ts", "src/account.ts"],
    tests: ["test/records/*.test.ts", "test/account.test.ts"],
  },
  {
    name: "check",
    files: ["src/check/*.ts"],
    tests: [
      "test/check/{backports,check-refusals,inspect,judge-group,lease,notices,obey}.test.ts",
      "test/check/{retry,settle,sweep,tasks,turns}.test.ts",
    ],
    // These need a simulated host.
    leaveOut: ["are used up by a check", "a pull request with too many people"],
  },
  {
    name: "queue",
    files: ["src/sqlite/queue/*.ts", "src/ports/queue*.ts"],
    tests: ["test/ports/*.test.ts", "test/sqlite/{queue,schedule}.test.ts", "mutation/engine.test.ts"],
    leaveOut: [
      // Properties.
      "never loses a mark",
      "gives a task to one worker at a time",
      "does what a plain list does",
      // Thousands of tasks.
      "hands out thousands of tasks",
      // They are about other tables.
      "as an engine (?:a session|an import|a roster|signatures)",
    ],
  },
];
