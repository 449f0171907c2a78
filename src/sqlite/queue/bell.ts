import type { Connection } from "../connection/connect.ts";

/** Tells the listeners that a task may have become due. */
export interface Bell {
  /** Called after a commit that made a task due. */
  ring(): void;
  listen(listener: () => void): () => void;
  stop(): void;
}

/** How often to check for another process's commits, in milliseconds; the check reads no page. */
const LOOK = 250;

export function hangBell(connection: Connection): Bell {
  const listeners = new Set<() => void>();
  // Changes when another connection, of this process or another, has committed.
  const version = connection.prepare<[], number>("PRAGMA data_version").pluck();
  let seen: number | undefined;
  let timer: NodeJS.Timeout | null = null;

  function ring(): void {
    for (const listener of listeners) listener();
  }

  function look(): void {
    let found: number | undefined;
    try {
      found = version.get();
    } catch {
      // A listener queries the database and reports its failures.
    }
    if (found !== undefined && found === seen) return;
    seen = found;
    ring();
  }

  function stop(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
  }

  return {
    ring,
    stop,
    listen: (listener) => {
      // The same listener may be added twice; each has its own end.
      const own = (): void => listener();
      listeners.add(own);
      if (timer === null) {
        seen = version.get();
        timer = setInterval(look, LOOK).unref();
      }
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) stop();
      };
    },
  };
}
