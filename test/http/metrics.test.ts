import { describe, expect, it } from "vitest";
import { Failure } from "../../src/error.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { IDLE_SOURCES } from "./metric-sources.ts";

describe("the metrics", () => {
  it("have no label for an installation beyond a bound: the rest share the least that one has left", async () => {
    const limits = Array.from({ length: 50 }, (_, index) => ({
      host: "github" as const,
      resource: "core",
      installation: index + 1,
      remaining: 5_000 - index,
    }));
    const text = await createMetrics({ ...IDLE_SOURCES, limits: () => limits }).print();
    const rows = text.split("\n").filter((line) => line.startsWith("countersign_host_limit_remaining{"));
    expect(rows).toHaveLength(21);
    expect(rows).toContain(
      'countersign_host_limit_remaining{host="github",resource="core",installation="1"} 5000',
    );
    expect(rows).toContain(
      'countersign_host_limit_remaining{host="github",resource="core",installation="others"} 4951',
    );
  });

  it("leave out what the database does not tell, and show the rest", async () => {
    const away = () => Promise.reject(new Failure("database-unreachable"));
    const metrics = createMetrics({
      ...IDLE_SOURCES,
      version: "1.2.3",
      depth: away,
      survey: away,
      signatures: away,
    });
    metrics.delivery("github", "push", "failed");
    const text = await metrics.print();
    expect(text).toContain("countersign_database_up 0\n");
    expect(text).toMatch(/^countersign_build_info\{version="1\.2\.3",/m);
    expect(text).toContain('countersign_deliveries_total{host="github",event="push",outcome="failed"} 1\n');
    expect(text).not.toMatch(/^countersign_(queue_|signatures)[^#]*\d$/m);
  });

  it("show what there is by reason and by agreement, and no longer what is gone", async () => {
    let troubled: { code: "policy-broken"; state: "parked"; tasks: number }[] = [
      { code: "policy-broken", state: "parked", tasks: 2 },
    ];
    let surveys = 0;
    const metrics = createMetrics({
      ...IDLE_SOURCES,
      survey: async () => {
        surveys += 1;
        return { classes: [{ class: "person", due: 4, oldest: Date.now() - 90_000 }], troubled };
      },
      signatures: async () => [{ host: "gitee", agreement: "icla", signatures: 7 }],
    });
    const text = await metrics.print();
    expect(text).toContain('countersign_queue_troubled_tasks{state="parked",reason="policy-broken"} 2\n');
    expect(text).toContain('countersign_queue_due_tasks{class="person"} 4\n');
    expect(text).toMatch(/countersign_queue_oldest_due_seconds\{class="person"\} 9\d\.?\d*\n/);
    expect(text).toContain('countersign_signatures{host="gitee",agreement="icla"} 7\n');
    troubled = [];
    expect(await metrics.print()).not.toContain('reason="policy-broken"');
    // Each reads the whole queue.
    expect(surveys).toBe(2);
  });
});
