import { describe, expect, it } from "vitest";
import { bucketOf, type Account } from "../../src/account.ts";
import { isBehind, reconcile, settle, showUnread } from "../../src/check/reconcile.ts";
import { Failure, type FailureCode } from "../../src/error.ts";
import type { Engine } from "../../src/ports/engine.ts";
import type { Host, Reading, Shown } from "../../src/ports/host.ts";
import { pullTask, type Mark } from "../../src/ports/queue.ts";
import type { Pull } from "../../src/pull.ts";
import { commit, DAY, NOW, pull } from "../verdict/facts.ts";
import {
  alice,
  bob,
  CAPABILITIES,
  carol,
  plainHost,
  plainScene,
  policyFile,
  pullBy,
  ref,
  repository,
  route,
} from "./plain-scene.ts";

const unreachable = new Failure("database-unreachable");
const lost = () => Promise.reject(unreachable);
const bucket = (account: Account | null): number => (account === null ? -1 : bucketOf(account));

/** Alice has signed. */
async function scene(answers: Partial<Host> = {}) {
  const all = await plainScene(answers);
  const { engine, host, reading, take, world } = all;
  await all.sign(alice);
  return {
    ...all,
    /** Settles a reading as a worker. */
    settled: async (
      of: Pull,
      {
        more = {},
        mark = {},
        attempts = 0,
        changed = world,
        by = host,
        rounds,
      }: {
        more?: Partial<Reading>;
        mark?: Partial<Mark>;
        attempts?: number;
        changed?: typeof world;
        by?: Host;
        rounds?: number;
      } = {},
    ) => {
      const hold = await take(pullTask(ref), mark, attempts);
      try {
        return await settle(changed, by, reading(of, more), route, hold, rounds);
      } finally {
        await engine.queue.done(hold.taken, null);
      }
    },
    states: () => all.shown.map(({ report }) => report.state),
    /** The world with some methods of the engine changed. */
    with: <Part extends "pulls" | "signatures" | "agreements">(
      part: Part,
      change: Partial<Engine[Part]>,
    ) => ({
      ...world,
      engine: { ...engine, [part]: { ...engine[part], ...change } },
    }),
  };
}

/** What a host's show answers. */
const showing =
  (answer: Partial<Shown>): Reading["show"] =>
  async (_, __, comment) =>
    Promise.resolve({ comment: comment ?? null, writes: 0, ...answer });

