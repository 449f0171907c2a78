/** How many calls a check on Gitee costs: docs/gitee.md, "Cost". */
import { expect, it } from "vitest";
import type { SimulatedPull } from "../../playground/gitee/pull.ts";
import type { CommitSpec } from "../../playground/gitee/state/commits.ts";
import { work } from "../../src/check/work.ts";
import { startBot } from "./start-bot.ts";
import { ROUTE } from "./start-host.ts";

interface Case {
  /** The policy file. */
  readonly policy?: string;
  /** Whether the repository has no labels yet. */
  readonly bare?: true;
  /** The role of the bot's account; an administrator if omitted. */
  readonly bot?: "write";
  /** Labels that somebody else put on the pull request before the bot saw it. */
  readonly label?: string;
  /** Whether the opener has not signed. */
  readonly unsigned?: true;
  readonly commits?: CommitSpec[];
  /** How many protected branches have commits of their own. */
  readonly branches?: number;
  /** Comments of others, or check runs of another tool, that are there before the bot's. */
  readonly comments?: number;
  readonly runs?: number;
  /** Whether another pull request has the same head, on a server that shows its check runs here. */
  readonly twins?: true;
}

const eve = { name: "Eve", email: "eve@nowhere.example" };
/** Titles of the cases that are opened again while no bot runs. */
const WHILE_DOWN =
  /first in a repo|private address|without an account|not the policy|wants none|broken|green label|comments|branches/;

