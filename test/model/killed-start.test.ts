import { once } from "node:events";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { startBot, type Bot } from "../../src/bot/bot.ts";
import { readSettings } from "../../src/bot/open.ts";
import { Life } from "../../playground/model/life.ts";
import { makeDatabase, startHosts } from "../../playground/stage.ts";

function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  return once(socket, "connect").then(
    () => (socket.destroy(), true),
    () => false,
  );
}

it("a start leaves nothing that listens, at whichever of its commits the database fails", async () => {
  const hosts = await startHosts();
  onTestFinished(() => hosts.stop());
  await makeDatabase(hosts);
  const settings = await readSettings(hosts.variables, false);
  let bot: Bot | null = null;
  let failed = 0;
  for (; bot === null; failed += 1) {
    const life = new Life({ at: "commit", left: failed });
    const started = await life.run(() => startBot(settings, { regularly: false })).catch(() => null);
    if (!life.isOver) bot = started;
    // One that had started before is stopped as any is.
    else await started?.stop(0).catch(() => {});
    life.kill = null;
    expect(await isListening(hosts.variables["PUBLIC_URL"] ?? "")).toBe(bot !== null);
  }
  expect(failed).toBeGreaterThan(2);
  await bot.stop(0);
});
