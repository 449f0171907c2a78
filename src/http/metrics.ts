import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { HostName } from "../account.ts";
import type { FailureCode } from "../error.ts";
import type { HostCall } from "../ports/host.ts";
import type { VerdictKind } from "../verdict/verdict.ts";
import { gaugesOf, type MetricSources } from "./metric-gauges.ts";

/** The result of a delivery: its answer, or `dropped` if the sender disconnected early. */
export type DeliveryOutcome =
  | "accepted"
  | "ignored"
  | "refused"
  | "too-large"
  | "crowded-out"
  | "failed"
  | "dropped";

/**
 * The counters, for the parts of the bot that see the events. No label names a person, a repository or a pull request.
 */
export interface Metrics {
  /** @param event one of a bounded number of words */
  delivery(host: HostName, event: string, outcome: DeliveryOutcome): void;
  /**
   * A task ended.
   * @param verdict `none`: a task that ends without one, e.g. of a closed pull request or a sweep
   * @param seconds from taking the task to its end
   */
  check(host: HostName, verdict: VerdictKind | "failed" | "none", seconds: number): void;
  /** A try failed. */
  failure(host: HostName, reason: FailureCode): void;
  /**
   * A verdict was shown. @param waited in seconds since the delivery that asked for it; null: no delivery asked for it
   */
  verdict(host: HostName, verdict: VerdictKind, waited: number | null): void;
  /** A request was malformed, for example its `Host` header. */
  badRequest(): void;
  /** A call went to a host. */
  hostCall(host: HostName, call: Pick<HostCall, "kind" | "result">): void;
  /** Everything in Prometheus' text format. */
  print(): Promise<string>;
  /** The bot's own metrics, without those of the process. */
  list(): readonly MetricDescription[];
}

export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** The type of what {@link Metrics.print} returns. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // The default precision wakes an idle process a hundred times a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 });
  const described: MetricDescription[] = [];
  const describe = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) => {
    described.push({ name, help, labels: labelNames });
    return { name, help, labelNames, registers };
  };
  const counter = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
    new Counter(describe(name, help, labels));
  const histogram = <Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
    buckets: number[],
  ) => new Histogram({ ...describe(name, help, labels), buckets });

  const deliveries = counter(
    "countersign_deliveries_total",
    "Webhook deliveries, by host, event and outcome.",
    ["host", "event", "outcome"],
  );
  const checks = counter("countersign_checks_total", "Tasks that ended, by host and verdict.", [
    "host",
    "verdict",
  ]);
  const failures = counter("countersign_failures_total", "Tries that failed, by host and reason.", [
    "host",
    "reason",
  ]);
  const verdicts = counter("countersign_verdicts_total", "Verdicts that were shown, by host and verdict.", [
    "host",
    "verdict",
  ]);
  const badRequests = counter(
    "countersign_bad_requests_total",
    "Requests that were malformed, for example by their Host header.",
    [],
  );
  const calls = counter(
    "countersign_host_calls_total",
    "Calls to a host's API, by host, kind (read or write) and result.",
    ["host", "kind", "result"],
  );
  const duration = histogram(
    "countersign_check_duration_seconds",
    "How long a task took, from taking it to its end.",
    ["host"],
    [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
  );
  const waits = histogram(
    "countersign_delivery_to_verdict_seconds",
    "Time from the arrival of a delivery to the verdict that it asked for.",
    ["host"],
    [0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800],
  );
  for (const { labels, ...gauge } of gaugesOf(registry, sources))
    described.push({ name: gauge.name, help: gauge.help, labels });
  return {
    delivery: (host, event, outcome) => deliveries.inc({ host, event, outcome }),
    check(host, verdict, seconds) {
      checks.inc({ host, verdict });
      duration.observe({ host }, seconds);
    },
    failure: (host, reason) => failures.inc({ host, reason }),
    verdict(host, verdict, waited) {
      verdicts.inc({ host, verdict });
      if (waited !== null) waits.observe({ host }, waited);
    },
    badRequest: () => badRequests.inc(),
    hostCall: (host, { kind, result }) => calls.inc({ host, kind, result }),
    print: () => registry.metrics(),
    list: () => described,
  };
}