describe("a check that ends", () => {
  it("records the verdict and the people's buckets, and shows and tells it", async () => {
    const { engine, settled, shown, verdicts } = await scene();
    const of = pullBy(alice, bob);
    const deliveries = [{ id: "d-1", at: 1 }];
    expect(await settled(of, { mark: { deliveries } })).toEqual({
      state: "failure",
      again: null,
      writes: 1,
      openerGone: false,
    });
    expect(await engine.pulls.find(ref)).toEqual({
      ref,
      head: "head",
      agreement: "icla",
      verdict: "unsigned",
      buckets: [bucket(alice.account), bucket(bob.account)],
      comment: null,
    });
    expect(shown).toMatchObject([
      { report: { state: "failure", shared: false }, comment: null, former: null },
    ]);
    expect(verdicts).toEqual([{ task: pullTask(ref), state: "failure", writes: 1, deliveries }]);
  });

  it("hands on the bot's comment, and records another one that was written", async () => {
    const { engine, settled, shown } = await scene();
    await settled(pullBy(bob), { more: { show: showing({ comment: 77 }) } });
    expect(await engine.pulls.find(ref)).toMatchObject({ comment: 77 });
    await settled(pullBy(bob));
    expect(shown).toMatchObject([{ comment: 77 }]);
    await settled(pullBy(bob), { more: { show: showing({ comment: null }) } });
    expect(await engine.pulls.find(ref)).toMatchObject({ comment: null });
  });

  it("has whom a signature may help missing, and nobody else", async () => {
    const { engine, settled } = await scene();
    const marked = async (one: Account | null, version: string) => {
      if (one === null) throw new Error("they have accounts");
      const row = { account: one, agreement: "icla", version, signedAt: 1, entity: null };
      return (await engine.signatures.sign([[row]], { evidence: "import" })).marked;
    };
    await settled(pullBy(alice, bob));
    expect([await marked(alice.account, "0.9"), await marked(bob.account, "1.0")]).toEqual([0, 1]);
    // A small change needs nobody's.
    const change = async () => ({ lines: 1, files: [{ path: "a", counted: true }] });
    const more = { policyFile: policyFile("exempt: {lines: 5}"), change };
    expect(await settled(pullBy(carol), { more })).toMatchObject({ state: "success" });
    expect(await marked(carol.account, "1.0")).toBe(0);
  });

  it("has people missing whose earlier version counts for a while", async () => {
    const { engine, settled, world } = await scene();
    const [known] = world.agreements;
    if (known === undefined) throw new Error("the scene has an agreement");
    const revised = { ...known, version: "2.0", accepts: [], graceDays: 3, effective: NOW - DAY };
    const changed = { ...world, agreements: [revised] };
    expect(await settled(pullBy(alice), { changed })).toMatchObject({
      state: "success",
      again: NOW + 2 * DAY,
    });
    const row = {
      account: alice.account as Account,
      agreement: "icla",
      version: "2.0",
      signedAt: 1,
      entity: null,
    };
    expect((await engine.signatures.sign([[row]], { evidence: "import" })).marked).toBe(1);
  });

  it("keeps the known comment when an answer can't be written", async () => {
    const { engine, settled } = await scene();
    await settled(pullBy(bob), { more: { show: showing({ comment: 77 }) } });
    const show = () => Promise.reject(new Failure("host-refused"));
    await expect(settled(pullBy(alice), { more: { show } })).rejects.toMatchObject({ code: "host-refused" });
    expect(await engine.pulls.find(ref)).toMatchObject({ comment: 77 });
  });

  it("is done also where nobody observes it, or the host did not say whether an answer is there", async () => {
    const { settled, world } = await scene();
    const { observeVerdict: _, ...changed } = world;
    expect(await settled(pullBy(alice), { changed, more: { marked: null } })).toMatchObject({
      state: "success",
    });
  });

  it("of a closed pull request forgets its people and shows nothing", async () => {
    const { engine, settled, states, verdicts } = await scene();
    await settled(pullBy(alice));
    expect(await settled({ ...pullBy(alice), state: "closed" })).toEqual({
      state: "closed",
      again: null,
      writes: 0,
    });
    expect(await engine.pulls.find(ref)).toBeNull();
    expect([states().length, verdicts.length]).toEqual([1, 1]);
  });

  it("is due again when the verdict changes by time alone, or when the comment can be written", async () => {
    const { engine, settled } = await scene();
    await engine.entities.add({ id: "acme", agreement: "icla", version: "1.0", signedAt: 1 }, "cli");
    const place = { account: bob.account as Account, from: 1, until: NOW + DAY };
    await engine.entities.join("acme", [place], "cli");
    const again = async (people: Pull, commentAt?: number) =>
      (await settled(people, { more: { show: showing(commentAt === undefined ? {} : { commentAt }) } }))
        .again;
    expect(await again(pullBy(bob))).toBe(NOW + DAY);
    expect(await again(pullBy(bob), NOW + 5)).toBe(NOW + 5);
    expect(await again(pullBy(bob), NOW + 2 * DAY)).toBe(NOW + DAY);
    expect(await again(pullBy(alice), NOW + 7)).toBe(NOW + 7);
    expect(await again(pullBy(alice))).toBeNull();
  });

  it("without an opener is due again in ten seconds, once for each head", async () => {
    const { settled } = await scene();
    const gone = { ...pullBy(alice), opener: null };
    const look = async (of: Pull) => {
      const { again, openerGone, state } = await settled(of);
      return { again, openerGone, state };
    };
    const soon = { again: NOW + 10_000, openerGone: true, state: "error" };
    expect(await look(gone)).toEqual(soon);
    expect(await look(gone)).toEqual({ ...soon, again: null });
    expect(await look({ ...gone, head: "other" })).toEqual(soon);
    expect(await look({ ...gone, head: "other" })).toEqual({ ...soon, again: null });
    await settled({ ...pullBy(alice), head: "other" });
    expect(await look({ ...gone, head: "other" })).toEqual(soon);
  });

  it("without an opener is due again at the earlier of two times", async () => {
    const { engine, settled } = await scene();
    await engine.entities.add({ id: "acme", agreement: "icla", version: "1.0", signedAt: 1 }, "cli");
    const join = (until: number) =>
      engine.entities.join("acme", [{ account: bob.account as Account, from: 1, until }], "cli");
    await join(NOW + 3);
    const gone = { ...pullBy(bob), opener: null };
    expect(await settled(gone)).toMatchObject({ again: NOW + 3 });
    await join(NOW + DAY);
    expect(await settled({ ...gone, head: "other" })).toMatchObject({ again: NOW + 10_000 });
    expect(await settled({ ...gone, head: "other" })).toMatchObject({ again: NOW + DAY });
  });

  it("of a broken policy is an error that keeps the agreement, and everybody may change it", async () => {
    const { engine, settled, states } = await scene();
    await settled(pullBy(alice));
    const more = { policyFile: policyFile("report: nope") };
    expect(await settled(pullBy(alice), { more })).toEqual({ state: "error", again: null, writes: 1 });
    expect(states()).toEqual(["success", "error"]);
    expect(await engine.pulls.find(ref)).toMatchObject({ agreement: "icla", verdict: "unknown" });
  });

  it("of a broken policy has no agreement where none was known", async () => {
    const { engine, settled } = await scene();
    await settled(pullBy(alice), { more: { policyFile: policyFile("report: nope") } });
    expect(await engine.pulls.find(ref)).toMatchObject({ agreement: null, verdict: "unknown" });
  });
});

