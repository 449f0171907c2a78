/** What is changed, and the tests that must notice. */
export interface Room {
  readonly name: string;
  /** Glob patterns of the files that are changed. */
  readonly files: readonly string[];
  readonly except?: readonly string[];
  readonly tests: readonly string[];
}

export const ROOMS: readonly Room[] = [
  {
    name: "verdict",
    files: ["src/verdict/*.ts"],
    // A table of numbers and names: test/docs/known-bots.test.ts compares it with its page.
    except: ["src/verdict/known-bots.ts"],
    tests: ["test/verdict/*.test.ts"],
  },
  {
    name: "records",
    files: ["src/records/*.ts", "src/account.ts"],
    tests: ["test/records/*.test.ts", "test/account.test.ts", "test/sqlite/{audit,engine,rights}.test.ts"],
  },
  {
    name: "check",
    files: ["src/check/*.ts"],
    tests: ["test/check/*.test.ts"],
  },
  {
    name: "queue",
    files: ["src/sqlite/queue/*.ts"],
    tests: ["test/sqlite/{engine,schedule,trouble}.test.ts"],
  },
];
