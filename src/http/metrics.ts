import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { HostName } from "../account.ts";
import type { QueueDepth } from "../ports/queue.ts";
import type { VerdictKind } from "../verdict/verdict.ts";

/** What became of a delivery: by its answer, or `dropped` when the sender went away before its end. */
export type DeliveryOutcome =
  | "accepted"
  | "ignored"
  | "refused"
  | "too-large"
  | "crowded-out"
  | "failed"
  | "dropped";

/** The counters, for the parts that see the events. No label ever names a person, a repository or a pull request. */
export interface Metrics {
  delivery(host: HostName, outcome: DeliveryOutcome): void;
  /** A check came to an end. @param seconds from taking the task to showing the verdict */
  check(host: HostName, verdict: VerdictKind | "failed", seconds: number): void;
  /** A request was malformed, for example its `Host` header. */
  badRequest(): void;
  /** A call went to a host. */
  hostCall(host: HostName, kind: "read" | "write"): void;
  /** Everything in Prometheus' text format. */
  print(): Promise<string>;
}

/** What is read when the numbers are asked for. */
export interface MetricSources {
  depth(): Promise<QueueDepth>;
}

/** The type of what {@link Metrics.print} returns. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // The default precision wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const deliveries = new Counter({
    name: "countersign_deliveries_total",
    help: "Webhook deliveries, by host and by what became of them.",
    labelNames: ["host", "outcome"],
    registers,
  });
  const checks = new Counter({
    name: "countersign_checks_total",
    help: "Checks of pull requests, by host and verdict.",
    labelNames: ["host", "verdict"],
    registers,
  });
  const badRequests = new Counter({
    name: "countersign_bad_requests_total",
    help: "Requests that were malformed, for example by their Host header.",
    registers,
  });
  const calls = new Counter({
    name: "countersign_host_calls_total",
    help: "Calls to a host's API, by host and kind.",
    labelNames: ["host", "kind"],
    registers,
  });
  const duration = new Histogram({
    name: "countersign_check_duration_seconds",
    help: "How long a check took, from taking the task to showing the verdict.",
    labelNames: ["host"],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
    registers,
  });
  const queue = new Gauge({
    name: "countersign_queue_tasks",
    help: "Tasks in the queue, by state.",
    labelNames: ["state"],
    registers: [],
    async collect() {
      for (const [state, tasks] of Object.entries(await sources.depth())) this.set({ state }, tasks);
    },
  });
  registry.registerMetric(queue);
  return {
    delivery: (host, outcome) => deliveries.inc({ host, outcome }),
    check(host, verdict, seconds) {
      checks.inc({ host, verdict });
      duration.observe({ host }, seconds);
    },
    badRequest: () => badRequests.inc(),
    hostCall: (host, kind) => calls.inc({ host, kind }),
    print: () => registry.metrics(),
  };
}
