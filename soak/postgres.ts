/** What can happen to a PostgreSQL server and to several bots on it. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { freePort } from "../playground/free-port.ts";
import { AFTER_A_LAPSE } from "../src/ports/queue.ts";
import { systemPostgres } from "../test/postgres/system-server.ts";
import { said, withCrowd, type Crowd } from "./crowd.ts";
import { fill, mounted } from "./disk.ts";

const USER = "countersign";

/** Three bots, of which one after another is killed, and whose connections are ended in between. */
export async function replicas(): Promise<void> {
  await withCluster(async (cluster, crowd) => {
    const bots = [await crowd.serve(), await crowd.serve({ PORT: "0" }), await crowd.serve({ PORT: "0" })];
    for (let round = 0; round < 6; round += 1) {
      crowd.open(8);
      await sleep(150);
      const [first] = bots.splice(0, 1);
      await first?.end("SIGKILL");
      bots.push(await crowd.serve({ PORT: "0" }));
      await cluster.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = current_user",
      );
    }
    await crowd.right();
    for (const bot of bots)
      if ((await bot.end("SIGTERM")) !== 0) throw new Error("a bot did not end cleanly");
  });
}

/** One of two bots stands still in the middle of its checks, for longer than its leases last, and then goes on. */
export async function standstill(): Promise<void> {
  await withCluster(async (_cluster, crowd) => {
    const stopped = await crowd.serve();
    await crowd.serve({ PORT: "0" });
    for (const wait of [50, 150, 400]) {
      crowd.open(12);
      await sleep(wait);
      process.kill(stopped.pid, "SIGSTOP");
      crowd.spoil(12);
      await sleep(20_000);
      process.kill(stopped.pid, "SIGCONT");
      await crowd.right();
    }
    // The checks that follow a lease that ran out have found nothing else.
    await sleep(AFTER_A_LAPSE);
    await crowd.right();
  });
}

/** The server restarts while deliveries come. */
export async function restart(): Promise<void> {
  await withCluster(async (cluster, crowd) => {
    const bot = await crowd.serve();
    for (const how of ["SIGINT", "SIGQUIT"] as const) {
      crowd.open(10);
      await sleep(100);
      await cluster.stop(how);
      crowd.open(10);
      await sleep(1_000);
      await cluster.start();
    }
    await bot.end("SIGTERM");
    await crowd.serve();
    await crowd.right();
  });
}

/** The server's disk is full while deliveries come, and has room again. */
export async function diskFull(): Promise<void> {
  await withCluster(
    async (cluster, crowd) => {
      const bot = await crowd.serve();
      crowd.open(4);
      await crowd.right();
      const filler = join(cluster.folder, "filler");
      fill(filler);
      crowd.open(80);
      await said(bot, /the disk of PostgreSQL is full/);
      const { status } = await fetch(`${bot.url}/readyz`);
      if (status !== 503) throw new Error(`readyz answers ${status} on a full disk`);
      rmSync(filler);
      for (let tries = 0; (await fetch(`${bot.url}/readyz`)).status !== 200; tries += 1) {
        if (tries === 100) throw new Error("the bot is not ready again");
        await sleep(100);
      }
      await bot.end("SIGTERM");
      await crowd.serve();
      await crowd.right();
    },
    { disk: "160m" },
  );
}

/** The server dies, a standby is promoted, and the address leads to it. */
export async function failover(): Promise<void> {
  await withCluster(async (cluster, crowd) => {
    const bot = await crowd.serve();
    const standby = await cluster.makeStandby();
    try {
      crowd.open(20);
      await sleep(300);
      await cluster.stop("SIGQUIT");
      crowd.open(10);
      await standby.ask("SELECT pg_promote(true)");
      cluster.leadTo(standby.port);
      await sleep(1_000);
      await bot.end("SIGTERM");
      await crowd.serve();
      await crowd.right();
      await crowd.command("audit", "verify");
    } finally {
      await standby.stop("SIGQUIT");
    }
  });
}

