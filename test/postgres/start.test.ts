import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startHosts } from "../../playground/stage.ts";
import { startBot } from "../../src/bot/bot.ts";
import { readSettings } from "../../src/bot/open.ts";
import { runCommand } from "../../playground/bot-process.ts";
import { stateOf } from "../whole-way/scene.ts";
import { NO_SERVER, useServer } from "./server.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/countersign.js", import.meta.url));
const PATIENCE = { interval: 50 };

describe.skipIf(NO_SERVER !== null)("a start on PostgreSQL", () => {
  const server = useServer();

  async function hostsOn(url: string) {
    const hosts = await startHosts({ variables: { DATABASE_URL: url } });
    onTestFinished(() => hosts.stop());
    return hosts;
  }

  /** Keeps its own tables, and may not make the schema in which the schedule keeps others. */
  async function limitedUser(database: string): Promise<string> {
    const url = new URL(database);
    url.username = `limited_${url.pathname.slice(1)}`;
    await server.query(database, `CREATE ROLE ${url.username} LOGIN PASSWORD '${url.password}'`);
    await server.query(database, `GRANT ALL ON SCHEMA public TO ${url.username}`);
    return url.href;
  }

  it("that fails last of all, at the schedule, leaves nothing that answers, and says why", async () => {
    const hosts = await hostsOn(await limitedUser(await server.createDatabase()));
    const settings = await readSettings(hosts.variables, false);
    await expect(startBot(settings)).rejects.toMatchObject({
      code: "database-unreachable",
      message: expect.stringContaining("grant it CREATE") as string,
    });
    await expect(fetch(`http://127.0.0.1:${hosts.variables["PORT"]}/healthz`)).rejects.toThrow(
      "fetch failed",
    );
  });

  it("that fails there ends the process with exit code 1", async () => {
    const hosts = await hostsOn(await limitedUser(await server.createDatabase()));
    const ended = await runCommand(hosts.variables, ["serve"], { killAfter: 100_000 });
    expect(ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("countersign: PostgreSQL refused the bot's user a right") as string,
    });
    expect(ended.stderr).not.toContain("listening on");
  });

  it("continues after the server restarted: later deliveries are judged, and no bug is reported", async () => {
    const hosts = await hostsOn(await server.createDatabase());
    const lines: string[] = [];
    const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
    const bot = await startBot({ ...(await readSettings(hosts.variables, false)), log });
    onTestFinished(() => bot.stop(1_000));
    hosts.announceTo(bot.url);
    const hello = hosts.github.repository({ owner: "octo", name: "hello" });
    await server.restart();
    // Its idle connections are broken; the first that is asked for fails, and the host delivers again.
    await expect.poll(() => bot.engine.ready().then(() => true, String), PATIENCE).toBe(true);
    const pull = hello.openPull({ opener: hosts.github.user({ login: "bob" }) });
    await expect.poll(() => stateOf(pull), PATIENCE).toBe("failure");
    expect(lines.filter((line) => line.includes("bug"))).toEqual([]);
  });

  it("that waits for another process's migration ends at the first SIGTERM", async () => {
    const database = await server.createDatabase();
    const hosts = await hostsOn(database);
    const blocking = server
      .query(database, `SELECT pg_advisory_lock(hashtextextended('countersign: migration', 0)), pg_sleep(60)`)
      .catch(() => {});
    const child = spawn(process.execPath, [PROGRAM, "serve"], {
      env: { PATH: process.env["PATH"], ...hosts.variables },
      stdio: "ignore",
    });
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await server.disconnectAll(database);
      await blocking;
    });
    const waiting = () =>
      server.query(database, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    await expect.poll(waiting, PATIENCE).toHaveLength(1);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});

it("what was begun is ended, though one part of it can't be, when a bot stops", async () => {
  const hosts = await startHosts();
  onTestFinished(() => hosts.stop());
  const bot = await startBot(await readSettings(hosts.variables, false));
  vi.spyOn(bot.engine.schedule, "stop").mockRejectedValueOnce(new Error("not now"));
  await expect(bot.stop(1_000)).rejects.toThrow("not now");
  await expect(fetch(`${bot.url}/healthz`)).rejects.toThrow("fetch failed");
  await expect(bot.engine.ready()).rejects.toMatchObject({ message: "the database was closed" });
});
