import { expect, it } from "vitest";
import { RETENTION, RETENTION_BOUNDS } from "../../src/records/retention.ts";

it("each period of retention that can be set is within its bounds", () => {
  const DAY = 86_400_000;
  for (const [name, { least, most }] of Object.entries(RETENTION_BOUNDS)) {
    const days = RETENTION[name as keyof typeof RETENTION_BOUNDS] / DAY;
    expect([name, days >= least, days <= most]).toEqual([name, true, true]);
  }
  expect(RETENTION.tombstone).toBe(RETENTION.ended);
});
