import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { clockOffset, setClock } from "../../playground/clock.ts";
import { Life } from "../../playground/model/life.ts";
import { endLimits, failNetwork, resetNetwork } from "../../playground/model/network.ts";

beforeEach(() => setClock(1));
afterEach(() => {
  resetNetwork();
  setClock(0);
});

function moveClock(milliseconds: number): void {
  setClock(clockOffset() + milliseconds);
  endLimits();
}

/** Asks a host that moves the clock before it answers. */
async function ask(milliseconds: number, init: () => RequestInit): Promise<Response> {
  const server = createServer((_, response) => {
    moveClock(milliseconds);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new Life(null).run(() => fetch(url, init()));
}

it.each([
  ["the caller's", 30_000, (): RequestInit => ({ signal: AbortSignal.timeout(30_000) }), "TimeoutError"],
  ["fetch's own", 300_000, (): RequestInit => ({}), "TypeError"],
])(
  "a late answer's request ends by %s time limit, though the clock passes it before the answer",
  async (_, limit, init, name) => {
    failNetwork("late", 1, 0);
    await expect(ask(limit, init)).rejects.toMatchObject({ name });
  },
);
