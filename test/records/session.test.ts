import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { sessionOf } from "../../src/records/session.ts";

const kept = { host: null, account: null, pending: null, expiresAt: 5 };
const pending = { host: "gitee", state: "s", verifier: "v", returnTo: "/me" } as const;

describe("a session's row", () => {
  it("is read as a sign-in that is not done, or as a person's session", () => {
    expect(sessionOf(kept)).toEqual({ account: null, pending: null, expiresAt: 5 });
    expect(sessionOf({ ...kept, pending: JSON.stringify(pending) })).toEqual({
      account: null,
      pending,
      expiresAt: 5,
    });
    expect(sessionOf({ ...kept, host: "github", account: 7 })).toEqual({
      account: accountOf("github", 7),
      pending: null,
      expiresAt: 5,
    });
  });

  it("without a host or a number names nobody", () => {
    expect(sessionOf({ ...kept, host: "github" }).account).toBeNull();
    expect(sessionOf({ ...kept, account: 7 }).account).toBeNull();
  });

  it.each(["host", "state", "verifier", "returnTo"])("with a sign-in without its %s is not read", (field) => {
    const torn = JSON.stringify({ ...pending, [field]: undefined });
    expect(() => sessionOf({ ...kept, pending: torn })).toThrow(field);
  });
});
