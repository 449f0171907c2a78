import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { obey } from "../../src/check/obey.ts";
import { Failure } from "../../src/error.ts";
import type { Agreement } from "../../src/records/agreement.ts";
import type { Comment, Host, Reading } from "../../src/ports/host.ts";
import { pullTask } from "../../src/ports/queue.ts";
import type { Pull } from "../../src/pull.ts";
import { MARKER } from "../../src/report/command.ts";
import { agreement, commit, NOW, pull } from "../verdict/facts.ts";
import {
  alice,
  bob,
  commentBy,
  plainScene,
  policyFile,
  pullBy,
  ref,
  repository,
  route,
  shaOf,
  someone,
} from "./plain-scene.ts";

const own = { task: pullTask(ref) };
const all = { task: { kind: "repository", host: "github", repository: repository.id }, bulk: true };
const signable: Agreement = { ...agreement, sign: ["page", "comment"], document: "icla.md", url: null };
const SENTENCE = "I have read the Individual Contributor License Agreement (icla 1.0) and I sign it.";

/** Has a comment obeyed. Bob maintains the repository; the pull request has a commit of someone's and one of Bob's. */
async function scene(
  comment: Comment | null,
  { of = pullBy(someone, bob), more = {} }: { of?: Pull; more?: Partial<Reading> } = {},
) {
  const asked: string[] = [];
  const host: Partial<Host> = {
    comment: async (...question) => {
      expect(question).toEqual([ref, 5, route]);
      return comment;
    },
    read: async (...question) => {
      expect(question).toEqual([ref, route, null]);
      asked.push("read");
      return scene.reading(of, more);
    },
    maintains: async (account, place, way) => {
      expect([place, way]).toEqual([repository, route]);
      asked.push("maintains");
      return account === bob.account;
    },
  };
  const scene = await plainScene(host);
  const { engine, world } = scene;
  const obeyed = async (attempts = 0, changed = world) => {
    const hold = await scene.take({ kind: "comment", ...ref, comment: 5 }, {}, attempts);
    try {
      return await obey(changed, scene.host, ref, 5, route, hold);
    } finally {
      await engine.queue.done(hold.taken, null);
    }
  };
  return {
    ...scene,
    asked,
    obeyed,
    notices: () => engine.notices.of(ref),
    waivers: async () =>
      (await engine.waivers.all(repository)).map(({ commit, by, at }) => ({ commit, by, at })),
    signatures: () => Array.fromAsync(engine.signatures.all({})),
  };
}

describe("a comment", () => {
  it("that the host does not show yet is read again, and then it is gone", async () => {
    const { obeyed } = await scene(null);
    await expect(obeyed(0)).rejects.toMatchObject({ code: "host-behind" });
    await expect(obeyed(4)).rejects.toMatchObject({ code: "host-behind" });
    expect(await obeyed(5)).toEqual([]);
  });

  it.each([
    ["of the bot's own", `/check-cla\n${MARKER}`],
    ["that asks for nothing", "Thank you!"],
  ])("%s does nothing", async (_, body) => {
    const { asked, obeyed, notices } = await scene(commentBy(bob, body));
    expect(await obeyed()).toEqual([]);
    expect([asked, await notices()]).toEqual([[], []]);
  });

  it("that asks for a check has its pull request checked, without a question", async () => {
    const { asked, obeyed, engine, notices } = await scene(commentBy(alice, "/check-cla\nrecheck"));
    await engine.notices.replace(ref, 5, [{ about: "sign-edited", commit: null, at: 1 }]);
    expect(await obeyed()).toEqual([own]);
    // It was refused before it was edited.
    expect([asked, await notices()]).toEqual([[], []]);
  });
});

