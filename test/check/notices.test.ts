import { describe, expect, it } from "vitest";
import { noticesOf } from "../../src/check/notices.ts";
import type { Comment, Host } from "../../src/ports/host.ts";
import type { Notice } from "../../src/ports/notices.ts";
import type { Pull } from "../../src/pull.ts";
import type { Finding } from "../../src/verdict/finding.ts";
import { judge, type Facts } from "../../src/verdict/verdict.ts";
import { commit, facts, pull, signedBy } from "../verdict/facts.ts";
import {
  alice,
  bob,
  carol,
  commentBy,
  plainScene,
  pullBy,
  ref,
  route,
  shaOf,
  someone,
} from "./plain-scene.ts";

const SENTENCE = "I have read the CLA and I sign it.";

function findingOf(of: Pull, more: Partial<Facts> = {}): Finding {
  return { kind: "judged", judgment: judge(facts(of, more)), blockedByAnother: false };
}

/** The answers to these comments; nobody has signed unless `more` says so. */
async function answers(
  kept: readonly (Omit<Notice, "at"> & { at?: number })[],
  comments: readonly Comment[],
  { of = pullBy(someone, bob), finding = findingOf(of) }: { of?: Pull; finding?: Finding } = {},
) {
  const read: number[] = [];
  const comment: Host["comment"] = async (place, id, way) => {
    expect([place, way]).toEqual([ref, route]);
    read.push(id);
    return comments.find((one) => one.id === id) ?? null;
  };
  const { engine, world, host } = await plainScene({ comment });
  for (const [index, { comment, at = 100 - index, ...notice }] of kept.entries()) {
    const own = (await engine.notices.of(ref)).filter((one) => one.comment === comment);
    await engine.notices.replace(ref, comment, [...own, { ...notice, at }]);
  }
  return { shown: await noticesOf(world, host, of, finding, route), read };
}

const waive = (comment: number, commit: string | null, about: Notice["about"] = "waive-short") => ({
  comment,
  about,
  commit,
});

describe("the answers to comments", () => {
  it("are shown with the author's login, and the commits of one reason together", async () => {
    const body = `/cla waive ${shaOf(0).slice(0, 39)}\n/cla waive ${shaOf(1).slice(0, 39)}`;
    const kept = [waive(5, shaOf(0)), waive(5, shaOf(1)), waive(6, null, "waive-edited")];
    const comments = [commentBy(bob, body), commentBy(alice, "/cla waive", { id: 6, login: null })];
    expect(await answers(kept, comments)).toEqual({
      shown: [
        { about: "waive-short", commits: [shaOf(0), shaOf(1)], login: "user-2" },
        { about: "waive-edited", commits: [], login: null },
      ],
      read: [5, 6],
    });
  });

  it.each<[string, Finding]>([
    ["is green", findingOf(pullBy(alice), { coverage: signedBy(alice) })],
    ["has no agreement", { kind: "uncovered" }],
    ["has a broken policy", { kind: "policy-broken", path: "", problems: [] }],
  ])("are not shown on a pull request that %s, and no comment is read", async (_, finding) => {
    const found = await answers([waive(5, null)], [commentBy(bob, "/cla waive")], { finding });
    expect(found).toEqual({ shown: [], read: [] });
  });

  it("are shown on a green pull request that requests what it does not require", async () => {
    const of = pull(alice, [commit(shaOf(0), alice, { coauthors: [bob, someone] })]);
    const coauthors = "warn";
    const policy = { ...facts(of).policy, require: { ...facts(of).policy.require, coauthors } } as const;
    const finding = findingOf(of, { policy, coverage: signedBy(alice) });
    expect(finding).toMatchObject({ judgment: { verdict: "signed" } });
    const kept = [{ comment: 5, about: "sign-other-words", commit: null } as const, waive(6, shaOf(0))];
    const comments = [commentBy(bob, SENTENCE), commentBy(alice, `/cla waive ${shaOf(0)}`, { id: 6 })];
    expect((await answers(kept, comments, { of, finding })).shown).toMatchObject([
      { about: "sign-other-words", login: "user-2" },
      { about: "waive-short", login: "user-1" },
    ]);
  });

  it("are not shown for a comment that was deleted, and the others are", async () => {
    const found = await answers([waive(5, null), waive(6, null)], [commentBy(bob, "/cla waive", { id: 6 })]);
    expect(found).toMatchObject({ shown: [{ login: "user-2" }], read: [5, 6] });
  });

  it("are for eight comments at most, those of people who may not waive last", async () => {
    const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    const kept = ids.map((id) => waive(id, null, id < 3 ? "waive-not-maintainer" : "waive-edited"));
    const { read } = await answers(kept, []);
    expect(read).toEqual([3, 4, 5, 6, 7, 8, 9, 1]);
  });
});

