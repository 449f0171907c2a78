import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { doubtOf, latestOf, signatureOf, standingOf } from "../../src/records/signature.ts";
import { agreement, DAY, NOW, own } from "../verdict/facts.ts";

const revised = { ...agreement, version: "2.0", accepts: ["2.0"], graceDays: 30, effective: NOW - DAY };
const roster = { version: "1.0", entity: "acme", from: NOW - DAY, until: NOW + DAY };

describe("an account's standing", () => {
  it("is unsigned without coverage", () => {
    expect(standingOf([], agreement, NOW)).toEqual({ kind: "unsigned", outdated: false, changesAt: null });
  });

  it("is signed by the person's own signature, with nothing to wait for", () => {
    expect(standingOf([own], agreement, NOW)).toEqual({
      kind: "signed",
      through: [null],
      graceUntil: null,
      changesAt: null,
    });
  });

  it("is signed through every employer on whose roster the account stands", () => {
    const other = { ...roster, entity: "umbrella", until: null };
    expect(standingOf([roster, other], agreement, NOW)).toMatchObject({
      kind: "signed",
      through: ["acme", "umbrella"],
      changesAt: NOW + DAY,
    });
  });

  it.each([
    ["before its first moment", NOW - DAY - 1, "unsigned", NOW - DAY],
    ["from its first moment", NOW - DAY, "signed", NOW + DAY],
    ["until the moment before its end", NOW + DAY - 1, "signed", NOW + DAY],
    ["not at its end", NOW + DAY, "unsigned", null],
  ] as const)("by a roster counts %s", (_, now, kind, changesAt) => {
    expect(standingOf([roster], agreement, now)).toMatchObject({ kind, changesAt });
  });

  it("by an outdated roster that has ended is not called outdated", () => {
    expect(standingOf([{ ...roster, until: NOW }], revised, NOW)).toMatchObject({ outdated: false });
  });

  it("by an employer's earlier version is not called outdated, since that shows the employer's cover", () => {
    const late = NOW + 30 * DAY;
    const lasting = { ...roster, until: null };
    expect(standingOf([lasting], revised, late)).toMatchObject({ kind: "unsigned", outdated: false });
    expect(standingOf([lasting, own], revised, late)).toMatchObject({ outdated: true });
  });

  it("is green in the grace and says until when", () => {
    const until = NOW + 29 * DAY;
    expect(standingOf([own], revised, NOW)).toEqual({
      kind: "signed",
      through: [null],
      graceUntil: until,
      changesAt: until,
    });
    expect(standingOf([own], revised, until)).toEqual({
      kind: "unsigned",
      outdated: true,
      changesAt: null,
    });
  });

  it("has nothing to do in the grace when another coverage is current", () => {
    const current = { ...own, version: "2.0", entity: "acme" };
    expect(standingOf([own, current], revised, NOW)).toMatchObject({
      kind: "signed",
      through: ["acme"],
      graceUntil: null,
    });
  });
});

describe("an account's standing in time", () => {
  it("changes at the earliest of all moments, also where a later place has not begun", () => {
    const later = { ...roster, from: NOW + 2 * DAY, until: NOW + 9 * DAY };
    expect(standingOf([roster, later], agreement, NOW)).toMatchObject({
      kind: "signed",
      changesAt: NOW + DAY,
    });
    expect(standingOf([later], agreement, NOW)).toEqual({
      kind: "unsigned",
      outdated: false,
      changesAt: NOW + 2 * DAY,
    });
  });

  it("has a place without a beginning, and one that begins now", () => {
    expect(standingOf([{ ...roster, from: null }], agreement, NOW)).toMatchObject({ kind: "signed" });
    expect(standingOf([{ ...roster, from: NOW }], agreement, NOW)).toMatchObject({ kind: "signed" });
  });

  it("is in the grace as long as the last of several signatures is, through all of them", () => {
    const employed = { ...own, entity: "acme" };
    const until = NOW + 29 * DAY;
    expect(standingOf([own, employed], revised, NOW)).toEqual({
      kind: "signed",
      through: [null, "acme"],
      graceUntil: until,
      changesAt: until,
    });
  });
});

describe("a signature's row", () => {
  const row = {
    account: accountOf("github", 1),
    agreement: "icla",
    version: "1.0",
    signedAt: 1,
    entity: null,
  };

  it("is in doubt by its precision", () => {
    const precisions = [undefined, "exact", "zoneless", "day"] as const;
    const doubts = precisions.map((precision) =>
      doubtOf(precision === undefined ? row : { ...row, precision }),
    );
    expect(doubts).toEqual([0, 0, 1, 2]);
  });

  it.each([
    ["an exact one means itself", undefined, 0],
    ["one that says it is exact means itself", "exact", 0],
    ["one without a zone may be of the westernmost", "zoneless", DAY / 2],
    ["a day may end in the westernmost zone", "day", DAY / 2 + DAY],
  ] as const)("has a date whose latest meaning is known: %s", (_name, precision, later) => {
    expect(latestOf({ signedAt: NOW, ...(precision && { precision }) })).toBe(NOW + later);
  });

  it("is read with the account, and with a digest if it has one", () => {
    const { account, ...rest } = { ...row, evidence: "page" as const, revokedAt: null };
    const kept = { ...rest, host: "github", number: 1 } as const;
    expect(signatureOf({ ...kept, digest: null })).toStrictEqual({ account, ...rest });
    expect(signatureOf({ ...kept, digest: "d" })).toEqual({ account, ...rest, digest: "d" });
  });
});
