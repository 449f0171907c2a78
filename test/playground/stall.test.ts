import { expect, it } from "vitest";
import { startHosts } from "../../playground/stage.ts";

/** Longer than Node.js keeps an idle connection by default. */
const STALL = 6_500;

it("a simulated host answers on an idle connection after this process stood still, as on a busy machine", async () => {
  const hosts = await startHosts();
  const urls = [hosts.github.url, hosts.gitee.url];
  for (const url of urls) await (await fetch(url)).text();
  const until = performance.now() + STALL;
  while (performance.now() < until);
  for (const url of urls) expect((await fetch(url)).status).toBeLessThan(500);
  await hosts.stop();
});
