import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDate } from "../../src/formats/cells/date.ts";
import { NOW } from "../verdict/facts.ts";

describe("a date", () => {
  it.each([
    ["2024-01-31", "2024-01-31T00:00:00.000Z"],
    ["2024-01-31T10:20", "2024-01-31T10:20:00.000Z"],
    ["2024-01-31T10:20:30Z", "2024-01-31T10:20:30.000Z"],
    ["2024-01-31 10:20:30", "2024-01-31T10:20:30.000Z"],
    ["2024-01-31T10:20:30.5+08:00", "2024-01-31T02:20:30.500Z"],
    ["2024-01-31T10:20:30.123456-0530", "2024-01-31T15:50:30.123Z"],
    ["2024-01-31T10:20+02", "2024-01-31T08:20:00.000Z"],
    ["2024-01-31 10:20:30+00", "2024-01-31T10:20:30.000Z"],
    ["Sept 5, 2020", "2020-09-05T00:00:00.000Z"],
    ["2024/1/31 9:05", "2024-01-31T09:05:00.000Z"],
    ["2024年1月31日", "2024-01-31T00:00:00.000Z"],
    ["2024年01月31日 9:05", "2024-01-31T09:05:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z"],
    ["Jan 31,2024", "2024-01-31T00:00:00.000Z"],
    ["January 31, 2024", "2024-01-31T00:00:00.000Z"],
    ["20240131", "2024-01-31T00:00:00.000Z"],
    ["20240131T102030Z", "2024-01-31T10:20:30.000Z"],
    ["20240131T1020+0800", "2024-01-31T02:20:00.000Z"],
    ["2024-01-31 10:20:30 GMT", "2024-01-31T10:20:30.000Z"],
  ])("may be %s", (text, iso) => {
    expect(new Date(parseDate(text, NOW) as number).toISOString()).toBe(iso);
  });

  it.each([
    ["45000.5", "a spreadsheet's number for a date"],
    ["45000", "a spreadsheet's number for a date"],
    ["########", "too narrow to show it"],
    ["1/2/2024", "which part is the day"],
    ["31.01.24", "which part is the day"],
    ["1706659200", "seconds or milliseconds since 1970"],
    ["2023-02-29", "no such day"],
    ["2024-13-01", "no such day"],
    ["2024-00-10", "no such day"],
    ["2024-01-31T24:30:00Z", "no such day or time"],
    ["Foo 31, 2024", "not an ISO 8601 date"],
    ["Febember 5, 2020", "not an ISO 8601 date"],
    ["2024-01-31T10:00:00+15", "no such time zone"],
    ["Febxyz 3, 2021", "not an ISO 8601 date"],
    ["2026-11-26T00:00:00Z", "in the future"],
    ["2026-11-26", "in the future"],
    ["1900-01-00", "no such day"],
    ["1969-12-31", "before 1970"],
    ["2024", "not an ISO 8601 date"],
    ["soon", "not an ISO 8601 date"],
    ["2024-01-31T10:00:00+14:01", "no such time zone"],
    ["2024-01-31T10:00:00-99:99", "no such time zone"],
    ["20241301", "no such day"],
    ["12345678", "not an ISO 8601 date"],
    ["2024-01/31", "not an ISO 8601 date"],
  ])("can't be %s", (text, fault) => {
    expect(parseDate(text, NOW)).toEqual({ fault: expect.stringContaining(fault) });
  });

  it("without a zone may lie ahead by as much as the easternmost zone does", () => {
    expect(parseDate("2026-11-25 13:59", NOW)).toBeTypeOf("number");
    expect(parseDate("2026-11-25T13:59Z", NOW)).toEqual({ fault: "it is in the future" });
  });

  it("that we print is read back to the millisecond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: NOW }), (at) => {
        expect(parseDate(new Date(at).toISOString(), NOW)).toBe(at);
      }),
    );
  });
});