describe("a repository that no agreement covers", () => {
  const elsewhere = { ...pullBy(bob), path: "other/repo" };

  it("gets no answer where there is none", async () => {
    const { engine, settled, states, verdicts } = await scene();
    expect(await settled(elsewhere)).toEqual({ state: "uncovered", again: null, writes: 0 });
    expect([states(), verdicts, await engine.pulls.find(ref)]).toEqual([[], [], null]);
  });

  it("has an earlier answer replaced, and no verdict is told", async () => {
    const { settled, states, verdicts } = await scene();
    expect(await settled(elsewhere, { more: { marked: true } })).toEqual({
      state: "uncovered",
      again: null,
      writes: 1,
    });
    expect([states(), verdicts]).toEqual([["error"], []]);
  });

  it("is looked at again where the host did not say whether there is an answer", async () => {
    const { settled, states } = await scene();
    await expect(settled(elsewhere, { more: { marked: null } })).rejects.toMatchObject({
      code: "host-refused",
      message: "the host did not say whether an answer of the bot's is there",
    });
    expect(states()).toEqual([]);
  });
});

describe("a bug in a check", () => {
  it("is shown as doubt, and thrown on", async () => {
    const { settled, shown, states, verdicts, with: changed } = await scene();
    const covered = () => Promise.reject(new TypeError("a bug"));
    await expect(settled(pullBy(alice), { changed: changed("signatures", { covered }) })).rejects.toThrow(
      "a bug",
    );
    expect([states(), verdicts]).toEqual([["error"], []]);
    expect(shown[0]?.report).toMatchObject({
      kind: "status",
      line: expect.stringContaining("a lookup failed"),
    });
  });
});

describe("a host that compares no branch", () => {
  it.each([
    [0, "error"],
    [1, "error"],
    [2, "failure"],
  ])("has nobody asked to sign at the first two tries: after %i it is %s", async (attempts, state) => {
    const refused = new Failure("host-refused");
    const history = {
      protectedCommit: async () => null,
      mergedCommits: () => Promise.reject(refused),
      diff: async () => null,
    };
    const { settled, states, verdicts } = await scene({ history });
    await expect(settled(pullBy(alice, bob), { attempts })).rejects.toBe(refused);
    expect(states()).toEqual([state]);
    expect(verdicts).toMatchObject([{ state }]);
  });
});

it("a host that compares a part of its branches has people asked to sign at once", async () => {
  const failure = new Failure("host-refused");
  const history = {
    protectedCommit: async () => null,
    mergedCommits: async () => ({ merged: new Set<string>(), failure }),
    diff: async () => null,
  };
  const { settled, states } = await scene({ history });
  await expect(settled(pullBy(alice, bob))).rejects.toBe(failure);
  expect(states()).toEqual(["failure"]);
});

