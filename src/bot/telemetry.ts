/**
 * OpenTelemetry traces: a span for each delivery, for each task, and within a task for each call to a host. Its
 * packages are loaded only if `OTEL_EXPORTER_OTLP_ENDPOINT` is set. No span names a person.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Context } from "@opentelemetry/api";
import type { HostName } from "../account.ts";
import type { Done } from "../check/work.ts";
import type { ToldDelivery } from "../http/webhooks.ts";
import type { HostCall } from "../ports/host.ts";
import { taskKey, taskRepository, type Taken } from "../ports/queue.ts";
import { VERSION } from "./version.ts";

export interface Telemetry {
  delivery(told: ToldDelivery): void;
  call(host: HostName, call: HostCall): void;
  /** Runs a task in a span, which contains its calls. */
  task(taken: Taken, run: () => Promise<Done>): Promise<Done>;
  /** Sends the remaining spans, for two seconds at most. */
  stop(): Promise<void>;
}

export interface TelemetryEnvironment {
  /** The full URL for traces. */
  readonly tracesUrl: string;
  readonly serviceName: string;
}

const STOP_MS = 2_000;

export async function openTelemetry(environment: TelemetryEnvironment | null): Promise<Telemetry | null> {
  if (environment === null) return null;
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = await import("@opentelemetry/api");
  const { OTLPTraceExporter } = await import("@opentelemetry/exporter-trace-otlp-http");
  const { resourceFromAttributes } = await import("@opentelemetry/resources");
  const { BasicTracerProvider, BatchSpanProcessor } = await import("@opentelemetry/sdk-trace-base");
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      "service.name": environment.serviceName,
      "service.version": VERSION,
    }),
    // The exporter itself reads the other OTEL_EXPORTER_OTLP_ variables, e.g. the headers.
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: environment.tracesUrl }))],
  });
  const tracer = provider.getTracer("countersign", VERSION);
  const contexts = new AsyncLocalStorage<Context>();

  return {
    delivery({ host, delivery, event, outcome, repository, startedAt }) {
      const span = tracer.startSpan(
        `delivery ${event}`,
        {
          kind: SpanKind.SERVER,
          startTime: startedAt,
          attributes: {
            "countersign.host": host,
            "countersign.delivery": delivery,
            "countersign.event": event,
            "countersign.outcome": outcome,
            ...(repository === null ? {} : { "countersign.repository": repository }),
          },
        },
        ROOT_CONTEXT,
      );
      if (outcome === "failed" || outcome === "crowded-out") span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    call(host, { what, kind, result, startedAt, endedAt }) {
      const span = tracer.startSpan(
        `${host} ${what}`,
        {
          kind: SpanKind.CLIENT,
          startTime: startedAt,
          attributes: { "countersign.host": host, "countersign.kind": kind, "countersign.result": result },
        },
        contexts.getStore() ?? ROOT_CONTEXT,
      );
      if (result !== "ok") span.setStatus({ code: SpanStatusCode.ERROR, message: result });
      span.end(endedAt);
    },
    async task({ task, deliveries }, run) {
      const span = tracer.startSpan(
        `task ${task.kind}`,
        {
          startTime: Date.now(),
          attributes: {
            "countersign.host": task.host,
            "countersign.repository": taskRepository(task),
            "countersign.task": taskKey(task),
            "countersign.deliveries": deliveries.map(({ id }) => id),
          },
        },
        ROOT_CONTEXT,
      );
      try {
        const done = await contexts.run(trace.setSpan(ROOT_CONTEXT, span), run);
        span.setAttribute("countersign.outcome", done.kind);
        if (done.kind === "done" && done.outcome !== null)
          span.setAttribute("countersign.state", done.outcome.state);
        // The bot's own pacing is not an error.
        if (done.kind === "retry" || done.kind === "parked")
          span.setStatus({ code: SpanStatusCode.ERROR, message: done.failure.code });
        return done;
      } finally {
        span.end();
      }
    },
    async stop() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, STOP_MS);
      // A collector that does not answer must not change how the process ends.
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      clearTimeout(timer);
    },
  };
}