interface Standby {
  readonly port: number;
  ask(statement: string): Promise<void>;
  stop(signal: NodeJS.Signals): Promise<void>;
}

interface Cluster extends Standby {
  /** On the server's disk. */
  readonly folder: string;
  /** The address that bots use: a proxy's, which {@link leadTo} points elsewhere. */
  readonly url: string;
  start(): Promise<void>;
  leadTo(port: number): void;
  makeStandby(): Promise<Standby>;
}

/** @param options.disk the size of a disk of its own */
async function withCluster(
  act: (cluster: Cluster, crowd: Crowd) => Promise<void>,
  { disk }: { disk?: string } = {},
): Promise<void> {
  const programs = systemPostgres();
  if (programs === null)
    throw new Error("no PostgreSQL of the system is installed: apt-get install postgresql");
  const folder = await mkdtemp(join(tmpdir(), "countersign-cluster-"));
  if (disk !== undefined) mounted("-t", "tmpfs", "-o", `size=${disk}`, "none", folder);
  await chmod(folder, 0o777);
  const owner = ownerIds();
  const run = (program: string, ...words: readonly string[]): void => {
    const { status, stderr } = spawnSync(join(programs, program), words, {
      ...owner,
      cwd: folder,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
  };
  const server = (data: string, port: number) => {
    let child: ChildProcess | null = null;
    return {
      port,
      async start(): Promise<void> {
        const settings = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="];
        child = spawn(join(programs, "postgres"), ["-D", data, "-p", String(port), ...settings], {
          ...owner,
          cwd: folder,
          stdio: "ignore",
        });
        for (let tries = 0; ; tries += 1) {
          if (
            await this.ask("SELECT 1").then(
              () => true,
              () => tries === 200,
            )
          )
            return;
          await sleep(100);
        }
      },
      async stop(signal: NodeJS.Signals): Promise<void> {
        if (child === null || child.exitCode !== null || child.signalCode !== null) return;
        child.kill(signal);
        await once(child, "exit");
      },
      async ask(statement: string): Promise<void> {
        const client = new Client(`postgres://${USER}@127.0.0.1:${port}/postgres`);
        await client.connect();
        try {
          await client.query(statement);
        } finally {
          await client.end();
        }
      },
    };
  };

  const primary = server(join(folder, "primary"), await freePort());
  let target = primary.port;
  const sockets = new Set<Socket>();
  const proxy = createServer((incoming) => {
    const outgoing = connect(target, "127.0.0.1");
    for (const [one, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  try {
    run("initdb", "-D", join(folder, "primary"), "-U", USER, "-A", "trust", "--no-sync");
    await primary.start();
    await primary.ask("CREATE DATABASE countersign");
    const url = `postgres://${USER}@127.0.0.1:${await listen(proxy)}/countersign`;
    const cluster: Cluster = {
      ...primary,
      folder,
      start: () => primary.start(),
      ask: (statement) => primary.ask(statement),
      url,
      leadTo(port) {
        target = port;
        for (const socket of sockets) socket.destroy();
      },
      async makeStandby() {
        const data = join(folder, "standby");
        const from = ["-h", "127.0.0.1", "-p", String(primary.port), "-U", USER];
        // Synchronous, so that what was acknowledged is on the standby, too.
        run("pg_basebackup", "-D", data, ...from, "-R", "-X", "stream", "--checkpoint=fast");
        const standby = server(data, await freePort());
        await standby.start();
        await primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
        await primary.ask("SELECT pg_reload_conf()");
        return standby;
      },
    };
    await withCrowd((crowd) => act(cluster, crowd), { variables: { DATABASE_URL: url } });
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await primary.stop("SIGQUIT");
    if (disk !== undefined) spawnSync("umount", ["--lazy", folder]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return address.port;
}

/** As root, which PostgreSQL refuses to run as, the user `postgres` that came with it. */
function ownerIds(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string): number =>
    Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: idOf("-u"), gid: idOf("-g") };
}
