import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { startHosts, type StageHosts } from "../../playground/stage.ts";
import type { Pull } from "../../playground/github/state/model.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { commentsOf, csvOf, stateOf } from "./scene.ts";
import { command, serve, type Served } from "./serve-process.ts";

// What a catch-up finds after a kill is bulk work, whose comments come some in a minute.
const PATIENCE = { timeout: 180_000, interval: 100 };

async function hostsForTest(): Promise<StageHosts> {
  const hosts = await startHosts();
  onTestFinished(() => hosts.stop());
  return hosts;
}

async function serveForTest(hosts: StageHosts, variables: Record<string, string> = {}): Promise<Served> {
  const served = await serve(hosts, variables);
  onTestFinished(async () => void (await served.end("SIGKILL")));
  return served;
}

/** Opens pull requests one after another while an import of half the people runs beside the bot. */
async function burst(hosts: StageHosts): Promise<{ pulls: Pull[]; expected: string[] }> {
  const { github } = hosts;
  const people = Array.from({ length: 12 }, (_, at) => github.user({ login: `person-${at}` }));
  const repositories = ["one", "two"].map((name) => github.repository({ owner: "octo", name }));
  const signed = new Set(people.filter((_, at) => at % 2 === 0));
  const file = join(hosts.folder, "signed.csv");
  await writeFile(file, csvOf([...signed]));
  const pulls: Pull[] = [];
  const expected: string[] = [];
  let imported: ReturnType<typeof command> | null = null;
  for (let at = 0; at < 48; at += 1) {
    const [opener, author] = [people[at % 12], people[(at + (at % 3)) % 12]];
    if (opener === undefined || author === undefined) throw new Error("unreachable");
    const pull = repositories[at % 2]?.openPull({ opener, commits: [{ author: opener }, { author }] });
    if (pull === undefined) throw new Error("unreachable");
    if (at % 7 === 3) pull.push([{ author: opener }]);
    pulls.push(pull);
    expected.push(signed.has(opener) && signed.has(author) ? "success" : "failure");
    if (at === 20) imported = command(hosts, ["import", file]);
    await sleep(20);
  }
  expect(await imported).toMatchObject({ code: 0 });
  return { pulls, expected };
}

describe("a process of countersign serve", () => {
  it("that is killed repeatedly during a burst and an import ends in the same state as one that is not", async () => {
    const hosts = await hostsForTest();
    hosts.github.faults.latency = 30;
    let served = await serveForTest(hosts);
    const playing = burst(hosts);
    for (let kill = 0; kill < 3; kill += 1) {
      await sleep(100 + Math.random() * 400);
      expect(await served.end("SIGKILL")).toBeNull();
      served = await serveForTest(hosts);
    }
    const { pulls, expected } = await playing;
    const shown = () =>
      pulls.map((pull) => {
        const state = stateOf(pull);
        return state === "failure" && commentsOf(pull).length === 0 ? "failure without a word" : state;
      });
    await expect.poll(shown, PATIENCE).toEqual(expected);
    expect(pulls.filter((pull) => commentsOf(pull).length > 1)).toEqual([]);
    const engine = await openSqlite(join(hosts.folder, "countersign.db"));
    onTestFinished(() => engine.close());
    // What a lapsed lease left is looked at once more after two minutes, in case its holder's last write came late.
    await expect.poll(() => engine.queue.depth(), PATIENCE).toMatchObject({ due: 0, leased: 0, parked: 0 });
    expect(await served.end("SIGTERM")).toBe(0);
    const signed = expected.filter((state) => state === "success").length;
    expect(await engine.pulls.count()).toEqual([
      { host: "github", agreement: "icla", verdict: "signed", pulls: signed },
      { host: "github", agreement: "icla", verdict: "unsigned", pulls: pulls.length - signed },
    ]);
    expect(hosts.github.violations).toEqual([]);
  }, 200_000);

  it("has lost nothing that it acknowledged when it is killed", async () => {
    const hosts = await hostsForTest();
    const { github } = hosts;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    const served = await serveForTest(hosts);
    github.faults.down = true;
    for (let at = 0; at < 100; at += 1) hello.openPull({ opener: alice });
    await sleep(30 + Math.random() * 200);
    await served.end("SIGKILL");
    await github.deliveries.settled();
    const acknowledged = github.deliveries.log.filter(
      ({ event, statusCode }) => event === "pull_request" && statusCode === 202,
    );
    const engine = await openSqlite(join(hosts.folder, "countersign.db"));
    onTestFinished(() => engine.close());
    const { due, leased, waiting, parked } = await engine.queue.depth();
    expect(due + leased + waiting + parked).toBeGreaterThanOrEqual(acknowledged.length);
  });

  it.each([
    ["nothing to do", 0],
    ["checks under way", 300],
    ["a host that does not answer", 120_000],
  ])("ends with exit code 0 within its grace after SIGTERM, with %s", async (_, latency) => {
    const hosts = await hostsForTest();
    const { github } = hosts;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    // As a library does, once somebody listens for it.
    const warn =
      "process.on('newListener', (name) => name === 'warning' && process.emitWarning('deprecated'))";
    const served = await serveForTest(hosts, {
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(warn)}`,
      LOG_LEVEL: "info",
    });
    github.faults.latency = latency;
    if (latency > 0) for (let at = 0; at < 20; at += 1) hello.openPull({ opener: alice });
    await github.deliveries.settled();
    // Its grace is eight seconds, and the slowest answer comes after two minutes. Between is room for a busy machine.
    const late = sleep(60_000, "late", { ref: false });
    expect(await Promise.race([served.end("SIGTERM"), late])).toBe(0);
    const engine = await openSqlite(join(hosts.folder, "countersign.db"));
    onTestFinished(() => engine.close());
    const { leased, due } = await engine.queue.depth();
    expect(leased).toBe(0);
    expect(due).toBe(latency > 1_000 ? 20 : due);
    const logged = served.lines.filter((line) => !line.startsWith("countersign: listening on "));
    const messages = logged.map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(messages).toContain("warning from a library");
    expect(logged.filter((line) => /bug|deprecated/.test(line.replaceAll(/data:\S+/g, "")))).toEqual([]);
  });

  it("and an import that is killed has loaded everything or nothing, and leaves no file behind", async () => {
    const hosts = await hostsForTest();
    const rows = Array.from({ length: 60_000 }, (_, at) => ({ id: at + 1 }));
    const file = join(hosts.folder, "signed.csv");
    await writeFile(file, csvOf(rows));
    const database = join(hosts.folder, "countersign.db");
    await (await openSqlite(database)).close();
    for (let round = 0; round < 4; round += 1) {
      const { code } = await command(hosts, ["import", file], 300 + Math.random() * 900);
      const engine = await openSqlite(database);
      const [count] = await engine.signatures.count();
      await engine.close();
      expect(code === 0 ? [rows.length] : [0, rows.length]).toContain(count?.signatures ?? 0);
    }
    expect(await command(hosts, ["import", file])).toMatchObject({ code: 0 });
    const left = await readdir(hosts.folder);
    expect(left.filter((name) => name.includes("import"))).toEqual([]);
  }, 200_000);
});
