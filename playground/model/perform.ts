import { Broken } from "./broken.ts";
import { compare } from "./compare.ts";
import type { Playing } from "./model-state.ts";
import type { Story } from "./story.ts";
import { operate } from "./operate.ts";
import { named, POLICIES, whom } from "./site.ts";
import type { Step } from "./steps.ts";

const MINUTE = 60_000;
/** So many pull requests and merge groups a story has at most. */
const MOST_PULLS = 8;
const MOST_GROUPS = 3;

/**
 * Lets a step happen on the host, with the bot, and in the model.
 * @returns what happened, in a sentence; null: there was nothing to do
 * @throws Broken
 */
export async function perform(story: Story, step: Step): Promise<string | null> {
  const line = await act(story, step);
  if (step.do !== "quiet") story.state.stir();
  return line;
}

async function act(story: Story, step: Step): Promise<string | null> {
  const { site, state, actor } = story;
  const { truth } = state;
  const now = actor.now();
  switch (step.do) {
    case "open": {
      if (state.pulls.length >= MOST_PULLS) return null;
      const repository = step.repository % site.repositories.length;
      const shown = site.open(repository, step.by, step.commit);
      state.opened(repository, whom(step.by), shown, story.isTold);
      return `${named(step.by)} opens ${shown.name}`;
    }
    case "twin": {
      const of = state.pull(step.pull);
      if (of === null || state.pulls.length >= MOST_PULLS || whom(step.by) === of.pull.opener) return null;
      const shown = site.openTwin(of.shown, step.by);
      state.opened(of.pull.repository, whom(step.by), shown, story.isTold);
      return `${named(step.by)} opens ${shown.name} with the commits of ${of.shown.name}`;
    }
    case "push":
    case "force-push": {
      const found = state.pull(step.pull);
      if (found === null) return null;
      if (step.do === "push") found.shown.push(step.commit);
      else found.shown.forcePush(step.commit);
      state.note(found, story.isTold);
      return `somebody ${step.do === "push" ? "pushes" : "force-pushes"} to ${found.shown.name}`;
    }
    case "comment": {
      const found = state.pull(step.pull);
      if (found === null) return null;
      const body = {
        hello: "Hello, what is missing here?",
        check: "/check-cla",
        quoted: `> ${sentence(truth.version)}\n\nWhat does this mean?`,
        "other-version": sentence(truth.version + 7),
      }[step.says];
      found.shown.comment(whom(step.by), body);
      return `${named(step.by)} comments on ${found.shown.name}: ${body.split("\n")[0]}`;
    }
    case "sign": {
      const found = state.pull(step.pull);
      const person = whom(step.by);
      if (found === null || truth.restricted.has(person) || !state.isCovered(found.pull)) return null;
      await story.sign(() => {
        truth.signatures.push({ person, version: truth.version, at: now });
        truth.erased.delete(person);
        state.collect();
        found.shown.comment(person, sentence(truth.version));
      });
      return `${named(person)} signs version ${truth.version}.0 by a comment on ${found.shown.name}`;
    }
    case "waive": {
      const found = state.pull(step.pull);
      const head = found?.pull.commits.find(({ author }) => author === null);
      if (found === null || head === undefined) return null;
      await story.quiet();
      truth.repositories[found.pull.repository]?.waived.add(head.id);
      state.collect();
      found.shown.comment("maintainer", `/cla waive ${head.id} known to us`);
      await story.settle();
      return `the maintainer waives commit ${head.id.slice(0, 7)} of ${found.shown.name}`;
    }
    case "import":
    case "revoke":
    case "restrict":
    case "unrestrict":
    case "erase":
    case "version":
      return operate(story, step);
    case "base": {
      const found = state.pull(step.pull);
      found?.shown.changeBase();
      return found && `${found.shown.name} gets another base branch`;
    }
    case "close": {
      const found = state.pull(step.pull);
      if (found === null) return null;
      found.shown.close();
      found.pull.open = false;
      return `${found.shown.name} is closed`;
    }
    case "reopen": {
      const found = state.pull(step.pull, "closed");
      if (found === null) return null;
      found.pull.open = true;
      found.pull.told = story.isTold;
      found.shown.reopen();
      state.note(found, story.isTold);
      return `${found.shown.name} is opened again`;
    }
    case "queue":
      return enqueue(story, step);
    case "policy": {
      const index = step.repository % site.repositories.length;
      const repository = truth.repositories[index];
      if (repository === undefined) return null;
      repository.policy = step.policy;
      state.collect();
      site.policy(index, POLICIES[step.policy]);
      state.forget();
      return `the policy of repository ${index} is now ${JSON.stringify(POLICIES[step.policy])}`;
    }
    case "rename":
      return `repository ${step.repository % site.repositories.length} is called ${site.rename(step.repository)}`;
    case "rename-person":
      return `${named(step.person)} is called ${site.renamePerson(step.person)} on the host`;
    case "transfer": {
      const index = step.repository % site.repositories.length;
      const repository = truth.repositories[index];
      if (repository === undefined) return null;
      await story.transfer(() => {
        site.transfer(index, !repository.covered);
        repository.covered = !repository.covered;
      });
      return `repository ${index} moves to an owner whom ${repository.covered ? "the" : "no"} agreement covers`;
    }
    case "paint": {
      const found = state.pull(step.pull);
      if (found === null || !state.isCovered(found.pull)) return null;
      // The bot gets no event for a status that somebody else writes; the next check corrects it.
      found.shown.paint(step.shows);
      story.painted(found);
      return `the maintainer changes what ${found.shown.name} shows: ${step.shows}`;
    }
    case "deliveries":
      story.deliver(step.how);
      return `from here on deliveries are ${step.how}`;
    case "release":
      if (story.deliveries !== "held") return null;
      site.release(step.order);
      story.deliver("usual");
      return `the held deliveries arrive${step.order === "reversed" ? ", the newest first" : ""}`;
    case "forge": {
      const found = state.pull(step.pull);
      if (found === null) return null;
      await story.safely(() => site.forge(found.shown));
      return `somebody forges a delivery that ${found.shown.name} was closed`;
    }
    case "fault":
      return `after ${step.after} calls of the host: ${site.fault(step.fault, step.times, step.after)}, ${step.times} times`;
    case "network":
      actor.failNetwork(step.fault, step.times, step.after);
      return `after ${step.after} requests the network fails: ${step.fault}, ${step.times} times`;
    case "slow":
      site.slow(step.milliseconds);
      return `each answer of the host takes ${step.milliseconds} ms longer`;
    case "lag": {
      const found = state.pull(step.pull);
      found?.shown.lag();
      return found && `the host goes on showing ${found.shown.name} as it is now`;
    }
    case "clock":
      await site.settled();
      await actor.moveClock(step.minutes * MINUTE);
      return `the clock moves by ${step.minutes} minutes`;
    case "restart":
      await story.restart(step.atWrite);
      return "the bot is restarted";
    case "kill":
      await story.arm({ at: step.at, left: step.after });
      return `the bot will be killed ${KILLS[step.at]}, the ${step.after + 1}. from here`;
    case "second":
      await story.safely(async () => {
        if ((await actor.second()) !== actor.takesSecond)
          throw new Broken("a second process was not treated as its database asks for");
      });
      return `a second bot is started, and ${actor.takesSecond ? "works, too" : "refused"}`;
    case "quiet":
      await story.quiet();
      story.broken.push(...(await compare(story)));
      return `everything works and is quiet:${state.pulls.map(shownBy).join("")}`;
  }
}

const KILLS = {
  write: "before a write to its database",
  commit: "after a commit of its database",
  request: "before a write on the host",
  answer: "before the answer to a write on the host",
} as const;

function shownBy({ pull, shown }: Playing): string {
  return `\n      ${shown.name} ${pull.open ? "is open" : "is closed"} and shows ${shown.shown() ?? "nothing"}`;
}

function sentence(version: number): string {
  return `I have read the Individual Contributor License Agreement (icla ${version}.0) and I sign it.`;
}

function enqueue(story: Story, step: Extract<Step, { do: "queue" }>): string | null {
  const { site, state } = story;
  const [first] = step.pulls.map((index) => state.pull(index));
  if (first === undefined || first === null || state.groups.length >= MOST_GROUPS) return null;
  const members = [...new Set(step.pulls.map((index) => state.pull(index)))].filter(
    (one): one is Playing => one !== null && one.pull.repository === first.pull.repository,
  );
  const group = site.queue(
    members.map(({ shown }) => shown),
    step.method,
  );
  if (group === null) return null;
  state.groups.push({ group, members: members.map(({ pull }) => ({ pull, commits: pull.commits })) });
  return `${members.map(({ shown }) => shown.name).join(" and ")} enter the merge queue (${step.method})`;
}
