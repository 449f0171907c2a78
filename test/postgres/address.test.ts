import { describe, expect, it } from "vitest";
import { addressOf, plainTextWarning } from "../../src/postgres/connection/address.ts";

const AT = "postgres://bot:word@db.example.org/cla";

describe("sslmode in DATABASE_URL", () => {
  it.each(["disable", "verify-full"])("%s is taken as it is", (mode) => {
    expect(addressOf(`${AT}?sslmode=${mode}`)).toBe(`${AT}?sslmode=${mode}`);
  });

  it.each(["require", "verify-ca&sslrootcert=ca.pem"])("%s means what it means to libpq", (mode) => {
    expect(addressOf(`${AT}?sslmode=${mode}`)).toBe(`${AT}?sslmode=${mode}&uselibpqcompat=true`);
  });

  it.each(["prefer", "allow", "yes"])(
    "%s is refused with what to write, and without the password",
    (mode) => {
      expect(() => addressOf(`${AT}?sslmode=${mode}`)).toThrow(/write sslmode=verify-full/);
      expect(() => addressOf(`${AT}?sslmode=${mode}`)).not.toThrow(/word/);
    },
  );

  it("counts where it stands last, as for libpq", () => {
    expect(() => addressOf(`${AT}?sslmode=require&sslmode=prefer`)).toThrow(/sslmode=prefer silently/);
    expect(addressOf(`${AT}?sslmode=require&sslmode=disable`)).not.toContain("uselibpqcompat");
  });

  it("may come from PGSSLMODE, which then is named", () => {
    expect(addressOf(AT, { PGSSLMODE: "require" })).toBe(`${AT}?sslmode=require&uselibpqcompat=true`);
    expect(addressOf(`${AT}?sslmode=disable`, { PGSSLMODE: "prefer" })).toBe(`${AT}?sslmode=disable`);
    expect(() => addressOf(AT, { PGSSLMODE: "prefer" })).toThrow(/^PGSSLMODE: sslmode=prefer/);
  });

  it("verify-ca without an authority is refused with both ways out", () => {
    expect(() => addressOf(`${AT}?sslmode=verify-ca`)).toThrow(/needs sslrootcert=FILE.*sslmode=verify-full/);
  });

  it.each(["false", "yes"])("is asked for where ssl=%s says nothing clear", (value) => {
    expect(() => addressOf(`${AT}?ssl=${value}`)).toThrow(/unknown value of ssl; write sslmode/);
  });

  it("that is absent is warned of where the connection leaves the machine", () => {
    expect(plainTextWarning(AT)).toContain("not encrypted");
    for (const local of ["localhost", "127.0.0.1", "[::1]"])
      expect(plainTextWarning(`postgres://bot:word@${local}:5432/cla`)).toBeNull();
    expect(plainTextWarning("postgres:///cla?host=/run/postgresql")).toBeNull();
    expect(plainTextWarning("postgres://bot:word@/cla?host=10.1.1.1")).toContain("not encrypted");
    expect(plainTextWarning(`${AT}?ssl=true`)).toBeNull();
    expect(plainTextWarning(AT, { PGSSLMODE: "require" })).toBeNull();
    expect(plainTextWarning(`${AT}?sslmode=disable`)).toBeNull();
  });
});
