import type { MetricSources } from "../../src/http/metric-gauges.ts";

/** The metrics of an idle bot, for servers that run without a bot. */
export const IDLE_SOURCES: MetricSources = {
  version: "0.0.0",
  depth: async () => ({ due: 0, leased: 0, waiting: 0, parked: 0 }),
  survey: async () => ({ classes: [], troubled: [] }),
  signatures: async () => [],
  limits: () => [],
};
