import type { MetricSources } from "../../src/http/metric-gauges.ts";

/** The numbers of a bot that has nothing to do, for servers that run without one. */
export const IDLE_SOURCES: MetricSources = {
  version: "0.0.0",
  depth: async () => ({ due: 0, leased: 0, waiting: 0, parked: 0 }),
  survey: async () => ({ classes: [], troubled: [] }),
  signatures: async () => [],
  limits: () => [],
};