async function start() {
  const bot = await startBot();
  const { gitee, alice, bob, account, sign, drain, engine, world } = bot;
  // The times of pull requests have whole seconds.
  bot.clock.now -= 5_000;
  await bot.restart();
  await sign(account(alice));
  const privates = ["dora", "dan", "dean"].map((login) => {
    const { id } = gitee.user({ login });
    return { name: login, email: `${id}+${login}@user.noreply.gitee.com` };
  });
  const [doras = eve] = privates;
  const nobodys = { name: "Nobody", email: doras.email.replace("dora", "nobody") };
  const members = gitee.organization({ login: "guild", members: [bob, gitee.bot] });
  const cases: Record<string, Case> = {
    signed: {},
    unsigned: { unsigned: true },
    "the first in a repository without labels": { bare: true },
    "the first in a repository without labels, unsigned": { bare: true, unsigned: true },
    "the first in a repository without labels, with a co-author": {
      bare: true,
      commits: [{ author: alice, coauthors: [eve] }],
    },
    "the first in a repository without labels, and a commit without an account": {
      bare: true,
      commits: [{ author: eve }],
    },
    "the first in a repository without labels, and 250 commits": {
      bare: true,
      commits: Array.from({ length: 250 }, () => ({ author: bob })),
    },
    "a commit by somebody who has not signed": { commits: [{ author: bob }] },
    "a commit without an account": { commits: [{ author: eve }] },
    "a commit without an account, and nine protected branches": { commits: [{ author: eve }], branches: 9 },
    "a co-author who is required": {
      policy: "require: {coauthors: require}\n",
      commits: [{ author: alice, coauthors: [eve] }],
    },
    "a co-author with a private address": { commits: [{ author: alice, coauthors: [doras] }] },
    "a co-author with a private address of another login": {
      commits: [{ author: alice, coauthors: [nobodys] }],
    },
    "three co-authors with a private address who are required": {
      policy: "require: {coauthors: require}\n",
      commits: [{ author: alice, coauthors: privates }],
    },
    "a green label by somebody else, unsigned": { label: "cla/yes", unsigned: true },
    "a green label by somebody else, and a commit without an account": {
      label: "cla/yes",
      commits: [{ author: eve }],
    },
    "a red label by somebody else": { label: "cla/no" },
    "a label by somebody else that is not the policy's, unsigned": {
      policy: "labels: {signed: ok/cla, unsigned: no/cla}\n",
      label: "cla/yes",
      unsigned: true,
    },
    "a label by somebody else where the policy wants none, unsigned": {
      policy: "labels: false\n",
      label: "cla/yes",
      unsigned: true,
    },
    "a broken policy, and a label": { policy: "report: [\n", label: "bug1" },
    "a role without check runs": { policy: "report: check\n", bot: "write", unsigned: true },
    "a role without check runs, in a repository without labels": {
      policy: "report: check\n",
      bot: "write",
      bare: true,
      unsigned: true,
    },
    "a role without check runs, and a commit without an account": {
      bot: "write",
      commits: [{ author: eve }],
    },
    "no check run wanted": { policy: "report: status\n", unsigned: true },
    "250 commits, unsigned": {
      unsigned: true,
      commits: Array.from({ length: 250 }, () => ({ author: bob })),
    },
    "a policy that looks at the changed files": { policy: "exempt: {paths: [docs/**]}\n", unsigned: true },
    "a policy that exempts small changes, and a commit without an account": {
      policy: "exempt: {lines: 0, paths: [docs/**]}\n",
      commits: [{ author: eve }],
    },
    "a member of an exempt organization": {
      policy: `exempt: {organizations: [gitee:${members.id}]}\n`,
      unsigned: true,
    },
    "nobody of an exempt organization": {
      policy: `exempt: {organizations: [gitee:${members.id}], paths: [docs/**]}\n`,
      commits: [{ author: eve }, { author: gitee.user({ login: "mallory" }) }],
    },
    "backports that are verified": {
      policy: "require: {backports: verify}\n",
      commits: [{ author: eve, message: `Fix it\n\n(cherry picked from commit ${"5".repeat(40)})` }],
      branches: 2,
    },
    "many comments, unsigned": { comments: 150, unsigned: true },
    "many check runs, unsigned": { runs: 350, unsigned: true },
    "another pull request with the same head": { twins: true },
  };
  const names = ["cla/yes", "cla/no", "ok/cla", "no/cla", "bug1"];
  let repositories = 0;
  /** Makes a repository for a case, whose pull request is opened later. */
  const prepare = async (title: string): Promise<() => SimulatedPull> => {
    const spec = cases[title] ?? {};
    const { policy, bare, bot: role = "admin", label, unsigned, commits, branches = 0 } = spec;
    repositories += 1;
    gitee.loseDeliveries();
    const repository = gitee.repository({ owner: "octo", name: `r${repositories}`, bot: role });
    for (const one of bare === true ? [] : names) repository.label(one);
    if (policy !== undefined) repository.writeFile(".gitee/cla.yml", policy);
    for (let branch = 0; branch < branches; branch += 1) {
      repository.branch(`release-${branch}`).protect(`release-${branch}`);
      repository.push([{ author: alice }], { branch: `release-${branch}` });
    }
    const opener = unsigned === true ? bob : alice;
    gitee.settings.checkPulls = spec.twins === true ? "ignored" : "known";
    const at = spec.twins === true ? repository.openPull({ opener: bob }).headSha : undefined;
    await gitee.settled();
    gitee.loseDeliveries(0);
    return () => {
      const pull = repository.openPull({ opener, ...(commits && { commits }), ...(at && { at }) });
      addRuns(pull, spec.runs ?? 0);
      addComments(pull, spec.comments ?? 0);
      return label === undefined ? pull : pull.addLabel(label, alice);
    };
  };
  const open = async (title: string): Promise<SimulatedPull> => (await prepare(title))();
  /** The calls of each check until nothing is due. */
  const checks = async (act: () => unknown): Promise<{ calls: number; writes: number }[]> => {
    await act();
    const all: { calls: number; writes: number }[] = [];
    for (;;) {
      await gitee.settled();
      const [taken] = await engine.queue.take({ limit: 1, leaseMs: 60_000, skip: [] });
      if (taken === undefined) return all;
      gitee.resetCalls();
      await work(world, taken);
      const { reads, writes } = gitee.calls();
      all.push({ calls: reads + writes, writes });
    }
  };
  /** The calls of all of them. */
  const cost = async (act: () => unknown) => {
    await drain();
    const all = await checks(act);
    const sum = (key: "calls" | "writes"): number => all.reduce((total, one) => total + one[key], 0);
    return { calls: sum("calls"), writes: sum("writes") };
  };
  const mark = ({ number, record }: SimulatedPull) =>
    engine.queue.mark([
      {
        task: { kind: "pull", host: "gitee", repository: record.repository.id, number },
        route: ROUTE,
      },
    ]);
  const again = (pull: SimulatedPull) => cost(() => mark(pull));
  return { ...bot, cases, prepare, open, checks, cost, mark, again };
}

