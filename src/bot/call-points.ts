/** Counts the cost of each task's API calls. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { HostName } from "../account.ts";
import type { HostCall } from "../ports/host.ts";

/** See `src/check/turns.ts`. */
const COSTS = { github: { read: 1, write: 5 }, gitee: { read: 1, write: 1 } } as const;

export interface CallPoints {
  /** Called for every call to the host. */
  call(host: HostName, call: Pick<HostCall, "kind">): void;
  /** Runs a task. @param spent called with what its calls cost, whether or not it failed */
  during<Result>(run: () => Promise<Result>, spent: (points: number) => void): Promise<Result>;
}

export function createCallPoints(): CallPoints {
  const running = new AsyncLocalStorage<{ points: number }>();
  return {
    call: (host, { kind }) => {
      const task = running.getStore();
      if (task !== undefined) task.points += COSTS[host][kind];
    },
    during: async (run, spent) => {
      const task = { points: 0 };
      try {
        return await running.run(task, run);
      } finally {
        spent(task.points);
      }
    },
  };
}
