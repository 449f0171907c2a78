import { describe, expect, it } from "vitest";
import { stateOf } from "../../src/verdict/finding.ts";
import { isInTheWay, judge, VERDICTS, type VerdictKind } from "../../src/verdict/verdict.ts";
import { commit, facts, person, pull } from "./facts.ts";

const judgment = judge(facts(pull(person(1), [commit("c1", person(1))])));
const judged = (verdict: VerdictKind, blockedByAnother: boolean) =>
  stateOf({ kind: "judged", judgment: { ...judgment, verdict }, blockedByAnother });

describe("the state of a head", () => {
  it("is green only if all have signed and no other pull request blocks it", () => {
    expect(VERDICTS.map((verdict) => judged(verdict, false))).toEqual(["success", "failure", "error"]);
    expect(VERDICTS.map((verdict) => judged(verdict, true))).toEqual(["failure", "failure", "error"]);
  });

  it("is an error without a judgment", () => {
    expect(stateOf({ kind: "uncovered" })).toBe("error");
    expect(stateOf({ kind: "policy-broken", path: "", problems: [] })).toBe("error");
  });
});

it("a pull request blocks others with its head unless all have signed", () => {
  expect([null, ...VERDICTS].map(isInTheWay)).toEqual([false, false, true, true]);
});
