/** The calls of one check, so that it can leave to the next check what it does not need. */
import type { z } from "zod";
import type { Asked } from "./failure.ts";
import type { Client, Path, Query } from "./client.ts";

/** How many calls a check of one pull request has made so far. */
export interface Calls {
  made: number;
}

/** The same client, which counts its calls. */
export function counted(client: Client, calls: Calls): Client {
  const count = <T>(ask: () => Promise<T>): Promise<T> => {
    calls.made += 1;
    return ask();
  };
  return {
    ...client,
    get: (...asked) => count(() => client.get(...asked)),
    find: (...asked) => count(() => client.find(...asked)),
    async *pages<T>(asked: Asked, path: Path, schema: z.ZodType<T[]>, query?: Query, from?: number) {
      const listed = client.pages(asked, path, schema, query, from);
      for (;;) {
        calls.made += 1;
        const page = await listed.next();
        if (page.done === true) {
          // The end of a list is known without a call.
          calls.made -= 1;
          return;
        }
        yield page.value;
      }
    },
    write: (...asked) => count(() => client.write(...asked)),
    send: (...asked) => count(() => client.send(...asked)),
    confirmedBy: (confirm) => counted(client.confirmedBy(confirm), calls),
    remove: (...asked) => count(() => client.remove(...asked)),
  };
}