const PARTS = [0, 1, 2, 3, 4, 5];

it.each(PARTS)(
  "A first check on Gitee costs seven calls at most, and an unchanged one five and no write, also after a restart (part %d)",
  async (part) => {
    const { cases, prepare, checks, mark, clock, restart, drain, gitee } = await start();
    const titles = Object.keys(cases).filter((_title, at) => at % PARTS.length === part);
    const pulls = new Map<string, SimulatedPull>();
    const dear: Record<string, unknown> = {};
    const shown = (pull: SimulatedPull) => JSON.stringify([pull.labels, pull.conclusion()]);
    const open = async (title: string, when: string) => {
      const act = await prepare(title);
      const [first, ...next] = await checks(() => pulls.set(title, act()));
      const isDear = first === undefined || first.calls > 7;
      // What the first check leaves to the next one is written, or costs no more than an unchanged one.
      if (isDear || next.some(({ calls, writes }) => calls > 5 && writes === 0))
        dear[`${title}: ${when}`] = [first, ...next];
    };
    const recheck = async (when: string) => {
      for (const [title, pull] of pulls) {
        gitee.settings.checkPulls = cases[title]?.twins === true ? "ignored" : "known";
        const before = shown(pull);
        const found = await checks(() => mark(pull));
        if (shown(pull) !== before || found.some(({ calls, writes }) => calls > 5 || writes > 0))
          dear[`${title}: ${when}`] = found;
      }
    };
    for (const title of titles) await open(title, "first");
    // What is remembered for an hour is forgotten.
    clock.now += 2 * 60 * 60_000;
    await recheck("later");
    await restart();
    await drain();
    await recheck("after a restart");
    for (const title of titles.filter((one) => WHILE_DOWN.test(one)))
      await open(title, "first, opened before the start");
    expect(dear).toEqual({});
  },
);

/** Comments of somebody else, without an event. */
function addComments({ record }: SimulatedPull, count: number): void {
  const { createdAt, opener: user } = record;
  for (let id = 1; id <= count; id += 1)
    record.comments.push({ id, user, body: "Nice.", path: null, createdAt, updatedAt: createdAt });
}

/** Check runs of another tool, on the pull request and its head. */
function addRuns({ record, id: pullId, headSha }: SimulatedPull, count: number): void {
  const { checkRuns } = record.repository;
  const run = { headSha, pullId, detailsUrl: null, status: "completed", conclusion: "success" } as const;
  const rest = { startedAt: null, completedAt: null, output: null, createdAt: record.createdAt };
  for (let id = 1; id <= count; id += 1)
    checkRuns.push({ ...run, ...rest, id, name: `build ${id}`, annotations: [] });
}