describe("a host that is behind a delivery", () => {
  const told = { told: "newer" };

  it.each([0, 4])("is not green after %i tries, and nothing is shown", async (attempts) => {
    const { settled, states } = await scene();
    const asked = { mark: told, attempts, more: { told: "older base" } };
    await expect(settled(pullBy(alice), asked)).rejects.toMatchObject({ code: "host-behind" });
    expect(states()).toEqual([]);
  });

  it("is in doubt after a minute of tries, green after some hours of them, and red at once", async () => {
    const { settled, states, shown } = await scene();
    const more = { told: "older base" };
    await expect(settled(pullBy(alice), { mark: told, attempts: 5, more })).rejects.toMatchObject({
      code: "host-behind",
    });
    expect(shown[0]?.report.line).toContain("does not show the newest change yet");
    await settled(pullBy(alice), { mark: told, attempts: 20, more });
    await settled(pullBy(bob), { mark: told, more });
    expect(states()).toEqual(["error", "success", "failure"]);
  });

  it("is in doubt at once on a host without statuses, whose answer is of the pull request", async () => {
    const { host, settled, states } = await scene();
    const by = { ...host, capabilities: { ...CAPABILITIES, statuses: false } };
    await expect(settled(pullBy(alice), { mark: told, more: { told: "older" }, by })).rejects.toMatchObject({
      code: "host-behind",
    });
    expect(states()).toEqual(["error"]);
  });

  it("is one that shows another state than the delivery, whose first word may be all that is kept", async () => {
    const { reading, take } = await scene();
    const hold = await take();
    const behind = (
      kept: string | null,
      shown?: string,
      more: { attempts?: number; toldAt?: number; shownAt?: number } = {},
    ) =>
      isBehind(
        reading(pullBy(alice), {
          ...(shown !== undefined && { told: shown }),
          ...(more.shownAt !== undefined && { toldAt: more.shownAt }),
        }),
        {
          ...hold,
          taken: { ...hold.taken, told: kept, attempts: more.attempts ?? 0, toldAt: more.toldAt ?? null },
        },
      );
    expect(behind(null, "head base")).toBe(false);
    expect(behind("head base")).toBe(false);
    expect(behind("head", "head base")).toBe(false);
    expect(behind("head base", "head base")).toBe(false);
    expect(behind("base", "head base")).toBe(true);
    // It is the delivery that was behind.
    expect(behind("base", "head base", { attempts: 19 })).toBe(true);
    expect(behind("base", "head base", { attempts: 20 })).toBe(false);
    expect(behind("base", "head base", { toldAt: 5, shownAt: 5 })).toBe(true);
    expect(behind("base", "head base", { toldAt: 5, shownAt: 6 })).toBe(false);
    expect(behind("base", "head base", { toldAt: 5 })).toBe(true);
    expect(behind("base", "head base", { shownAt: 6 })).toBe(true);
  });

  it("is told with the outcome", async () => {
    const all = await scene({ read: async () => all.reading(pullBy(bob), { told: "older" }) });
    const { engine, host, take, world } = all;
    const hold = await take(pullTask(ref), told);
    expect(await reconcile(world, host, ref, route, hold)).toMatchObject({ behind: true });
    await engine.queue.done(hold.taken, null);
    const now = await reconcile(world, host, ref, route, await take(pullTask(ref), { told: "older" }));
    expect(now).not.toHaveProperty("behind");
  });
});

describe("a reading", () => {
  it("is made with the known comment, and shows that the repository exists", async () => {
    const asked: unknown[] = [];
    const all = await scene({
      read: async (...question) => {
        asked.push(question);
        return all.reading(pullBy(alice));
      },
    });
    const { engine, host, take, world } = all;
    await engine.pulls.record({
      ref,
      head: "h",
      agreement: null,
      verdict: "unknown",
      buckets: [],
      comment: 5,
    });
    const hold = await take();
    await engine.pulls.noteMissing(repository);
    await reconcile(world, host, ref, route, hold);
    expect(asked).toEqual([[ref, route, 5]]);
    expect(await engine.pulls.forgetRepository(repository)).toBe(false);
  });

  it("is made also while the database does not answer, and shows doubt", async () => {
    const asked: unknown[] = [];
    const all = await scene({
      read: async (_, __, comment) => {
        asked.push(comment);
        return all.reading(pullBy(alice));
      },
    });
    const changed = all.with("pulls", { find: lost, noteSeen: lost, record: lost });
    const hold = await all.take();
    await expect(reconcile(changed, all.host, ref, route, hold)).rejects.toBe(unreachable);
    expect([asked, all.states()]).toEqual([[null], ["error"]]);
  });
});

