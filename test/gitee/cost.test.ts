/** How many calls a check on Gitee costs: docs/gitee.md, "Cost". */
import { expect, it } from "vitest";
import type { SimulatedPull } from "../../playground/gitee/pull.ts";
import type { CommitSpec } from "../../playground/gitee/state/commits.ts";
import { startBot } from "./start-bot.ts";

interface Case {
  /** The policy file. */
  readonly policy?: string;
  /** Whether the repository has no labels yet. */
  readonly bare?: true;
  /** The role of the bot's account; an administrator if omitted. */
  readonly bot?: "write";
  /** A label that somebody else put on the pull request before the bot saw it. */
  readonly label?: string;
  /** Whether the opener has not signed. */
  readonly unsigned?: true;
  readonly commits?: CommitSpec[];
}

const eve = { name: "Eve", email: "eve@nowhere.example" };

async function start() {
  const bot = await startBot();
  const { gitee, alice, bob, account, sign, drain } = bot;
  // The times of pull requests have whole seconds.
  bot.clock.now -= 5_000;
  await bot.restart();
  await sign(account(alice));
  const dora = gitee.user({ login: "dora" });
  const doras = { name: "Dora", email: `${dora.id}+dora@user.noreply.gitee.com` };
  const nobodys = { name: "Nobody", email: `${dora.id}+nobody@user.noreply.gitee.com` };
  const cases: Record<string, Case> = {
    signed: {},
    unsigned: { unsigned: true },
    "the first in a repository without labels": { bare: true },
    "the first in a repository without labels, unsigned": { bare: true, unsigned: true },
    "the first in a repository without labels, with a co-author": {
      bare: true,
      commits: [{ author: alice, coauthors: [eve] }],
    },
    "a commit by somebody who has not signed": { commits: [{ author: bob }] },
    "a commit without an account": { commits: [{ author: eve }] },
    "a co-author who is required": {
      policy: "require: {coauthors: require}\n",
      commits: [{ author: alice, coauthors: [eve] }],
    },
    "a co-author with a private address": { commits: [{ author: alice, coauthors: [doras] }] },
    "a co-author with a private address of another login": {
      commits: [{ author: alice, coauthors: [nobodys] }],
    },
    "a green label by somebody else, unsigned": { label: "cla/yes", unsigned: true },
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
    "a policy that looks at the changed files": { policy: "exempt: {paths: [docs/**]}\n" },
  };
  const names = ["cla/yes", "cla/no", "ok/cla", "no/cla", "bug1"];
  let repositories = 0;
  /** Makes a repository for a case, whose pull request is opened later. */
  const prepare = async (title: string): Promise<() => SimulatedPull> => {
    const { policy, bare, bot: role = "admin", label, unsigned, commits } = cases[title] ?? {};
    repositories += 1;
    const repository = gitee.repository({ owner: "octo", name: `r${repositories}`, bot: role });
    for (const one of bare === true ? [] : names) repository.label(one);
    if (policy !== undefined) repository.writeFile(".gitee/cla.yml", policy);
    const opener = unsigned === true ? bob : alice;
    await drain();
    return () => {
      const pull = repository.openPull({ opener, ...(commits && { commits }) });
      return label === undefined ? pull : pull.addLabel(label, alice);
    };
  };
  const open = async (title: string): Promise<SimulatedPull> => (await prepare(title))();
  /** The calls of a check. */
  const cost = async (act: () => void) => {
    await drain();
    gitee.resetCalls();
    act();
    await drain();
    const { reads, writes } = gitee.calls();
    return { calls: reads + writes, writes };
  };
  const again = (pull: SimulatedPull) => cost(() => pull.comment(alice, "/check-cla"));
  return { ...bot, cases, prepare, open, cost, again };
}

it("A first check on Gitee costs seven calls at most, and an unchanged one five and no write, also after a restart", async () => {
  const { cases, prepare, cost, again, clock, restart, drain } = await start();
  const pulls = new Map<string, SimulatedPull>();
  const dear: Record<string, unknown> = {};
  for (const title of Object.keys(cases)) {
    const open = await prepare(title);
    const first = await cost(() => pulls.set(title, open()));
    if (first.calls > 7) dear[`${title}: first`] = first;
  }
  const recheck = async (when: string) => {
    for (const [title, pull] of pulls) {
      const found = await again(pull);
      if (found.calls > 5 || found.writes > 0) dear[`${title}: ${when}`] = found;
    }
  };
  // What is remembered for an hour is forgotten.
  clock.now += 2 * 60 * 60_000;
  await recheck("later");
  await restart();
  await drain();
  await recheck("after a restart");
  // Opened while no bot ran: the two with a label that the policy's answer has need its log or the comments.
  for (const title of Object.keys(cases)) {
    if (
      !/first in a repository|private address|without an account|not the policy|wants none|broken/.test(title)
    )
      continue;
    const open = await prepare(title);
    const first = await cost(open);
    if (first.calls > 7) dear[`${title}: first, opened before the start`] = first;
  }
  expect(dear).toEqual({});
});

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
    [["cla/no"], 1 + 3],
    [["cla/no"], 1 + 3],
    [["cla/yes"], 0 + 3],
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

it("A pull request with the head of another one is listed before its first run, whatever it costs", async () => {
  const { gitee, alice, bob, repository, cost, drain } = await start();
  gitee.settings.checkPulls = "ignored";
  const first = repository.openPull({ opener: bob });
  await drain();
  const eves = [{ author: alice, coauthors: [eve] }];
  repository.openPull({ opener: alice, commits: eves });
  await drain();
  await cost(() => repository.openPull({ opener: alice, at: first.headSha }));
  expect(repository.checkRuns.filter(({ headSha }) => headSha === first.headSha).at(-1)).toMatchObject({
    conclusion: "failure",
  });
});