it("An edition of Gitee without check runs costs no more, and a later check finds that it has them now", async () => {
  const { gitee, prepare, cost, again, clock, restart } = await start();
  gitee.settings.checkRuns = false;
  const pulls: SimulatedPull[] = [];
  const titles = [
    "the first in a repository without labels, unsigned",
    "a commit without an account",
    "signed",
  ];
  for (const title of titles) {
    const open = await prepare(title);
    expect([title, (await cost(() => pulls.push(open()))).calls <= 7]).toEqual([title, true]);
  }
  for (const wait of [0, 2 * 60 * 60_000, null]) {
    if (wait === null) await restart();
    else clock.now += wait;
    for (const pull of pulls) {
      const { calls, writes } = await again(pull);
      expect([wait, calls <= 5, writes]).toEqual([wait, true, 0]);
    }
  }
  expect(pulls.map(({ labels, comments }) => [labels, comments.length])).toEqual([
    [["cla/no"], 1],
    [["cla/no"], 1],
    [["cla/yes"], 0],
  ]);
  gitee.settings.checkRuns = true;
  for (const pull of pulls) await again(pull);
  expect(pulls.map((pull) => pull.conclusion())).toEqual(["action_required", "action_required", "success"]);
});

it("What a check with many calls skips is looked at by the next one", async () => {
  const { bob, account, sign, open, again, clock, drain, engine } = await start();
  const pull = await open("a commit without an account");
  await drain();
  const [comment] = pull.comments;
  if (comment === undefined) throw new Error("there is no comment");
  const { body } = comment;
  Object.assign(comment, { body: "edited by somebody" });
  clock.now += 2 * 60 * 60_000;
  // The branches are read again, so the comment is not looked at.
  expect(await again(pull)).toEqual({ calls: 5, writes: 0 });
  expect(await again(pull)).toEqual({ calls: 6, writes: 1 });
  expect(pull.comments[0]?.body).toBe(body);
  // Another verdict is told in the comment at once.
  const other = await open("a commit by somebody who has not signed");
  await drain();
  clock.now += 2 * 60 * 60_000;
  await sign(account(bob));
  await again(other);
  expect([other.labels, other.conclusion()]).toEqual([["cla/yes"], "success"]);
  expect(await engine.queue.depth()).toMatchObject({ due: 0, waiting: 0, parked: 0 });
});

it("The check runs of a pull request with the head of another one are listed before its first run", async () => {
  const { gitee, alice, bob, repository, checks, drain } = await start();
  gitee.settings.checkPulls = "ignored";
  const first = repository.openPull({ opener: bob });
  await drain();
  const eves = [{ author: alice, coauthors: [eve] }];
  repository.openPull({ opener: alice, commits: eves });
  await drain();
  const [cost] = await checks(() => repository.openPull({ opener: alice, at: first.headSha }));
  expect(cost?.calls).toBeLessThanOrEqual(7);
  expect(repository.checkRuns.filter(({ headSha }) => headSha === first.headSha).at(-1)).toMatchObject({
    conclusion: "failure",
  });
});

it("A new pull request with much to look up asks nobody until all is known, and is never green before", async () => {
  const { gitee, prepare, engine, world } = await start();
  const open = await prepare("a commit without an account, and nine protected branches");
  const pull = open();
  await gitee.settled();
  const seen: unknown[] = [];
  for (;;) {
    const [taken] = await engine.queue.take({ limit: 1, leaseMs: 60_000, skip: [] });
    if (taken === undefined) break;
    await work(world, taken);
    seen.push([pull.labels, pull.conclusion(), pull.comments.length]);
  }
  expect(seen).toEqual([
    [["cla/no"], "failure", 0],
    [["cla/no"], "action_required", 1],
  ]);
  expect(pull.checkRuns[0]?.output?.title).toMatch(/continues at once|马上会有结果/);
});

it("Who leaves an exempt organization is asked to sign by the checks that look it up, also after a restart", async () => {
  const { gitee, open, again, restart, drain } = await start();
  const pull = await open("a member of an exempt organization");
  await drain();
  expect([pull.labels, pull.conclusion()]).toEqual([["cla/yes"], "success"]);
  gitee.world.organizationByLogin("guild")?.members.delete(pull.record.opener);
  await restart();
  await again(pull);
  expect([pull.labels, pull.conclusion()]).toEqual([["cla/no"], "action_required"]);
});
