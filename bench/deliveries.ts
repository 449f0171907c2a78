/**
 * The number of deliveries a second, and the time to each answer: the bot's own server with SQLite, which answers when
 * they are on disk, against a bare Probot app that stores nothing. Each is a separate process, and a third one sends;
 * the two take turns, so that other load on the machine affects both.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { median, milliseconds, type Bench, type Result } from "./result.ts";
import type { Sent } from "./send-deliveries.ts";

/** The goal: this many times the bare app's rate, with a 99th percentile that is not worse. */
const GOAL = 1.5;

const SERVERS = ["countersign-server.ts", "bare-probot.ts", "plain-node.ts"] as const;

export const deliveries: Bench = async ({ quick }) => {
  const rounds = quick ? 2 : 7;
  const seconds = quick ? 2 : 4;
  const servers = await Promise.all(
    SERVERS.map(async (file) => ({ ...(await startServer(file)), sent: [] as Sent[] })),
  );
  try {
    for (const server of servers) await send(server.url, 2);
    for (let round = 0; round < rounds; round += 1)
      for (const server of servers) server.sent.push(await send(server.url, seconds));
  } finally {
    for (const { child } of servers) child.kill();
  }
  const [own = [], bare = [], least = []] = servers.map(({ sent }) => sent);
  const against = (sent: readonly Sent[]): number =>
    median(sent.map(({ rate }, round) => rate / (bare[round]?.rate ?? Number.NaN)));
  const ratio = against(own);
  const p99 = [own, bare].map((sent) => median(sent.map((one) => one.p99))) as [number, number];
  return [
    line("Countersign, SQLite, each on the disk first", own),
    line("a bare Probot app, stores nothing", bare),
    line("node:http, signature and JSON alone", least),
    {
      what: "rate against the bare app's",
      measured: `${ratio.toFixed(2)} ×`,
      goal: `≥ ${GOAL} ×`,
      met: ratio >= GOAL,
    },
    {
      what: "what node:http, signature and JSON alone reach against it",
      measured: `${against(least).toFixed(2)} ×`,
      goal: "",
      met: null,
    },
    {
      what: "99th percentile against the bare app's",
      measured: `${milliseconds(p99[0])} to ${milliseconds(p99[1])}`,
      goal: "no worse",
      met: p99[0] <= p99[1],
    },
  ];
};

function line(what: string, sent: readonly Sent[]): Result {
  const of = (part: "rate" | "p50" | "p99"): number => median(sent.map((one) => one[part]));
  const measured = `${Math.round(of("rate"))}/s, p50 ${milliseconds(of("p50"))}, p99 ${milliseconds(of("p99"))}`;
  return { what, measured, goal: "", met: null };
}

async function startServer(file: string): Promise<{ url: string; child: ChildProcess }> {
  const child = start(file, []);
  for await (const line of createInterface({ input: child.stdout })) return { url: line, child };
  throw new Error(`${file} did not start`);
}

async function send(url: string, seconds: number): Promise<Sent> {
  const child = start("send-deliveries.ts", [url, String(seconds)]);
  const [text] = await Promise.all([child.stdout.toArray(), once(child, "exit")]);
  return JSON.parse(Buffer.concat(text).toString()) as Sent;
}

function start(file: string, args: readonly string[]) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}
