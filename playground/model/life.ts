/**
 * A bot in this process that can be killed as SIGKILL kills a process: from that moment on nothing that it does reaches
 * its database or a host. What it had committed and sent stays. Importing this module changes `better-sqlite3` and `pg`
 * in this process, for code that runs within a life; all other code is unaffected.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import Database from "better-sqlite3";
import { Client } from "pg";

/**
 * Where a kill can happen: before a write to the database, after a commit, before a write is sent to a host, and after
 * the host did it, but before the bot knows.
 */
export const KILL_POINTS = ["write", "commit", "request", "answer"] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

/** The next kill, shared by a bot and those that are started after it. */
export interface Kill {
  readonly at: KillPoint;
  /** How many such moments pass before. */
  left: number;
}

export class Life {
  isOver = false;
  /** Resolves when it is killed. */
  readonly over: Promise<void>;
  /** The kill that waits for it; null: none. */
  kill: Kill | null;
  readonly #resolve: () => void;
  readonly #connections = new Set<Connection | Client>();

  constructor(kill: Kill | null) {
    this.kill = kill;
    const { promise, resolve } = Promise.withResolvers<void>();
    [this.over, this.#resolve] = [promise, resolve];
  }

  /** Runs code that belongs to this life, with everything that it starts. */
  run<T>(work: () => T): T {
    return LIVING.run(this, work);
  }

  /** Tells that it is at a moment of this kind now, which may be its last. */
  reach(point: KillPoint): void {
    const { kill } = this;
    if (this.isOver || kill?.at !== point) return;
    if (kill.left > 0) kill.left -= 1;
    else this.end();
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.kill = null;
    // The system does this with a killed process: open transactions are rolled back, locks are released.
    for (const connection of this.#connections) cut(connection);
    this.#resolve();
  }

  /** The connection ends with this life. */
  own(connection: Connection | Client): void {
    this.#connections.add(connection);
  }
}

type Connection = Database.Database;

const LIVING = new AsyncLocalStorage<Life>();
const OWNERS = new WeakMap<Connection, Life>();

/** The life whose code runs now; undefined: none. */
export function living(): Life | undefined {
  return LIVING.getStore();
}

function cut(connection: Connection | Client): void {
  if (connection instanceof Client) streamOf(connection)?.destroy();
  else if (connection.open) connection.close();
}

function streamOf(client: Client): { destroy(): void } | undefined {
  return (client as unknown as { connection?: { stream?: { destroy(): void } } }).connection?.stream;
}

function ownerOf(connection: Connection): Life | undefined {
  const known = OWNERS.get(connection);
  if (known !== undefined) return known;
  const life = living();
  if (life === undefined) return undefined;
  OWNERS.set(connection, life);
  life.own(connection);
  return life;
}

type Method = (this: unknown, ...values: unknown[]) => unknown;

/** Puts a function around a method of a class. */
function wrap(of: object, name: string, around: (self: never, values: never, go: () => unknown) => unknown) {
  const original = Reflect.get(of, name) as Method;
  Reflect.set(of, name, function wrapped(this: unknown, ...values: unknown[]) {
    return around(this as never, values as never, () => original.apply(this, values));
  });
}

function wrapSqlite(): void {
  const writing = (life: Life | undefined, isWrite: boolean, isCommit: boolean, go: () => unknown) => {
    if (isWrite || isCommit) life?.reach("write");
    const result = go();
    if (isCommit) life?.reach("commit");
    return result;
  };
  for (const name of ["prepare", "pragma"])
    wrap(Database.prototype, name, (self: Connection, _values: readonly unknown[], go) => {
      ownerOf(self);
      return go();
    });
  wrap(Database.prototype, "exec", (self: Connection, [text]: [string], go) =>
    writing(ownerOf(self), true, /^COMMIT\b/.test(text), go),
  );
  const probe = new Database(":memory:");
  const statement = Object.getPrototypeOf(probe.prepare("SELECT 1")) as object;
  probe.close();
  for (const name of ["run", "get", "all"])
    wrap(statement, name, (self: Database.Statement, _values: readonly unknown[], go) =>
      writing(OWNERS.get(self.database), !self.readonly, /^COMMIT\b/.test(self.source), go),
    );
}

const READS = /^\s*(?:SELECT|SET|SHOW|LISTEN|BEGIN|START)\b/i;

function wrapPostgres(): void {
  const owners = new WeakMap<Client, Life>();
  wrap(Client.prototype, "connect", (self: Client, [told]: [((error: Error) => void)?], go) => {
    const life = living();
    if (life?.isOver === true) {
      const error = new Error("the process was killed");
      if (told === undefined) return Promise.reject(error);
      process.nextTick(told, error);
      return undefined;
    }
    if (life !== undefined) {
      owners.set(self, life);
      life.own(self);
    }
    return go();
  });
  const inTransaction = new WeakSet<Client>();
  wrap(Client.prototype, "query", (self: Client, [asked]: [string | { text?: string }], go) => {
    const life = owners.get(self);
    const text = typeof asked === "string" ? asked : (asked.text ?? "");
    if (/^\s*BEGIN\b/i.test(text)) inTransaction.add(self);
    else if (/^\s*(?:COMMIT|ROLLBACK)\b/i.test(text)) inTransaction.delete(self);
    if (life === undefined || READS.test(text)) return go();
    life.reach("write");
    const result = go();
    if (inTransaction.has(self) || !(result instanceof Promise)) return result;
    return result.then((value: unknown) => {
      life.reach("commit");
      if (life.isOver) throw new Error("the process was killed");
      return value;
    });
  });
}

wrapSqlite();
wrapPostgres();
