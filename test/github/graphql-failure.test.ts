import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Failure, type FailureCode } from "../../src/error.ts";
import { existing, perhaps, readAnswer } from "../../src/github/read/schema.ts";
import { graphQLFailure, isTooLarge, type GraphQLProblem } from "../../src/github/traffic/failure.ts";

const Answer = z.object({ node: perhaps(z.object({ pullRequest: z.object({}) })) });
const SHARED = ["node", "owner", "repository"];

/** The failure of a read whose `node` is null. */
function failureOf(problems: readonly GraphQLProblem[]): { code: FailureCode; smaller: boolean } {
  try {
    existing(readAnswer(Answer, { data: { node: null }, problems: [...problems] }).node, "the repository");
  } catch (error) {
    if (error instanceof Failure) return { code: error.code, smaller: isTooLarge(error) };
    throw error;
  }
  throw new Error("it was read");
}

/** As most organizations answer, and as one does whose `.github` is refused to the installation. */
const MISSING = { type: "NOT_FOUND", path: SHARED, message: "Could not resolve to a Repository" };
const REFUSED = { type: "FORBIDDEN", path: SHARED, message: "Resource not accessible by integration" };

describe("a refusal of the organization's .github", () => {
  const types = ["RESOURCE_LIMITS_EXCEEDED", "INTERNAL", "SERVICE_UNAVAILABLE", null];
  const paths = [["node"], ["node", "pullRequest"], ["node", "pullRequest", "commits", "nodes", 9], null];

  it.each(types)("never speaks for another error whose null rose, of type %s", (type) => {
    for (const path of paths) {
      const other = { type, path, message: "Something went wrong" };
      const alone = failureOf([other]);
      expect(alone.code).toBe("host-refused");
      for (const problems of [
        [REFUSED, other],
        [other, REFUSED],
        [MISSING, other],
        [other, MISSING],
      ])
        expect([path, failureOf(problems)]).toEqual([path, alone]);
      // Without any data.
      expect(isTooLarge(graphQLFailure([REFUSED, other]))).toBe(alone.smaller);
    }
  });

  it("never speaks for a missing part whose null rose", () => {
    for (const path of [["node", "pullRequest", "commits"], null]) {
      const other = { type: "NOT_FOUND", path, message: "Could not resolve" };
      for (const problems of [
        [REFUSED, other],
        [other, REFUSED],
      ])
        expect([path, failureOf(problems)]).toEqual([path, { code: "host-refused", smaller: false }]);
    }
  });

  it.each<[string, FailureCode]>([
    ["Resource not accessible by integration", "permission-missing"],
    [
      "Although you appear to have the correct authorization, the organization has an IP allow list enabled",
      "ip-not-allowed",
    ],
    ["Resource protected by organization SAML enforcement", "sso-required"],
  ])("leaves another refusal its own reason: %s", (message, code) => {
    const other = { type: "FORBIDDEN", path: ["node"], message };
    expect(failureOf([REFUSED, other])).toEqual({ code, smaller: false });
    expect(failureOf([other, REFUSED])).toEqual({ code, smaller: false });
    expect(failureOf([MISSING, other])).toEqual({ code, smaller: false });
  });
});
