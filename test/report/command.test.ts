import { describe, expect, it } from "vitest";
import { isCommand, MARKER, parseCommand } from "../../src/report/command.ts";

describe("a command in a comment", () => {
  it.each([
    "/check-cla",
    "recheck",
    "/recheck",
    "  Recheck  ",
    "/CHECK-CLA\n",
    "Thanks!\r\n\r\n/check-cla\r\nbye",
  ])("asks for a new check: %j", (body) => expect(parseCommand(body)).toEqual({ kind: "recheck" }));

  it.each([
    "",
    "please recheck this",
    "> /check-cla",
    "```\n/check-cla\n```",
    "~~~sh\nrecheck\n~~~",
    `${MARKER}\n/check-cla`,
    "/check-clad",
    "/cla waive",
    "/cla waive abc because",
    "I had read it",
    "I have reading to do",
  ])("is not in %j", (body) => expect(isCommand(body)).toBe(false));

  it("after a code block counts again", () => {
    expect(parseCommand("```\nx\n```\nrecheck")).toEqual({ kind: "recheck" });
  });

  it("waives a commit, with the reason given", () => {
    expect(parseCommand("/cla waive ABCDEF1 imported  from upstream ")).toEqual({
      kind: "waive",
      sha: "abcdef1",
      reason: "imported  from upstream",
    });
    expect(parseCommand(`/CLA  Waive ${"a".repeat(40)}`)).toEqual({
      kind: "waive",
      sha: "a".repeat(40),
      reason: "",
    });
  });

  it.each(["I have read the CLA and I sign it", "我已阅读并签署"])("signs by the sentence %j", (body) =>
    expect(parseCommand(body)).toEqual({ kind: "sign", sentence: body }),
  );

  it("that comes first is the one that counts", () => {
    expect(parseCommand("/cla waive abcdef1 x\nrecheck")?.kind).toBe("waive");
  });
});
