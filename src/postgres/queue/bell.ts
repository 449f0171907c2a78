/**
 * Tells the listeners that a task may have become due: at once in this process, and through PostgreSQL's NOTIFY in
 * others. The worker also checks by itself, and so finds what is lost while the connection is down.
 */
import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import type { Connections } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";

export interface Bell {
  /** Called after a commit that made a task due. */
  ring(): void;
  listen(listener: () => void): () => void;
  stop(): Promise<void>;
}

const CHANNEL = "countersign_due";
/** How long to wait before reconnecting, in milliseconds. */
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

  /** Notifies the other processes. Rings during a notification share the next one. */
  async function tell(): Promise<void> {
    do {
      again = false;
      // Lost: the other processes check by themselves within a second.
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
      // The same listener may be added twice; each has its own end.
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
 * Listens on a separate connection, and reconnects when it breaks.
 * @param heard called with the sender; empty if something may have been missed
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
      // The end event follows and reconnects; the next query reports the database's error.
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
