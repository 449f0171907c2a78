import { TestClock } from "pg-boss";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openSchedule, scheduleSchema, SCHEMA } from "../../src/postgres/queue/schedule.ts";
import { NO_SERVER, useServer } from "./server.ts";

const MINUTE = 60_000;

describe.skipIf(NO_SERVER !== null)("PostgreSQL's schedule", () => {
  const server = useServer();
  const report = vi.fn<(job: string, error: unknown) => void>();
  let url = "";
  let clock: TestClock;
  beforeEach(async () => {
    report.mockReset();
    url = await server.createDatabase();
    clock = new TestClock(Date.UTC(2026, 0, 15, 11, 58, 30));
  });
  const open: ReturnType<typeof openSchedule>[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((schedule) => schedule.stop()));
  });

  function replica() {
    const schedule = openSchedule(url, report, clock);
    open.push(schedule);
    return schedule;
  }

  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5_000) await clock.tick(5_000);
  }

  it("does a job once at each of its times, in UTC, however many replicas there are", async () => {
    const job = vi.fn<() => Promise<void>>().mockResolvedValue();
    await replica().every("sweep", "0 12 * * *", job);
    await replica().every("sweep", "0 12 * * *", job);
    expect(job).not.toHaveBeenCalled();
    await pass(4 * MINUTE);
    expect(job).toHaveBeenCalledTimes(1);
    await clock.setTime(Date.UTC(2026, 0, 16, 11, 59, 30));
    await pass(3 * MINUTE);
    expect(job).toHaveBeenCalledTimes(2);
    expect(report).not.toHaveBeenCalled();
  });

  it("reports what a job throws and does it again at its next time", async () => {
    const error = new Error("no luck");
    const job = vi.fn<() => Promise<void>>().mockRejectedValue(error);
    await replica().every("unlucky", "* * * * *", job);
    await pass(3 * MINUTE);
    expect(job.mock.calls.length).toBeGreaterThan(1);
    expect(report).toHaveBeenCalledWith("unlucky", error);
  });

  it("makes its tables again, with the same jobs, if somebody drops them", async () => {
    // The test clock has a table there, too.
    const schedule = openSchedule(url, report);
    open.push(schedule);
    await schedule.every("sweep", "0 12 * * *", async () => {});
    await schedule.every("tidy", "0 13 * * *", async () => {});
    await server.query(url, `DROP SCHEMA ${SCHEMA} CASCADE`);
    const names = () =>
      server
        .query<{ name: string }>(url, `SELECT name FROM ${SCHEMA}.schedule ORDER BY name`)
        .then((rows) => rows.map(({ name }) => name))
        .catch(() => []);
    await expect.poll(names, { timeout: 30_000, interval: 100 }).toEqual(["sweep", "tidy"]);
    for (const [, error] of report.mock.calls) expect(error).toMatchObject({ code: "database-unreachable" });
  });

  it("keeps its tables apart from the others", async () => {
    await replica().every("sweep", "0 12 * * *", async () => {});
    const rows = await server.query<{ table_schema: string }>(
      url,
      "SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'pg_catalog')",
    );
    expect(rows).toEqual([{ table_schema: SCHEMA }]);
  });

  it("has a schema of its own for each schema of tables, also with a long or unusual name", () => {
    const long = "a".repeat(40);
    const schemas = ["public", "countersign", "bot", "Bot", "my-bot", "my_bot", long, `${long}1`, `${long}2`];
    const names = schemas.map((schema) => scheduleSchema(schema));
    expect(new Set(names).size).toBe(schemas.length);
    for (const name of names) expect(name).toMatch(/^[a-z_][a-z0-9_]{0,49}$/);
    expect(names.slice(0, 3)).toEqual([
      SCHEMA,
      expect.stringMatching(/^countersign_[0-9a-f]{16}_pgboss$/),
      "bot_pgboss",
    ]);
  });

  it("that never had a job stops without having asked the database anything", async () => {
    await expect(openSchedule("postgres://nobody@127.0.0.1:1/", report).stop()).resolves.toBeUndefined();
  });

  it("says what to do when the database can't be reached", async () => {
    const schedule = openSchedule("postgres://nobody:hidden@127.0.0.1:1/", report);
    await expect(schedule.every("sweep", "0 12 * * *", async () => {})).rejects.toMatchObject({
      code: "database-unreachable",
      message: expect.not.stringContaining("hidden"),
    });
    await schedule.stop();
  });
});
