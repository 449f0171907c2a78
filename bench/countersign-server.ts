/** The bot's own server and queue, without workers, so that only taking deliveries is measured. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { gitHubWebhooks } from "../src/github/traffic/webhook.ts";
import { createMetrics } from "../src/http/metrics.ts";
import { startServer } from "../src/http/server.ts";
import { openSqlite } from "../src/sqlite/open.ts";
import { SECRET } from "./payloads.ts";

const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
const engine = await openSqlite(join(folder, "countersign.db"), { serving: true });
const server = await startServer({
  address: { host: "127.0.0.1", port: 0 },
  webhooks: new Map([["github", gitHubWebhooks({ secret: SECRET })]]),
  queue: engine.queue,
  ready: () => engine.ready(),
  metrics: createMetrics({
    version: "0.0.0",
    depth: () => engine.queue.depth(),
    survey: () => engine.queue.survey(),
    signatures: () => engine.signatures.count(),
    limits: () => [],
  }),
  metricsAccess: { token: null, port: null },
  pages: null,
  log: pino({ level: "info" }, pino.destination("/dev/null")),
});
process.once("SIGTERM", () => {
  rmSync(folder, { recursive: true });
  process.exit(0);
});
process.stdout.write(`${server.url}\n`);
