import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accountOf,
  bucketOf,
  hostOf,
  HOSTS,
  isAccountNumber,
  isHostName,
  numberOf,
  parseAccount,
} from "../src/account.ts";

describe("an account", () => {
  it("survives being printed and read again", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...HOSTS),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        (host, n) => {
          const account = accountOf(host, n);
          expect(parseAccount(account)).toBe(account);
          expect([hostOf(account), numberOf(account)]).toEqual([host, n]);
          expect(bucketOf(account)).toBe(n % 256);
        },
      ),
    );
  });

  it.each(["github:0", "github:-1", "github:07", "github:1.5", "github:1e3", "github:@octocat", "octocat"])(
    "is not %s",
    (text) => expect(parseAccount(text)).toBeNull(),
  );

  it.each(["gitlab:1", "github:", ":1", "github:9007199254740993", " github:1", "github:1\n"])(
    "is not %j",
    (text) => expect(parseAccount(text)).toBeNull(),
  );

  it("is not part of a longer text", () => {
    for (const text of [
      "github:1x",
      "github:12 ",
      "xgithub:1",
      "GITHUB:1",
      "github::1",
      "github1",
      "gi thub:1",
    ])
      expect(parseAccount(text)).toBeNull();
    expect(parseAccount("github:10")).toBe("github:10");
    expect(parseAccount("gitee:9007199254740991")).toBe("gitee:9007199254740991");
  });

  it("with the same number on two hosts is two accounts", () => {
    expect(accountOf("github", 1)).not.toBe(accountOf("gitee", 1));
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 53])("has no number %s", (number) => {
    expect(isAccountNumber(number)).toBe(false);
    expect(() => accountOf("github", number)).toThrow(
      new RangeError(`${number} is not the number of an account`),
    );
  });

  it("is on a host that is known", () => {
    expect(["github", "gitee", "gitlab", ""].map(isHostName)).toEqual([true, true, false, false]);
  });
});
