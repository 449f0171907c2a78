import { describe, expect, it } from "vitest";
import { addressOf, plainTextWarning } from "../../src/postgres/connection/address.ts";

const AT = "postgres://bot:word@db.example.org/cla";

describe("sslmode in DATABASE_URL", () => {
  it.each(["disable", "verify-full"])("%s is taken as it is", (mode) => {
    expect(addressOf(`${AT}?sslmode=${mode}`)).toBe(`${AT}?sslmode=${mode}`);
  });

  it.each(["require", "verify-ca"])("%s means what it means to libpq", (mode) => {
    expect(addressOf(`${AT}?sslmode=${mode}`)).toBe(`${AT}?sslmode=${mode}&uselibpqcompat=true`);
  });

  it.each(["prefer", "allow", "yes"])(
    "%s is refused with what to write, and without the password",
    (mode) => {
      expect(() => addressOf(`${AT}?sslmode=${mode}`)).toThrow(/write sslmode=verify-full/);
      expect(() => addressOf(`${AT}?sslmode=${mode}`)).not.toThrow(/word/);
    },
  );

  it("that is absent is warned of where the connection leaves the machine", () => {
    expect(plainTextWarning(AT)).toContain("not encrypted");
    for (const local of ["localhost", "127.0.0.1", "[::1]"])
      expect(plainTextWarning(`postgres://bot:word@${local}:5432/cla`)).toBeNull();
    expect(plainTextWarning("postgres:///cla?host=/run/postgresql")).toBeNull();
    expect(plainTextWarning(`${AT}?sslmode=disable`)).toBeNull();
  });
});