describe("a database that does not answer", () => {
  it("gives doubt instead of green, which needs no lease of it, and red stays red", async () => {
    for (const [people, state] of [
      [pullBy(alice), "error"],
      [pullBy(alice, bob), "failure"],
    ] as const) {
      const { engine, host, reading, states, verdicts, with: changed, take } = await scene();
      const pulls = changed("pulls", { record: lost });
      const hold = await take();
      const blind = { ...hold, confirm: lost };
      await expect(settle(pulls, host, reading(people), route, blind)).rejects.toBe(unreachable);
      expect([states(), verdicts]).toEqual([[state], []]);
      expect(await engine.pulls.find(ref)).toBeNull();
    }
  });

  it("gives doubt at the lookup of the people, and records nothing", async () => {
    const { engine, settled, states, with: changed } = await scene();
    await expect(settled(pullBy(alice), { changed: changed("signatures", { covered: lost }) })).rejects.toBe(
      unreachable,
    );
    expect(states()).toEqual(["error"]);
    expect(await engine.pulls.find(ref)).toBeNull();
  });

  it("after the answer was shown has it read again and replaced by doubt", async () => {
    const asked: unknown[] = [];
    const all = await scene({
      read: async (...question) => {
        asked.push(question);
        return all.reading(pullBy(alice));
      },
    });
    let records = 0;
    const record: Engine["pulls"]["record"] = (...given) =>
      ++records === 2 ? lost() : all.engine.pulls.record(...given);
    const more = { show: showing({ comment: 9, writes: 1 }) };
    await expect(all.settled(pullBy(alice), { more, changed: all.with("pulls", { record }) })).rejects.toBe(
      unreachable,
    );
    expect(asked).toEqual([[ref, route, 9]]);
    expect(all.states()).toEqual(["error"]);
  });

  it("is not what another failure is: nothing more is shown", async () => {
    const { reading, settled, states } = await scene();
    const refused = new Failure("host-refused");
    const failing = reading(pullBy(alice));
    let times = 0;
    const show: Reading["show"] = (...given) => {
      times += 1;
      return times === 1 ? Promise.reject(refused) : failing.show(...given);
    };
    await expect(settled(pullBy(alice), { more: { show } })).rejects.toBe(refused);
    expect([times, states()]).toEqual([1, []]);
  });

  it("leaves the mistakes of a policy file as they are", async () => {
    const { settled, shown, with: changed } = await scene();
    const more = { policyFile: policyFile("report: nope") };
    await settled(pullBy(alice), { more, changed: changed("pulls", { record: lost }) }).catch(() => null);
    expect(shown[0]?.report.line).toContain(".github/cla.yml");
  });

  it("says in doubt why", async () => {
    const { settled, shown, with: changed } = await scene();
    await settled(pullBy(alice), { changed: changed("pulls", { record: lost }) }).catch(() => null);
    expect(shown[0]?.report.line).toContain("can't be read right now");
  });
});

describe("a pull request with another's head", () => {
  const other = { ref: { ...ref, number: 8 }, head: "head", agreement: "icla", buckets: [], comment: null };

  it.each([
    ["unsigned", "failure"],
    ["unknown", "failure"],
    ["signed", "success"],
  ] as const)("is %s there and %s here", async (verdict, state) => {
    const { engine, settled, shown } = await scene();
    await engine.pulls.record({ ...other, verdict });
    expect(await settled(pullBy(alice))).toMatchObject({ state });
    expect(shown).toMatchObject([{ report: { state, shared: true } }]);
  });

  it("is not asked for on a host without shared heads", async () => {
    const { engine, settled, shown, host } = await scene();
    await engine.pulls.record({ ...other, verdict: "unsigned" });
    const by = { ...host, capabilities: { ...CAPABILITIES, sharedHeads: false } };
    expect(await settled(pullBy(alice), { by })).toMatchObject({ state: "success" });
    expect(shown).toMatchObject([{ report: { shared: false } }]);
  });

  it("is checked again if the other changes while it is written, up to five times", async () => {
    let reads = 0;
    const all = await scene({
      read: async () => {
        reads += 1;
        return all.reading(pullBy(alice));
      },
    });
    let asked = 0;
    const sharing = async () => (++asked % 2 === 0 ? (["unsigned"] as const) : []);
    const changed = all.with("pulls", { sharing });
    await expect(all.settled(pullBy(alice), { changed })).rejects.toMatchObject({
      code: "head-moving",
      message: "what the verdict hangs on kept changing",
    });
    expect([reads, all.states().length]).toEqual([5, 6]);
    asked = 0;
    await expect(all.settled(pullBy(alice), { changed, rounds: 0 })).rejects.toMatchObject({
      code: "head-moving",
    });
    expect(reads).toBe(5);
    // Nothing was written, so nothing can be wrong.
    const more = { show: showing({ writes: 0 }) };
    asked = 0;
    expect(await all.settled(pullBy(alice), { changed, more })).toMatchObject({ state: "success" });
    expect(asked).toBe(1);
  });
});