describe("a refused waiver", () => {
  const command = (sha: string) => commentBy(bob, `/cla waive ${sha}`);

  it.each<[string, string | null, Notice["about"], string, number]>([
    ["has the commit", shaOf(0), "waive-edited", shaOf(0), 1],
    ["has a commit that begins so", shaOf(0).slice(0, 39), "waive-short", shaOf(0).slice(0, 39), 1],
    ["no longer has the commit", "f".repeat(40), "waive-edited", "f".repeat(40), 0],
    ["never had the commit", "f".repeat(40), "waive-unknown", "f".repeat(40), 1],
  ])("is answered or not where the pull request %s", async (_, commit, about, sha, count) => {
    const { shown } = await answers([waive(5, commit, about)], [command(sha)], { of: pullBy(someone) });
    expect(shown).toHaveLength(count);
  });

  it("is not answered where its commit is waived meanwhile", async () => {
    const of = pullBy(someone, someone);
    const finding = findingOf(of, { waived: new Set([shaOf(0)]) });
    const kept = [waive(5, shaOf(0)), waive(6, shaOf(1))];
    const comments = [command(shaOf(0)), { ...command(shaOf(1)), id: 6 }];
    expect(await answers(kept, comments, { of, finding })).toMatchObject({ read: [6] });
  });

  it.each<[string, string, number]>([
    [shaOf(0), `/cla waive ${shaOf(0)}`, 1],
    [shaOf(0), `/cla waive ${shaOf(0).slice(0, 9)}`, 1],
    [shaOf(0), "/cla waive", 1],
    [shaOf(0), `/cla waive ${"b".repeat(40)}`, 0],
    [shaOf(0), "recheck", 0],
    [shaOf(0), "Never mind.", 0],
  ])("of %s is answered while the comment says so: %s", async (commit, body, count) => {
    const { shown } = await answers([waive(5, commit)], [commentBy(bob, body)], { of: pullBy(someone) });
    expect(shown).toHaveLength(count);
  });

  it("of no commit is answered while the comment has a waiver", async () => {
    expect((await answers([waive(5, null)], [commentBy(bob, "/cla waive x")])).shown).toHaveLength(1);
    expect((await answers([waive(5, null)], [commentBy(bob, "recheck")])).shown).toEqual([]);
  });

  it("in a list is answered while it is there", async () => {
    const marked = waive(5, shaOf(0), "waive-marked");
    const listed = (sha: string) => commentBy(bob, `- /cla waive ${sha}`);
    expect((await answers([marked], [listed(shaOf(0))])).shown).toHaveLength(1);
    expect((await answers([marked], [listed(shaOf(1))])).shown).toEqual([]);
    expect((await answers([marked], [command(shaOf(0))])).shown).toEqual([]);
    expect((await answers([{ ...marked, commit: null }], [listed(shaOf(0))])).shown).toEqual([]);
  });
});

describe("a refused signature", () => {
  const refused = { comment: 5, about: "sign-other-words", commit: null } as const;

  it("is answered while its author must sign and the comment says so", async () => {
    const { shown } = await answers([refused], [commentBy(bob, SENTENCE)]);
    expect(shown).toEqual([{ about: "sign-other-words", commits: [], login: "user-2" }]);
    expect((await answers([refused], [commentBy(bob, "Never mind.")])).shown).toEqual([]);
  });

  it("is not answered to who has signed meanwhile or is not asked, while a waiver of theirs is", async () => {
    const of = pullBy(someone, bob);
    const finding = findingOf(of, { coverage: signedBy(bob) });
    const both = [refused, waive(5, shaOf(0))];
    const body = `${SENTENCE}\n/cla waive ${shaOf(0)}`;
    const abouts = async (comment: Comment, more = {}) =>
      (await answers(both, [comment], { of, ...more })).shown.map(({ about }) => about);
    expect(await abouts(commentBy(bob, body))).toEqual(["sign-other-words", "waive-short"]);
    expect(await abouts(commentBy(bob, body), { finding })).toEqual(["waive-short"]);
    expect(await abouts(commentBy(alice, body))).toEqual(["sign-other-words", "waive-short"]);
    expect(await abouts(commentBy(carol, body))).toEqual(["waive-short"]);
  });
});
