import { Gauge, type Registry } from "prom-client";
import type { HostName } from "../account.ts";
import { Failure } from "../error.ts";
import type { LimitLeft } from "../ports/host.ts";
import type { QueueDepth, QueueSurvey } from "../ports/queue.ts";

/** What is read when somebody requests the metrics. */
export interface MetricSources {
  readonly version: string;
  /** @throws Failure `database-unreachable`; as do the two below. Those metrics are then left out. */
  depth(): Promise<QueueDepth>;
  survey(): Promise<QueueSurvey>;
  /** Signatures that count. */
  signatures(): Promise<
    readonly { readonly host: HostName; readonly agreement: string; readonly signatures: number }[]
  >;
  /** The remaining calls, as each host last reported them. */
  limits(): readonly (LimitLeft & { readonly host: HostName })[];
}

/**
 * The number of installations with a label of their own; the others share `others`, which shows the lowest remaining
 * value.
 */
const MOST_INSTALLATIONS = 20;
/**
 * Counting signatures may take at most this share of the time; after a slow count the last result is shown for a while.
 */
const COUNTING_SHARE = 100;

type Row = readonly [labels: Readonly<Record<string, string>>, value: number];

interface Numbers {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: () => Promise<readonly Row[]> | readonly Row[];
}

/**
 * Registers the metrics that are read on request. A metric that can't be read is left out, so that a database that does
 * not answer hides no other metric.
 */
export function gaugesOf(registry: Registry, sources: MetricSources): readonly Omit<Numbers, "read">[] {
  const signatures = sparingly(() => sources.signatures());
  const depth = shared(() => sources.depth());
  const survey = shared(() => sources.survey());
  const installations = new Set<number>();
  const numbers: readonly Numbers[] = [
    {
      name: "countersign_build_info",
      help: "1, with the version of the bot and of Node.js.",
      labels: ["version", "node"],
      read: () => [[{ version: sources.version, node: process.versions.node }, 1]],
    },
    {
      name: "countersign_database_up",
      help: "1 when the database answers, else 0.",
      labels: [],
      read: () =>
        depth().then(
          (): Row[] => [[{}, 1]],
          (): Row[] => [[{}, 0]],
        ),
    },
    {
      name: "countersign_queue_tasks",
      help: "Tasks in the queue, by state.",
      labels: ["state"],
      read: async () => Object.entries(await depth()).map(([state, tasks]) => [{ state }, tasks]),
    },
    {
      name: "countersign_queue_due_tasks",
      help: "Tasks that are due, by class: what a person waits for, and bulk work.",
      labels: ["class"],
      read: async () => (await survey()).classes.map((one) => [{ class: one.class }, one.due]),
    },
    {
      name: "countersign_queue_oldest_due_seconds",
      help: "For how long the oldest due task of a class has been due; 0 when none is.",
      labels: ["class"],
      read: async () =>
        (await survey()).classes.map((one) => [
          { class: one.class },
          one.oldest === null ? 0 : Math.max(0, Date.now() - one.oldest) / 1000,
        ]),
    },
    {
      name: "countersign_queue_troubled_tasks",
      help: "Tasks that failed, by state (parked or retrying) and reason.",
      labels: ["state", "reason"],
      read: async () =>
        (await survey()).troubled.map(({ state, code, tasks }) => [{ state, reason: code }, tasks]),
    },
    {
      name: "countersign_signatures",
      help: "Signatures that count, by host and agreement.",
      labels: ["host", "agreement"],
      read: async () =>
        (await signatures()).map((one) => [{ host: one.host, agreement: one.agreement }, one.signatures]),
    },
    {
      name: "countersign_host_limit_remaining",
      help: "The remaining rate limit, as last reported by the host.",
      labels: ["host", "resource", "installation"],
      read: () => limitRows(sources.limits(), installations),
    },
  ];
  for (const { name, help, labels, read } of numbers)
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: labels,
        registers: [],
        async collect() {
          this.reset();
          try {
            const rows = await read();
            this.reset();
            if (rows.length === 0 && labels.length === 0) this.remove();
            for (const [label, value] of rows) this.set(label, value);
          } catch (error) {
            if (!(error instanceof Failure)) throw error;
            // A gauge without labels would then report 0, which would be wrong.
            if (labels.length === 0) this.remove();
          }
        },
      }),
    );
  return numbers;
}

/** @param known the installations that already have a label of their own, and keep it */
function limitRows(limits: ReturnType<MetricSources["limits"]>, known: Set<number>): readonly Row[] {
  const rows = new Map<string, [Record<string, string>, number]>();
  for (const { host, resource, installation, remaining } of limits) {
    if (installation !== null && known.size < MOST_INSTALLATIONS) known.add(installation);
    const named = installation === null ? "none" : known.has(installation) ? String(installation) : "others";
    const key = `${host} ${resource} ${named}`;
    const labels = { host, resource, installation: named };
    rows.set(key, [labels, Math.min(remaining, rows.get(key)?.[1] ?? Infinity)]);
  }
  return [...rows.values()];
}

/** All that ask at once get one answer: each reads the whole queue. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | null = null;
  return () =>
    (reading ??= read().finally(() => {
      reading = null;
    }));
}

/** Asks again only after {@link COUNTING_SHARE} times the duration of the last count. */
function sparingly<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { readonly value: T; readonly until: number } | null = null;
  return async () => {
    if (last !== null && performance.now() < last.until) return last.value;
    const started = performance.now();
    const value = await read();
    const ended = performance.now();
    // A count that takes a few milliseconds does no harm, however often it runs.
    last = ended - started < 20 ? null : { value, until: ended + COUNTING_SHARE * (ended - started) };
    return value;
  };
}
