import { describe, expect, it } from "vitest";
import { printTrace, traceOf } from "../../src/bot/trace.ts";

function bug(): Error {
  try {
    JSON.parse('{"login": canary}');
  } catch (cause) {
    return new TypeError("canary\n    at canary (file:///canary.ts:1:2)\n", { cause });
  }
  throw new Error("unreachable");
}

describe("the trace of a bug", () => {
  it("tells where it was and of what kind, and nothing that its message says", () => {
    const text = printTrace(traceOf(bug()));
    expect(text).toMatch(/^TypeError\n {4}at bug \(.*trace\.test\.ts:\d+:\d+\)\n/);
    expect(text).toMatch(/caused by SyntaxError\n {4}at JSON\.parse|caused by SyntaxError\n {4}at bug/);
    expect(text).not.toContain("canary");
  });

  it("keeps the system's code, and copes with what is no error", () => {
    const error = Object.assign(new Error("/home/canary: no such file"), { code: "ENOENT" });
    expect(traceOf(error)).toMatchObject({ type: "Error", code: "ENOENT" });
    expect(traceOf(Object.assign(new Error(), { code: "canary" }))).not.toHaveProperty("code");
    expect(traceOf("canary")).toEqual({ type: "string", stack: "" });
  });
});
