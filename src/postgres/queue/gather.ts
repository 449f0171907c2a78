/**
 * Collects the marks of one turn of the event loop, or of a running write, into one transaction. A commit waits for the
 * disk, so a hundred simultaneous deliveries wait for it once.
 */
import { Failure } from "../../error.ts";
import type { Mark } from "../../ports/queue.ts";

interface Waiting {
  readonly marks: readonly Mark[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param write stores marks, all or none
 * @returns stores marks together with other calls' marks; each call's marks are stored completely or not
 */
export function gatherMarks(
  write: (marks: readonly Mark[]) => Promise<void>,
): (marks: readonly Mark[]) => Promise<void> {
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | null = null;

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      await writeGroup(group);
    }
    flushing = null;
  }

  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    try {
      await write(group.flatMap(({ marks }) => marks));
      for (const { resolve } of group) resolve();
    } catch (error) {
      // If the database does not answer, all calls fail; another error may come from one call.
      if (group.length === 1 || error instanceof Failure) for (const { reject } of group) reject(error);
      else for (const one of group) await writeGroup([one]);
    }
  }

  return (marks) =>
    new Promise((resolve, reject) => {
      waiting.push({ marks, resolve, reject });
      flushing ??= turn().then(flush);
    });
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