describe("coverage that changes during a check", () => {
  it("has the pull request read again, and only if it is of its people", async () => {
    let reads = 0;
    const all = await scene({
      read: async () => {
        reads += 1;
        return all.reading(pullBy(alice, bob));
      },
    });
    let asked = 0;
    const covered: Engine["signatures"]["covered"] = async (...question) => {
      const found = await all.engine.signatures.covered(...question);
      if (++asked === 1) await all.sign(bob, carol);
      // The order is no difference.
      return asked % 2 === 0 ? new Map([...found].toReversed()) : found;
    };
    const changed = all.with("signatures", { covered });
    expect(await all.settled(pullBy(alice, bob), { changed })).toMatchObject({ state: "success" });
    expect([reads, asked]).toEqual([1, 4]);
    expect(all.states()).toEqual(["success"]);
  });
});

describe("a host without statuses", () => {
  const gitee = { capabilities: { ...CAPABILITIES, statuses: false } };

  it("gets what is known of the former answer, and whether it ever had check runs", async () => {
    const { settled, shown } = await scene(gitee);
    await settled(pullBy(alice));
    await settled({ ...pullBy(alice), head: "next" });
    await settled({ ...pullBy(alice), head: "next" }, { more: { show: showing({ checkRun: true }) } });
    await settled({ ...pullBy(alice), head: "last" });
    const usual = { isFirst: false, refusal: null, shared: false };
    expect(shown.map(({ former }) => former)).toEqual([
      { ...usual, head: null, isFirst: true, checkRuns: false },
      { ...usual, head: "head", checkRuns: false },
      { ...usual, head: "next", checkRuns: true },
    ]);
  });

  it("gets what is known of refused check runs and of others with the head", async () => {
    const { engine, settled, shown } = await scene(gitee);
    await settled({ ...pullBy(alice), state: "closed" });
    await settled(pullBy(alice), { more: { show: showing({ checkRefusal: "edition" }) } });
    await engine.pulls.close(ref);
    const other = { ...ref, number: 8 };
    await engine.pulls.record({
      ref: other,
      head: "head",
      agreement: null,
      verdict: "signed",
      buckets: [],
      comment: null,
    });
    await settled(pullBy(alice));
    expect(shown.map(({ former }) => former)).toEqual([
      { head: null, isFirst: false, checkRuns: false, refusal: "edition", shared: true },
    ]);
  });

  it("has a refused check run noted, and one with statuses has not", async () => {
    for (const [answers, count] of [
      [gitee, 1],
      [{}, 0],
    ] as const) {
      const { engine, settled } = await scene(answers);
      await settled(pullBy(alice), { more: { show: showing({ checkRefusal: "right" }) } });
      expect(await engine.cursors.fresh(`check-run/github/${repository.id}/right`, 0, NOW + DAY)).toBe(count);
    }
  });
});

