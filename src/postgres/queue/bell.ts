/**
 * Tells the listeners that a task may have become due: at once in this process, and through PostgreSQL's NOTIFY in
 * others. What is lost while the connection is down is found by the worker, which also looks by itself.
 */
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import type { Connections } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";

export interface Bell {
  /** Called after a commit that made something due. */
  ring(): void;
  listen(listener: () => void): () => void;
  stop(): Promise<void>;
}

const CHANNEL = "countersign_due";
/** How long to wait before the connection is made again, in milliseconds. */
const RECONNECT = 1_000;

export function hangBell(connections: Connections, writer: Writer): Bell {
  const listeners = new Set<() => void>();
  const own = randomUUID();
  let ear: Ear | null = null;
  let telling: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  function ringHere(): void {
    for (const listener of listeners) listener();
  }

  /** Tells the other processes; what rings meanwhile is told once more, in one. */
  async function tell(): Promise<void> {
    do {
      again = false;
      // Lost: they look by themselves within a second.
      await writer.get(sql`SELECT pg_notify(${CHANNEL}, ${own})`).catch(() => {});
    } while (again);
    telling = null;
  }

  return {
    ring: () => {
      ringHere();
      if (stopped) return;
      again = true;
      telling ??= tell();
    },
    listen: (listener) => {
      // One listener may be given twice; each has an end of its own.
      const each = (): void => listener();
      listeners.add(each);
      if (!stopped)
        ear ??= prickUp(connections, (from) => {
          if (from !== own) ringHere();
        });
      return () => void listeners.delete(each);
    },
    stop: async () => {
      stopped = true;
      listeners.clear();
      await ear?.stop();
      await telling;
    },
  };
}

interface Ear {
  stop(): Promise<void>;
}

/**
 * Listens on a connection of its own, which is made again whenever it breaks.
 * @param heard told who rang; empty when something may have been missed
 */
function prickUp(connections: Connections, heard: (from: string) => void): Ear {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let connecting = connectAgain();

  async function connectAgain(): Promise<void> {
    const next = connections.alone();
    next.on("error", () => {});
    next.on("notification", ({ payload }) => heard(payload ?? ""));
    next.once("end", () => {
      client = null;
      if (stopped) return;
      timer = setTimeout(() => {
        connecting = connectAgain();
      }, RECONNECT).unref();
    });
    try {
      await next.connect();
      client = next;
      await next.query(`LISTEN ${CHANNEL}`);
      heard("");
    } catch {
      // Its end, which follows, has it made again; the next query reports what the database answers.
      await next.end().catch(() => {});
    }
  }

  return {
    stop: async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await connecting;
      await client?.end();
    },
  };
}
