import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import {
  employerOf,
  isEmployerId,
  isNewEmployer,
  leaveAt,
  meansNoEmployer,
  memberOf,
  requireCurrent,
  unknownEmployer,
} from "../../src/records/entity.ts";

describe("an employer's id", () => {
  it.each(["acme", "7", "Acme_GmbH-2.x", "öko", "华为", "nobody", "naan", "personal-care", "a".repeat(100)])(
    "is %s",
    (text) => expect(isEmployerId(text)).toBe(true),
  );

  it.each(["", " acme", "acme ", "acme inc", "-acme", ".acme", "_acme", "a/b", "acme\n", "a".repeat(101)])(
    "is not %j, because of its characters",
    (text) => expect([isEmployerId(text), meansNoEmployer(text)]).toEqual([false, false]),
  );

  it.each(
    "null nil NONE no na n.a n.a. nan undefined self myself individual personal private unaffiliated independent freelance freelancer self-employed 无 無 없음 个人 個人 本人 自由职业 自由职业者".split(
      " ",
    ),
  )("is not %s, because it means none", (text) => {
    expect([isEmployerId(text), meansNoEmployer(text)]).toEqual([false, true]);
  });
});

describe("an employer's row", () => {
  it("is read with its name if it has one", () => {
    expect(employerOf({ id: "acme", name: "Acme GmbH" })).toEqual({ id: "acme", name: "Acme GmbH" });
    expect(employerOf({ id: "acme", name: null })).toStrictEqual({ id: "acme" });
  });

  it("of a place is read with the account", () => {
    const place = { from: 1, until: null, evidence: "import", restricted: false } as const;
    expect(memberOf({ host: "gitee", account: 7, ...place })).toEqual({
      account: accountOf("gitee", 7),
      ...place,
    });
  });
});

describe("an employer", () => {
  const known = { id: "acme", agreement: "ccla", version: "2.0", signedAt: 1, endedAt: null };

  it("that nobody added is refused with the command that adds it", () => {
    expect(unknownEmployer("acme")).toMatchObject({
      code: "refused",
      message: "there is no employer acme: add it first (countersign entity add)",
    });
  });

  it("whose agreement ended takes no more accounts", () => {
    expect(() => requireCurrent(known)).not.toThrow();
    expect(() => requireCurrent({ ...known, endedAt: 0 })).toThrow(
      expect.objectContaining({
        code: "refused",
        message: "the agreement of acme ended: add it again first",
      }),
    );
  });

  it("is new if it is unknown or ended, and keeps its agreement and version", () => {
    const asked = { agreement: "ccla", version: "2.0" };
    expect(isNewEmployer(undefined, asked)).toBe(true);
    expect(isNewEmployer(known, asked)).toBe(false);
    expect(isNewEmployer({ ...known, endedAt: 5 }, asked)).toBe(true);
    const [agreement, version] = [
      { ...asked, agreement: "other" },
      { ...asked, version: "3.0" },
    ];
    for (const other of [agreement, version])
      expect(() => isNewEmployer(known, other)).toThrow(
        expect.objectContaining({
          code: "refused",
          message: `acme is known with ccla 2.0: choose another id for ${other.agreement} ${other.version}`,
        }),
      );
  });

  it("that accounts leave has pull requests checked again, and the date in the audit", () => {
    expect(leaveAt(9)).toEqual({
      act: "entity remove",
      details: { place: "member", until: 9 },
      covers: true,
      leaveErasedOut: false,
    });
  });
});