describe("the comment", () => {
  const texts = [
    { language: "en", url: null, document: "icla.md" },
    { language: "zh-CN", url: null, document: "icla.zh-CN.md" },
  ];
  const digests = ["1".repeat(64), "2".repeat(64)] as const;

  async function commented(translated: boolean, of = pullBy(bob)) {
    const all = await scene();
    const version = { agreement: "icla", version: "1.0", effective: null };
    await all.engine.agreements.record({ ...version, language: "en", digest: digests[0] }, "bot");
    await all.engine.agreements.record({ ...version, language: "zh-CN", digest: digests[1] }, "bot");
    const [agreement] = all.world.agreements;
    if (agreement === undefined) throw new Error("the scene has an agreement");
    const offered = { ...agreement, url: null, document: "icla.md", sign: ["page", "comment"] as const };
    const changed = { ...all.world, agreements: [translated ? { ...offered, texts } : offered] };
    const comment = async (engine = changed.engine) => {
      await all.settled(of, { changed: { ...changed, engine } });
      return all.shown.at(-1)?.report.comment ?? "";
    };
    return { ...all, changed, comment };
  }

  it("names the digest of each text, where there are several", async () => {
    const { comment } = await commented(true);
    const text = await comment();
    for (const digest of digests) expect(text).toContain(digest);
    const { comment: single } = await commented(false);
    for (const digest of digests) expect(await single()).not.toContain(digest);
  });

  it("leaves out a digest that can't be read", async () => {
    const { comment, engine } = await commented(true);
    const find: Engine["agreements"]["find"] = (id, version, language) =>
      language === "en" ? lost() : engine.agreements.find(id, version, language);
    const text = await comment({ ...engine, agreements: { ...engine.agreements, find } });
    expect([text.includes(digests[0]), text.includes(digests[1])]).toEqual([false, true]);
  });
});

describe("a head that can't be read completely", () => {
  async function unread(answer: Partial<Reading>, of = pull(null, []), code: FailureCode = "host-refused") {
    const asked: unknown[] = [];
    const all = await scene({
      readHead: async (...question) => {
        asked.push(question);
        return all.reading(of, answer);
      },
    });
    const hold = await all.take(pullTask(ref), { told: "head" });
    await showUnread(all.world, all.host, ref, route, hold, code);
    return { asked, states: all.states(), line: all.shown[0]?.report.line };
  }

  it.each<[FailureCode, string]>([
    ["host-refused", "a lookup failed; the bot retries"],
    ["pull-unreadable", "the host can't show this pull request, not even in small parts; split it"],
    ["permission-missing", "the app lacks a permission; countersign doctor says which"],
    [
      "ip-not-allowed",
      "the organization's IP allow list does not have the bot's address; an owner can add it",
    ],
    ["sso-required", "the organization's single sign-on does not admit the app; an owner can approve it"],
    [
      "repository-blocked",
      "the host has blocked or disabled this repository; its owner can contact the support",
    ],
    ["account-blocked", "the repository's owner has blocked the bot; the owner can unblock it"],
  ])("says why: %s", async (code, reason) => {
    const { states, line } = await unread({}, pull(null, []), code);
    expect([states, line]).toEqual([["error"], `CLA icla 1.0: not decided: ${reason}`]);
  });

  it("says that it is undecided", async () => {
    expect(await unread({})).toMatchObject({ asked: [[ref, route, "head"]], states: ["error"] });
    expect(await unread({ marked: null })).toMatchObject({ states: ["error"] });
  });

  it("says nothing where it is closed, has an answer or needs none", async () => {
    expect(await unread({ marked: true })).toMatchObject({ states: [] });
    expect(await unread({}, { ...pull(null, []), state: "closed" })).toMatchObject({ states: [] });
    expect(await unread({}, { ...pull(null, []), path: "other/repo" })).toMatchObject({ states: [] });
  });

  it("says nothing on a host without statuses", async () => {
    const all = await scene();
    await showUnread(all.world, plainHost(), ref, route, await all.take(), "host-refused");
    expect(all.states()).toEqual([]);
  });
});

it("a co-author is missing, and an exempt account is not", async () => {
  const { engine, settled } = await scene();
  const of = pull(alice, [commit("c1", alice, { coauthors: [bob] }), commit("c2", carol)]);
  await settled(of, { more: { policyFile: policyFile("exempt: {authors: ['github:3']}") } });
  const marked = async (account: Account | null) => {
    const row = { agreement: "icla", version: "1.0", signedAt: 1, entity: null };
    if (account === null) throw new Error("they have accounts");
    return (await engine.signatures.sign([[{ ...row, account }]], { evidence: "import" })).marked;
  };
  expect([await marked(carol.account), await marked(bob.account)]).toEqual([0, 1]);
});
