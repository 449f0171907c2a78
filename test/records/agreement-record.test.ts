import { describe, expect, it } from "vitest";
import { recordOf, termsOf } from "../../src/records/agreement-record.ts";
import { agreement } from "../verdict/facts.ts";

describe("a text's row", () => {
  const kept = {
    agreement: "icla",
    version: "1.0",
    revision: 0,
    digest: null,
    effective: null,
    recordedAt: 1,
  };

  it("is read with its language if it has one", () => {
    expect(recordOf({ ...kept, language: "zh-CN" })).toEqual({ ...kept, language: "zh-CN" });
    expect(recordOf({ ...kept, language: "" })).toStrictEqual(kept);
  });
});

describe("an agreement's terms", () => {
  const terms = termsOf({ ...agreement, accepts: ["1.0", "0.9"] });

  it("are the parts that can change a verdict", () => {
    expect(terms).toBe('{"version":"1.0","accepts":["0.9","1.0"],"graceDays":0,"effective":null}');
    expect(termsOf({ ...agreement, accepts: ["0.9", "1.0"], title: "Other", repositories: [] })).toBe(terms);
  });
});
