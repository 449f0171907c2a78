import { expect, it } from "vitest";
import { unmatchedPatterns } from "../../src/records/unmatched.ts";
import { agreement } from "../verdict/facts.ts";

it("a host's patterns that match none of its repositories are named, once each", () => {
  const [one, two] = [
    { ...agreement, repositories: ["github:octo/*", "github:old/name", "gitee:octo/*", "!github:octo/x"] },
    { ...agreement, repositories: ["github:old/name", "github:Octo/SPOON"] },
  ];
  expect(unmatchedPatterns([one, two], "github", ["octo/spoon", "other/thing"])).toEqual(["github:old/name"]);
  expect(unmatchedPatterns([one, two], "gitee", [])).toEqual(["gitee:octo/*"]);
  expect(unmatchedPatterns([one, two], "gitee", ["octo/spoon"])).toEqual([]);
  expect(unmatchedPatterns([one], "github", [])).toEqual(["github:octo/*", "github:old/name"]);
});