describe("/cla waive", () => {
  it("by a maintainer is kept with who waived and when, and everything that may hold the commit is checked", async () => {
    const { obeyed, waivers, notices } = await scene(commentBy(bob, `/cla waive ${shaOf(0)} known to us`));
    expect(await obeyed()).toEqual([own, all]);
    expect(await waivers()).toEqual([{ commit: shaOf(0), by: bob.account, at: NOW }]);
    expect(await notices()).toEqual([]);
  });

  it("repeated or beside others in one comment is one question to the host", async () => {
    const body = `/cla waive ${shaOf(0)} a\n/cla waive ${shaOf(0)} b\n/cla waive ${shaOf(1)}\nrecheck`;
    const { asked, obeyed, notices, waivers } = await scene(commentBy(bob, body));
    expect(await obeyed()).toEqual([own, all]);
    expect(asked).toEqual(["maintains", "read"]);
    expect(await waivers()).toHaveLength(1);
    expect(await notices()).toEqual([{ comment: 5, about: "waive-linked", commit: shaOf(1), at: NOW }]);
  });

  const twins = pull(alice, [commit(`${"a".repeat(39)}1`, someone), commit(`${"a".repeat(39)}2`, someone)]);

  it.each<[string, Comment, string, string | null, Pull?]>([
    ["anybody else", commentBy(alice, `/cla waive ${shaOf(0)}`), "waive-not-maintainer", shaOf(0)],
    ["anybody else of nothing", commentBy(alice, "/cla waive"), "waive-not-maintainer", null],
    ["a maintainer of nothing", commentBy(bob, "/cla waive please"), "waive-short", null],
    [
      "somebody who edited it",
      commentBy(bob, `/cla waive ${shaOf(0)}`, { edited: true }),
      "waive-edited",
      shaOf(0),
    ],
    [
      "a maintainer of an unknown commit",
      commentBy(bob, `/cla waive ${"f".repeat(40)}`),
      "waive-unknown",
      "f".repeat(40),
    ],
    [
      "a maintainer of a part of one id",
      commentBy(bob, `/cla waive ${shaOf(0).slice(0, 39)}`),
      "waive-short",
      shaOf(0),
      pullBy(someone),
    ],
    [
      "a maintainer of a part of two ids",
      commentBy(bob, `/cla waive ${"a".repeat(39)}`),
      "waive-short",
      null,
      twins,
    ],
    ["a maintainer of a linked commit", commentBy(bob, `/cla waive ${shaOf(1)}`), "waive-linked", shaOf(1)],
    [
      "a maintainer of a commit with a bot's number",
      commentBy(bob, `/cla waive ${shaOf(0)}`),
      "waive-bot",
      shaOf(0),
      pullBy({ ...someone, claimed: { account: accountOf("github", 41_898_282), by: "number" } }),
    ],
  ])("by %s is refused, and the reason is kept for the next check", async (_, comment, about, commit, of) => {
    const { obeyed, notices, waivers } = await scene(comment, of && { of });
    expect(await obeyed()).toEqual([own]);
    expect(await notices()).toEqual([{ comment: 5, about, commit, at: NOW }]);
    expect(await waivers()).toEqual([]);
  });

  it("by somebody else or edited is refused without a reading", async () => {
    for (const comment of [commentBy(alice, "/cla waive"), commentBy(bob, "/cla waive", { edited: true })]) {
      const { asked, obeyed } = await scene(comment);
      await obeyed();
      expect(asked).toEqual(["maintains"]);
    }
  });

  it("of a commit that only a co-author makes open is decided by the policy", async () => {
    const of = pull(alice, [commit("c".repeat(40), alice, { coauthors: [someone] })]);
    const comment = commentBy(bob, `/cla waive ${"c".repeat(40)}`);
    const { obeyed } = await scene(comment, { of });
    expect(await obeyed()).toEqual([own, all]);
    const ignoring = await scene(comment, {
      of,
      more: { policyFile: policyFile("require: {coauthors: ignore}") },
    });
    expect(await ignoring.obeyed()).toEqual([own]);
    expect(await ignoring.notices()).toMatchObject([{ about: "waive-linked" }]);
  });

  it("of a commit that an incomplete reading lacks is read again, and then unknown", async () => {
    const of = { ...pullBy(bob), gaps: ["list-cut"] as const };
    const { obeyed, notices } = await scene(commentBy(bob, `/cla waive ${"f".repeat(40)}`), { of });
    await expect(obeyed(0)).rejects.toMatchObject({ code: "list-cut" });
    await expect(obeyed(4)).rejects.toMatchObject({ code: "list-cut" });
    expect(await notices()).toEqual([]);
    expect(await obeyed(5)).toEqual([own]);
    expect(await notices()).toMatchObject([{ about: "waive-unknown" }]);
  });

  it("of a commit that an incomplete reading has is kept at once", async () => {
    const of = { ...pullBy(someone), gaps: ["list-cut"] as const };
    const { obeyed } = await scene(commentBy(bob, `/cla waive ${shaOf(0)}`), { of });
    expect(await obeyed()).toEqual([own, all]);
  });

  it("in a list or in code is told to a maintainer, and to nobody else", async () => {
    const body = `- /cla waive ${shaOf(0)} reason`;
    const maintained = await scene(commentBy(bob, body, { lines: [] }));
    expect(await maintained.obeyed()).toEqual([own]);
    expect(await maintained.notices()).toEqual([
      { comment: 5, about: "waive-marked", commit: shaOf(0), at: NOW },
    ]);
    const other = await scene(commentBy(alice, body, { lines: [] }));
    expect(await other.obeyed()).toEqual([]);
    const beside = await scene(commentBy(bob, body, { lines: ["recheck"] }));
    expect(await beside.obeyed()).toEqual([own]);
    expect([beside.asked, await beside.notices()]).toEqual([[], []]);
  });

  it("of very many commits is answered for the first hundred", async () => {
    const lines = Array.from(
      { length: 101 },
      (_, index) => `/cla waive ${index.toString(16).padStart(39, "f")}`,
    );
    const { obeyed, notices } = await scene(commentBy(bob, lines.join("\n")));
    await obeyed();
    expect(await notices()).toHaveLength(100);
  });
});

