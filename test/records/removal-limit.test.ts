import { describe, expect, it } from "vitest";
import type { ImportCounts } from "../../src/records/import-counts.ts";
import { isLargeRemoval, requireSmallRemoval } from "../../src/records/removal-limit.ts";

const NONE: ImportCounts = {
  added: 0,
  restored: 0,
  changed: 0,
  unchanged: 0,
  kept: 0,
  revoked: 0,
  unclear: 0,
  erased: 0,
  ended: 0,
  removed: 0,
  held: 0,
};

describe("a removal", () => {
  it.each([
    [10, 10, false],
    [11, 109, true],
    [11, 110, false],
    [20, 199, true],
    [20, 200, false],
  ])("of %i of %i signatures is large: %s", (removed, held, isLarge) => {
    expect(isLargeRemoval(removed, held)).toBe(isLarge);
  });
});

describe("a replace", () => {
  const replace = (counts: Partial<ImportCounts>, allowed: number | null = null) => {
    requireSmallRemoval("icla", { ...NONE, ...counts }, allowed);
  };
  const large = { unchanged: 1, removed: 15, ended: 5, held: 100 };

  it("that ends few signatures is done", () => {
    expect(() => replace({ unchanged: 90, removed: 10, held: 100 })).not.toThrow();
    expect(() => replace({ unchanged: 1, removed: 10, held: 11 })).not.toThrow();
  });

  it("that ends many is done only if as many are allowed", () => {
    const refusal = expect.objectContaining({
      code: "refused",
      message:
        "this would end 20 of the 100 signatures of icla, more than 10%. Check that the file is " +
        "complete. To confirm, use --yes --allow-removals 20.",
    });
    expect(() => replace(large)).toThrow(refusal);
    expect(() => replace(large, 19)).toThrow(refusal);
    expect(() => replace(large, 20)).not.toThrow();
    expect(() => replace(large, 21)).not.toThrow();
  });

  it.each(["revoked", "unclear", "erased"] as const)(
    "whose rows are all %s would end everything, and is refused, however much is allowed",
    (why) => {
      expect(() => replace({ [why]: 1, removed: 1, ended: 1, held: 2 }, 99)).toThrow(
        expect.objectContaining({
          code: "refused",
          message:
            "no row of the files counts here, because the people revoked or were erased, and --replace would end all 2 " +
            "signatures of icla: nothing was changed. To end them, use revoke.",
        }),
      );
    },
  );

  it.each(["added", "restored", "changed", "unchanged", "kept"] as const)(
    "of which one row counts as %s is done beside a revoked one",
    (how) => {
      expect(() => replace({ [how]: 1, revoked: 1, removed: 1, held: 2 })).not.toThrow();
    },
  );

  it("of which several rows count in different ways is done", () => {
    const ways = ["added", "restored", "changed", "unchanged", "kept"] as const;
    for (const [one, other] of ways.flatMap((way) => ways.map((second) => [way, second] as const)))
      expect(() => replace({ [one]: 1, [other]: 1, revoked: 1, removed: 1, held: 2 })).not.toThrow();
  });

  it("that ends nothing is done, though no row counts; and so is one without rows", () => {
    expect(() => replace({ revoked: 1 })).not.toThrow();
    expect(() => replace({ removed: 1, held: 1 })).not.toThrow();
  });
});
