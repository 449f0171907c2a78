import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../src/ports/engine.ts";
import { openPostgres } from "../../src/postgres/open.ts";
import { alice, load, mark, pullRef, row } from "../ports/engine-scene.ts";
import { NO_SERVER, useServer } from "./server.ts";
import { freePort } from "../../playground/free-port.ts";

const PGBOUNCER = ["/usr/sbin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"].find(
  (path) => existsSync(path),
);
const MISSING = NO_SERVER ?? (PGBOUNCER === undefined ? "pgbouncer is not installed" : null);
if (MISSING !== null) process.stderr.write(`PgBouncer is not tested: ${MISSING}\n`);

describe.skipIf(MISSING !== null)("behind PgBouncer", () => {
  const server = useServer();
  const engines: Engine[] = [];
  let folder = "";
  let pooler: ChildProcess | null = null;
  let direct = "";
  beforeEach(async () => {
    direct = await server.createDatabase();
    folder = await mkdtemp(join(tmpdir(), "countersign-pgbouncer-"));
    await chmod(folder, 0o755);
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    pooler?.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts PgBouncer before the database. Returns the address through it. */
  async function pooled(mode: "session" | "transaction" | "statement"): Promise<string> {
    const { hostname, port, pathname, username, password } = new URL(direct);
    const own = await freePort();
    const users = join(folder, "users.txt");
    await writeFile(users, `"${username}" "${password}"\n`);
    const settings = join(folder, "pgbouncer.ini");
    await writeFile(
      settings,
      `[databases]
${pathname.slice(1)} = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = ${mode}
max_client_conn = 100
default_pool_size = 30
`,
    );
    const asRoot = process.getuid?.() === 0;
    // It refuses to run as root, as PostgreSQL does.
    const user = asRoot
      ? spawnSync("id", ["postgres"]).status === 0
        ? ["-u", "postgres"]
        : ["-u", "nobody"]
      : [];
    pooler = spawn(PGBOUNCER ?? "", [...user, settings], { stdio: "ignore" });
    const through = new URL(direct);
    through.port = String(own);
    for (let tries = 0; tries < 200; tries += 1) {
      const reached = await server.query(through.href, "SELECT 1").catch(() => null);
      if (reached !== null) return through.href;
      await setTimeout(50);
    }
    throw new Error("PgBouncer did not start");
  }

  it("in session mode everything works: imports, locks and notifications of marks", async () => {
    const engine = await openPostgres(await pooled("session"));
    engines.push(engine);
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ added: 1 });
    expect(await engine.signatures.covered([alice], "icla")).toHaveProperty("size", 1);
    const other = await openPostgres(direct);
    engines.push(other);
    const heard = vi.fn<() => void>();
    engine.queue.watch(heard);
    await expect.poll(() => heard.mock.calls.length).toBeGreaterThan(0);
    const before = heard.mock.calls.length;
    await other.queue.mark([mark(pullRef(1))]);
    await expect.poll(() => heard.mock.calls.length).toBeGreaterThan(before);
  });

  it.each(["transaction", "statement"] as const)(
    "%s mode is noticed at the start and refused",
    async (mode) => {
      const url = await pooled(mode);
      await expect(openPostgres(url)).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining("set pool_mode = session in pgbouncer.ini"),
      });
      expect(await server.query(direct, "SELECT 1 FROM pg_tables WHERE tablename = 'signature'")).toEqual([]);
    },
  );
});