describe("a signing sentence", () => {
  const english = { language: "en", url: null, document: "icla.md" };
  const chinese = { language: "zh-CN", url: null, document: "icla.zh-CN.md" };
  const translated = { ...signable, texts: [english, chinese] };

  async function signing(comment: Comment, offered = signable, of = pullBy(alice)) {
    const all = await scene(comment, { of });
    const world = { ...all.world, agreements: [offered] };
    return { ...all, world, obeyed: () => all.obeyed(0, world) };
  }

  it("signs for its author at its time, and its pull request is checked", async () => {
    const { obeyed, signatures, notices } = await signing(commentBy(alice, SENTENCE));
    expect(await obeyed()).toEqual([own]);
    expect(await signatures()).toEqual([
      {
        account: alice.account,
        agreement: "icla",
        version: "1.0",
        signedAt: NOW - 500,
        evidence: "comment:5",
        entity: null,
        revokedAt: null,
      },
    ]);
    expect(await notices()).toEqual([]);
  });

  it.each([
    [SENTENCE, "d1"],
    [`Hi 小明\n\n${SENTENCE}`, "d1"],
    ["我已阅读《Individual Contributor License Agreement》（icla 1.0）并签署。", "d2"],
  ])("signs the text in its language: %s", async (sentence, digest) => {
    const { engine, obeyed, signatures } = await signing(commentBy(alice, sentence), translated);
    const text = { agreement: "icla", version: "1.0", effective: null };
    await engine.agreements.record({ ...text, language: "en", digest: "d1" }, "bot");
    await engine.agreements.record({ ...text, language: "zh-CN", digest: "d2" }, "bot");
    await obeyed();
    expect(await signatures()).toMatchObject([{ digest }]);
  });

  it("signs without a digest where the engine keeps no texts", async () => {
    const all = await scene(commentBy(alice, SENTENCE), { of: pullBy(alice) });
    const { agreements: _, ...engine } = all.world.engine as typeof all.engine;
    await all.obeyed(0, { ...all.world, agreements: [signable], engine });
    expect(await all.signatures()).toHaveLength(1);
  });

  it("is one for everybody, also for who is not asked to sign", async () => {
    const { obeyed, signatures } = await signing(commentBy(bob, SENTENCE));
    expect(await obeyed()).toEqual([own]);
    expect(await signatures()).toMatchObject([{ account: bob.account }]);
  });

  it.each([
    ["in other words", commentBy(alice, "I have read the CLA and I sign it."), signable, "sign-other-words"],
    ["that was edited", commentBy(alice, SENTENCE, { edited: true }), signable, "sign-edited"],
    [
      "of an agreement that is signed on the page",
      commentBy(alice, SENTENCE),
      { ...signable, sign: ["page"] },
      "sign-on-page",
    ],
    [
      "of an agreement that is hosted elsewhere",
      commentBy(alice, SENTENCE),
      { ...signable, document: null },
      "sign-on-page",
    ],
  ] as const)(
    "%s is answered to who is asked to sign, and to nobody else",
    async (_, comment, offered, about) => {
      const asked = await signing(comment, offered);
      expect(await asked.obeyed()).toEqual([own]);
      expect(await asked.notices()).toEqual([{ comment: 5, about, commit: null, at: NOW }]);
      expect(await asked.signatures()).toEqual([]);
      const other = await signing(comment, offered, pull(bob, [commit("c1", bob)]));
      expect(await other.obeyed()).toEqual([]);
      expect([await other.notices(), await other.signatures()]).toEqual([[], []]);
    },
  );

  it("of another agreement, or where there is none, asks for nothing", async () => {
    const other = commentBy(alice, "This is signed (ccla 2.0).");
    const { asked, obeyed } = await signing(other);
    expect(await obeyed()).toEqual([]);
    expect(asked).toEqual(["read"]);
    const elsewhere = await signing(commentBy(alice, SENTENCE), signable, {
      ...pullBy(alice),
      path: "other/repo",
    });
    expect(await elsewhere.obeyed()).toEqual([]);
    expect(await elsewhere.signatures()).toEqual([]);
  });

  it("stands beside commands", async () => {
    const body = `/cla waive ${shaOf(0)}\n${SENTENCE}`;
    const { obeyed, notices, signatures } = await signing(commentBy(alice, body));
    expect(await obeyed()).toEqual([own]);
    expect((await notices()).map(({ about }) => about)).toEqual(["waive-not-maintainer"]);
    expect(await signatures()).toHaveLength(1);
  });
});

it("a comment whose task was taken over records nothing", async () => {
  const all = await scene(commentBy(bob, `/cla waive ${shaOf(0)}`));
  const hold = await all.take({ kind: "comment", ...ref, comment: 5 });
  await all.engine.queue.mark([{ task: hold.taken.task, route }]);
  await expect(obey(all.world, all.host, ref, 5, route, hold)).rejects.toThrow(new Failure("superseded"));
  expect(await all.waivers()).toEqual([]);
});
