import { expect, it } from "vitest";
import { verifiedBackports } from "../../src/check/backports.ts";
import type { History } from "../../src/ports/host.ts";
import { commit, person } from "../verdict/facts.ts";

const repository = { host: "github", id: 1296269 } as const;
const route = { installation: 1, handle: null };
const DIFF = `diff --git a/a.txt b/a.txt
index 1..2 100644
--- a/a.txt
+++ b/a.txt
@@ -1 +1 @@
-one
+two
`;

it("commits that name a wrong origin cause a limited number of lookups", async () => {
  let calls = 0;
  const history: History = {
    protectedCommit: async (_, name) => {
      calls += 1;
      return Promise.resolve(name.startsWith("0") ? name : null);
    },
    mergedCommits: async () => Promise.resolve({ merged: new Set<string>(), failure: null }),
    diff: async () => {
      calls += 1;
      return Promise.resolve(DIFF);
    },
  };
  const named = (digit: string) => `Pick\n\n(cherry picked from commit ${digit.repeat(40)})`;
  const fair = commit("fair", person(1), { message: named("0") });
  const untrue = Array.from({ length: 50 }, (_, index) =>
    commit(`untrue-${index}`, person(2), { message: ["1", "2", "3", "4", "5"].map(named).join("\n") }),
  );
  const verified = await verifiedBackports(history, repository, [fair, ...untrue], route);
  expect([...verified]).toEqual(["fair"]);
  expect(calls).toBeLessThan(20);
});
