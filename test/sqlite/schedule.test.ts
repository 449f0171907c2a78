import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openSchedule } from "../../src/sqlite/queue/schedule.ts";

describe("SQLite's schedule", () => {
  const report = vi.fn<(job: string, error: unknown) => void>();
  beforeEach(() => {
    report.mockReset();
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 15, 11, 59, 30) });
  });
  afterEach(() => vi.useRealTimers());

  it("runs a job at its times, in UTC, until it is stopped", async () => {
    const schedule = openSchedule(report);
    const job = vi.fn<() => Promise<void>>().mockResolvedValue();
    await schedule.every("sweep", "0 12 * * *", job);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(job).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(2000);
    expect(job).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(24 * 3_600_000);
    expect(job).toHaveBeenCalledTimes(2);
    await schedule.stop();
    await vi.advanceTimersByTimeAsync(48 * 3_600_000);
    expect(job).toHaveBeenCalledTimes(2);
  });

  it("does not start a job that still runs", async () => {
    const schedule = openSchedule(report);
    let end = (): void => {};
    const job = vi.fn<() => Promise<void>>(() => new Promise((resolve) => (end = resolve)));
    await schedule.every("slow", "* * * * *", job);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(job).toHaveBeenCalledTimes(1);
    end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(job).toHaveBeenCalledTimes(2);
    end();
    await schedule.stop();
  });

  it("reports what a job throws and runs it again at its next time", async () => {
    const schedule = openSchedule(report);
    const error = new Error("no luck");
    const job = vi.fn<() => Promise<void>>().mockRejectedValue(error);
    await schedule.every("unlucky", "* * * * *", job);
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(job).toHaveBeenCalledTimes(2);
    expect(report.mock.calls).toEqual([
      ["unlucky", error],
      ["unlucky", error],
    ]);
    await schedule.stop();
  });

  it("waits for a running job before it has stopped", async () => {
    const schedule = openSchedule(report);
    let end = (): void => {};
    await schedule.every("slow", "* * * * *", () => new Promise((resolve) => (end = resolve)));
    await vi.advanceTimersByTimeAsync(60_000);
    const stopped = vi.fn<() => void>();
    const stopping = schedule.stop().then(stopped);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(stopped).not.toHaveBeenCalled();
    end();
    await stopping;
    expect(stopped).toHaveBeenCalledTimes(1);
  });
});
