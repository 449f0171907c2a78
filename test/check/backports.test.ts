import { describe, expect, it } from "vitest";
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

describe("a commit that names its origin", () => {
  const named = (...digits: string[]) =>
    digits.map((digit) => `(cherry picked from commit ${digit.repeat(40)})`).join("\n");

  /** On the protected branch is what begins with 0; `diffs` has the changes that differ from the usual one. */
  async function verify(messages: readonly string[], diffs: Record<string, string | null> = {}) {
    const [looked, read]: string[][] = [[], []];
    const history: History = {
      protectedCommit: async (place, name, way) => {
        expect([place, way]).toEqual([repository, route]);
        looked?.push(name[0] ?? "");
        return name.startsWith("0") ? `on-${name[0]}` : null;
      },
      mergedCommits: () => Promise.reject(new Error("not asked")),
      diff: async (place, sha, way) => {
        expect([place, way]).toEqual([repository, route]);
        read?.push(sha);
        return sha in diffs ? (diffs[sha] ?? null) : DIFF;
      },
    };
    const commits = messages.map((message, index) => commit(`c${index}`, person(2), { message }));
    const verified = await verifiedBackports(history, repository, commits, route);
    return { verified: [...verified], looked, read };
  }

  it("is verified by a protected commit with the same change, and each change is read once", async () => {
    expect(await verify([named("0"), "Fix", named("0")])).toEqual({
      verified: ["c0", "c2"],
      looked: ["0", "0"],
      read: ["c0", "on-0", "c2"],
    });
  });

  it("is verified by any of its origins, the last one first, and no more are looked for", async () => {
    expect(await verify([named("1", "0")])).toMatchObject({ verified: ["c0"], looked: ["0"] });
    expect(await verify([named("0", "1")])).toMatchObject({ verified: ["c0"], looked: ["1", "0"] });
    expect(await verify([named("1")])).toEqual({ verified: [], looked: ["1"], read: [] });
  });

  it("is not verified by another change, or one that the host does not show", async () => {
    const other = DIFF.replace("two", "three");
    expect(await verify([named("0")], { c0: other })).toMatchObject({ verified: [] });
    expect(await verify([named("0")], { c0: null })).toMatchObject({ verified: [] });
    expect(await verify([named("0")], { "on-0": null })).toMatchObject({ verified: [] });
  });

  it("is not looked for after three that do not repeat theirs, whatever names none in between", async () => {
    const [fair, untrue, plain] = [named("0"), named("1"), "Fix"];
    expect((await verify([untrue, plain, untrue, fair, plain])).verified).toEqual(["c3"]);
    expect((await verify([untrue, untrue, fair, untrue, fair])).verified).toEqual(["c2"]);
  });

  it("is one of the first fifty", async () => {
    const many = Array.from({ length: 51 }, () => named("0"));
    expect((await verify(many)).verified).toHaveLength(50);
  });
});
