/**
 * Deliveries at a steady rate while the host answers every call with an error, so that each leaves a task in the queue:
 * what the process keeps for each of them. The bot's and the hosts' memory are in separate processes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startHosts } from "../playground/stage.ts";
import { serve } from "../test/whole-way/serve-process.ts";
import { megabytes, type Bench } from "./result.ts";

const RATE = 10;
const MINUTES = 12;
const QUICK = { rate: 40, minutes: 1 };
/** The part of the run in which caches and compiled code still fill. */
const WARM_UP = 1 / 3;
const GOAL = 1_000;

const HOOK = new URL("report-memory.ts", import.meta.url).href;

interface Sample {
  readonly deliveries: number;
  readonly heap: number;
  readonly resident: number;
}

export const memory: Bench = async ({ quick }) => {
  const { rate, minutes } = quick ? QUICK : { rate: RATE, minutes: MINUTES };
  const hosts = await startHosts();
  const served = await serve(hosts, { NODE_OPTIONS: `--expose-gc --import=${HOOK}`, LOG_LEVEL: "error" });
  try {
    const { github } = hosts;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    github.faults.down = true;
    const samples: Sample[] = [];
    const wanted = Math.round(rate * minutes * 60);
    const started = performance.now();
    for (let opened = 0; opened < wanted; opened += 1) {
      hello.openPull({ opener: alice });
      await sleep(Math.max(0, started + (opened * 1_000) / rate - performance.now()));
      const last = served.lines.findLast((line) => line.startsWith("memory "));
      const [, heap = 0, resident = 0] = last?.split(" ").map(Number) ?? [];
      if (heap > 0 && heap !== samples.at(-1)?.heap) samples.push({ deliveries: opened, heap, resident });
    }
    const steady = samples.filter(({ deliveries }) => deliveries >= wanted * WARM_UP);
    const slope = slopeOf(steady);
    const last = samples.at(-1);
    return [
      {
        what: `${wanted.toLocaleString("en")} deliveries at ${rate} a second over a failing host: kept for each`,
        measured: `${Math.round(slope)} bytes`,
        goal: `< ${GOAL} bytes`,
        met: slope < GOAL,
      },
      {
        what: "heap in use and resident at the end",
        measured: `${megabytes(last?.heap ?? 0)}, ${megabytes(last?.resident ?? 0)}`,
        goal: "",
        met: null,
      },
    ];
  } finally {
    await served.end("SIGTERM");
    await hosts.stop();
  }
};

/** Bytes for each delivery: the slope of the line that fits best. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ deliveries }) => deliveries), mean(({ heap }) => heap)];
  const [over, under] = samples.reduce(
    ([a, b], { deliveries, heap }) => [a + (deliveries - x) * (heap - y), b + (deliveries - x) ** 2],
    [0, 0],
  );
  return over / under;
}
