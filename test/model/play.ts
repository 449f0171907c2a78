/**
 * Plays a random story on a running bot between simulated hosts, and holds it to two promises:
 *
 * - At no moment does the bot show green where the model, on what the host had shown by then, does not. A check may have
 *   read the host before the last step, so what the model allowed at some moment since all was last quiet is allowed.
 * - When everything is quiet, the host shows what the model says.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Site, ShownGroup, ShownPull } from "./site.ts";
import { POLICIES, whom } from "./site.ts";
import type { Step } from "./steps.ts";
import { deserves, expected, headOf, mayBeGreen, type Commit, type Pull, type Truth } from "./truth.ts";

/** The bot's interface for a story. */
export interface Actor {
  now(): number;
  /** Moves the clock of the bot and of the hosts. */
  moveClock(milliseconds: number): void | Promise<void>;
  /** Runs a command of the bot's beside it; a file's text stands in for its name. */
  command(args: readonly string[], file?: string): Promise<{ code: number; stderr: string }>;
  /** Starts the bot with the configuration of this version. */
  raise(version: string, effective: number, graceDays: number): Promise<void>;
  /** Ends the bot at any point of its work, and starts it again. */
  restart(): Promise<void>;
  /** Starts one more bot on the same database. @returns whether it was let in */
  second(): Promise<boolean>;
  /** Whether the database is one for several processes. */
  readonly takesSecond: boolean;
  /** Ends that second one. */
  endSecond(): Promise<void>;
  /** Sweeps every repository, as the bot does every six hours. */
  sweep(): Promise<void>;
  /** Resolves when nothing is due and nothing is running. */
  idle(): Promise<void>;
  /** Failures of tasks that wait for a retry or are parked, and the bugs in the bot's log. */
  troubles(): Promise<readonly string[]>;
  /** How much there is to do. */
  depth(): Promise<object>;
}

type Deliveries = Extract<Step, { do: "deliveries" }>["how"];

interface Playing {
  readonly pull: Pull;
  readonly shown: ShownPull;
  /** Every list of commits that it had. */
  readonly lists: (readonly Commit[])[];
}

interface Queued {
  readonly group: ShownGroup;
  readonly members: readonly { readonly pull: Pull; readonly commits: readonly Commit[] }[];
}

export class Broken extends Error {}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LONG_AGO = Date.UTC(2025, 2, 1);

export class Player {
  readonly #site: Site;
  readonly #actor: Actor;
  readonly #truth: Truth;
  readonly #pulls: Playing[] = [];
  readonly #groups: Queued[] = [];
  readonly #allowed = new Set<string>();
  readonly #broken: string[] = [];
  #deliveries: Deliveries = "usual";
  #sweepDue = false;
  #catchUpDue = false;
  #latest = 0;
  #write: (() => void) | null = null;

  constructor(site: Site, actor: Actor) {
    this.#site = site;
    this.#actor = actor;
    this.#truth = {
      version: 1,
      graceUntil: 0,
      signatures: [],
      revoked: new Map(),
      erased: new Set(),
      restricted: new Set(),
      repositories: site.repositories.map(() => ({ covered: true, policy: "require", waived: new Set() })),
      pulls: [],
      sharedHeads: site.sharedHeads,
    };
    site.onGreen((place) => {
      if (!this.#allowed.has(place)) this.#broken.push(`${place} was shown green`);
    });
    site.onWrite(() => this.#write?.());
  }

  /** @throws Broken when a promise is broken */
  async play(steps: readonly Step[]): Promise<void> {
    await this.#perform({ do: "import", people: [0, 1], fresh: false });
    for (const step of [...steps, { do: "quiet" } as const]) {
      await this.#actor.moveClock(1_000);
      this.#latest = Math.max(this.#latest, this.#actor.now());
      this.#collect();
      await within(this.#perform(step), async () => {
        const [depth, troubles] = [await this.#actor.depth(), await this.#actor.troubles()];
        return `"${step.do}" did not end: ${JSON.stringify({ depth, troubles })}`;
      });
      this.#collect();
      if (this.#broken.length > 0) throw new Broken(this.#broken.join("; "));
    }
  }

  /** Records what the model allows to be green now. */
  #collect(): void {
    const now = this.#actor.now();
    const truth = this.#truth;
    for (const { pull, lists } of this.#pulls) {
      for (const commits of lists)
        if (mayBeGreen(truth, pull, commits, now)) this.#allowed.add(this.#placeOf(pull, commits));
    }
    for (const { group, members } of this.#groups)
      if (members.every(({ pull, commits }) => deserves(truth, pull, now, commits) === "green"))
        this.#allowed.add(group.id);
  }

  #placeOf(pull: Pull, commits: readonly Commit[]): string {
    const number = truthNumber(this.#truth, pull);
    const repository = this.#site.repositories[pull.repository];
    return this.#site.sharedHeads ? headOf(commits) : `${repository?.id}#${number}`;
  }

  #isTold(): boolean {
    return this.#deliveries === "usual" || this.#deliveries === "double";
  }

  #note(playing: Playing): void {
    playing.pull.commits = playing.shown.commits;
    playing.lists.push(playing.pull.commits);
    if (this.#isTold()) playing.pull.told = true;
    this.#collect();
  }

  #pull(index: number, state: "open" | "closed" = "open"): Playing | null {
    const found = this.#pulls.filter(({ pull }) => pull.open === (state === "open"));
    return found[index % Math.max(1, found.length)] ?? null;
  }

  #covered(pull: Pull): boolean {
    return this.#truth.repositories[pull.repository]?.covered === true;
  }

  #account(person: number): string {
    return `${this.#site.host}:${this.#site.people[person]}`;
  }

  #opened(repository: number, opener: number, shown: ShownPull): void {
    const pull: Pull = { repository, opener, commits: [], open: true, told: false };
    this.#truth.pulls.push(pull);
    const playing = { pull, shown, lists: [] };
    this.#pulls.push(playing);
    this.#note(playing);
  }

  async #perform(step: Step): Promise<void> {
    const site = this.#site;
    const truth = this.#truth;
    const now = this.#actor.now();
    switch (step.do) {
      case "open": {
        if (this.#pulls.length >= 8) return;
        const repository = step.repository % site.repositories.length;
        this.#opened(repository, whom(step.by), site.open(repository, step.by, step.commit));
        return;
      }
      case "twin": {
        const of = this.#pull(step.pull);
        if (of === null || this.#pulls.length >= 8 || whom(step.by) === of.pull.opener) return;
        this.#opened(of.pull.repository, whom(step.by), site.openTwin(of.shown, step.by));
        return;
      }
      case "push":
      case "force-push": {
        const found = this.#pull(step.pull);
        if (found === null) return;
        if (step.do === "push") found.shown.push(step.commit);
        else found.shown.forcePush(step.commit);
        this.#note(found);
        return;
      }
      case "ask":
        this.#pull(step.pull)?.shown.comment(whom(step.by), "/check-cla");
        return;
      case "sign": {
        const found = this.#pull(step.pull);
        const person = whom(step.by);
        if (found === null || truth.restricted.has(person)) return;
        const { repository } = found.pull;
        if (!this.#covered(found.pull) || truth.repositories[repository]?.covered !== true) return;
        // A comment whose delivery is lost without a trace is never read.
        this.#deliver("usual");
        truth.signatures.push({ person, version: truth.version, at: now });
        truth.erased.delete(person);
        this.#collect();
        const name = `icla ${truth.version}.0`;
        found.shown.comment(
          person,
          `I have read the Individual Contributor License Agreement (${name}) and I sign it.`,
        );
        return;
      }
      case "waive": {
        const found = this.#pull(step.pull);
        const head = found?.pull.commits.find(({ author }) => author === null);
        if (found === null || head === undefined) return;
        await this.#quiet();
        truth.repositories[found.pull.repository]?.waived.add(head.id);
        this.#collect();
        found.shown.comment("maintainer", `/cla waive ${head.id} known to us`);
        await this.#settle();
        return;
      }
      case "import": {
        const people = [...new Set(step.people.map(whom))].filter(
          (person) => !truth.restricted.has(person) && !truth.erased.has(person),
        );
        if (people.length === 0) return;
        const at = step.fresh ? now : LONG_AGO;
        for (const person of people) truth.signatures.push({ person, version: truth.version, at });
        this.#collect();
        const rows = people.map(
          (person) =>
            `${site.host},${site.people[person]},icla,${truth.version}.0,${new Date(at).toISOString()}\n`,
        );
        await this.#command(["import"], `host,account_id,agreement,version,signed_at\n${rows.join("")}`);
        return;
      }
      case "revoke": {
        const person = whom(step.person);
        const since = truth.revoked.get(person) ?? -Infinity;
        if (truth.restricted.has(person)) return;
        // A comment that is on its way would count as signed before the revocation or not at all.
        await this.#quiet();
        if (!truth.signatures.some((one) => one.person === person && one.at > since)) return;
        await this.#command(["revoke", this.#account(person), "--agreement", "icla"]);
        truth.revoked.set(person, this.#actor.now());
        await this.#actor.moveClock(1_000);
        return;
      }
      case "restrict":
      case "unrestrict": {
        const person = whom(step.person);
        if (truth.restricted.has(person) === (step.do === "restrict")) return;
        await this.#quiet();
        if (step.do === "unrestrict") truth.restricted.delete(person);
        this.#collect();
        await this.#command(["subject", step.do, this.#account(person)]);
        if (step.do === "restrict") truth.restricted.add(person);
        return;
      }
      case "erase": {
        const person = whom(step.person);
        if (truth.restricted.has(person)) return;
        await this.#quiet();
        await this.#command(["subject", "erase", this.#account(person), "--yes"]);
        truth.signatures = truth.signatures.filter((one) => one.person !== person);
        truth.revoked.delete(person);
        truth.erased.add(person);
        return;
      }
      case "version": {
        await this.#quiet();
        truth.version += 1;
        const at = this.#actor.now();
        truth.graceUntil = at + step.graceDays * DAY;
        this.#collect();
        await this.#actor.raise(`${truth.version}.0`, at, step.graceDays);
        return;
      }
      case "base":
        this.#pull(step.pull)?.shown.changeBase();
        return;
      case "close": {
        const found = this.#pull(step.pull);
        if (found === null) return;
        found.shown.close();
        found.pull.open = false;
        return;
      }
      case "reopen": {
        const found = this.#pull(step.pull, "closed");
        if (found === null) return;
        found.pull.open = true;
        found.pull.told = this.#isTold();
        found.shown.reopen();
        this.#note(found);
        return;
      }
      case "queue": {
        const [first] = step.pulls.map((index) => this.#pull(index));
        if (first === undefined || first === null || this.#groups.length >= 3) return;
        const members = [...new Set(step.pulls.map((index) => this.#pull(index)))].filter(
          (one): one is Playing => one !== null && one.pull.repository === first.pull.repository,
        );
        const group = site.queue(
          members.map(({ shown }) => shown),
          step.method,
        );
        if (group === null) return;
        // No list of the host contains a group that no delivery reported.
        if (this.#deliveries === "traceless") return;
        this.#groups.push({
          group,
          members: members.map(({ pull }) => ({ pull, commits: pull.commits })),
        });
        return;
      }
      case "policy": {
        const index = step.repository % site.repositories.length;
        const repository = truth.repositories[index];
        if (repository === undefined) return;
        repository.policy = step.policy;
        this.#collect();
        site.policy(index, POLICIES[step.policy]);
        return;
      }
      case "rename":
        site.rename(step.repository);
        return;
      case "transfer": {
        const index = step.repository % site.repositories.length;
        const repository = truth.repositories[index];
        if (repository === undefined || !site.transfer(index, !repository.covered)) return;
        repository.covered = !repository.covered;
        return;
      }
      case "paint": {
        const found = this.#pull(step.pull);
        // In a repository that no agreement covers, the bot writes nothing and does not change what others write.
        if (found === null || !this.#covered(found.pull)) return;
        // The bot gets no event for a status that somebody else writes; the next check corrects it.
        found.shown.paint(step.green);
        this.#sweepDue = true;
        return;
      }
      case "deliveries":
        this.#deliver(step.how);
        return;
      case "release":
        if (this.#deliveries !== "held") return;
        site.release(step.order);
        this.#deliver("usual");
        return;
      case "forge": {
        const found = this.#pull(step.pull);
        if (found !== null) await site.forge(found.shown);
        return;
      }
      case "fault":
        site.fault(step.fault, step.times, step.after);
        return;
      case "slow":
        site.slow(step.milliseconds);
        return;
      case "lag":
        this.#pull(step.pull)?.shown.lag();
        return;
      case "clock":
        await site.settled();
        await this.#actor.moveClock(step.minutes * MINUTE);
        return;
      case "restart":
        await this.#untilWrite(step.atWrite);
        await this.#actor.restart();
        return;
      case "second":
        if ((await this.#actor.second()) !== this.#actor.takesSecond)
          throw new Broken("a second process was not treated as its database asks for");
        return;
      case "quiet":
        await this.#quiet();
        this.#compare();
        await this.#troubles();
        return;
    }
  }

  #deliver(how: Deliveries): void {
    // The host's own list or a sweep recovers lost deliveries.
    if (how === "lost") this.#catchUpDue = true;
    if (how === "traceless" || (how === "lost" && this.#site.host === "gitee")) this.#sweepDue = true;
    this.#deliveries = how;
    this.#site.deliveries(how);
  }

  async #command(args: readonly string[], file?: string): Promise<void> {
    const { code, stderr } = await this.#actor.command(args, file);
    // A row from before a revocation is left out, and the command says so.
    if (code !== 0 && !stderr.startsWith("Every row was left out"))
      throw new Broken(`countersign ${args.join(" ")} ended with ${code}: ${stderr}`);
  }

  /** Waits briefly for the bot's next writes. */
  async #untilWrite(count: number): Promise<void> {
    if (count === 0) return;
    let left = count;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#write = () => void ((left -= 1) <= 0 && resolve());
    const timer = setTimeout(resolve, 30);
    await promise;
    clearTimeout(timer);
    this.#write = null;
  }

  /** Everything works, nothing is held back, every wait is over: the current state must be final. */
  async #quiet(): Promise<void> {
    const actor = this.#actor;
    this.#site.clear();
    this.#deliver("usual");
    await actor.endSecond();
    // Gitee's deliveries are believed for some minutes only, so they arrive before the clock moves on.
    await this.#site.settled();
    // What a clock that was wrong put into the future is waited for, too.
    // After a limit whose end a host does not tell it is left alone for an hour at most.
    await actor.moveClock(Math.max(0, this.#latest - actor.now()) + 65 * MINUTE);
    this.#collect();
    await this.#settle();
    if (this.#catchUpDue) await actor.restart();
    if (this.#sweepDue) await actor.sweep();
    this.#catchUpDue = false;
    this.#sweepDue = false;
    // A retry comes after half an hour at the latest.
    await actor.moveClock(65 * MINUTE);
    this.#collect();
    await this.#settle();
    this.#latest = actor.now();
    for (const { pull } of this.#pulls) pull.told = true;
    this.#allowed.clear();
    for (const playing of this.#pulls) playing.lists.splice(0, playing.lists.length, playing.pull.commits);
    this.#collect();
  }

  async #settle(): Promise<void> {
    for (let seen = -1; ;) {
      await this.#site.settled();
      await this.#actor.idle();
      const count = this.#site.deliveryCount();
      if (count === seen) return;
      seen = count;
    }
  }

  #compare(): void {
    const truth = this.#truth;
    const now = this.#actor.now();
    for (const [at, { pull, shown }] of this.#pulls.entries()) {
      const display = shown.shown();
      const name = `pull request ${at} of repository ${pull.repository}`;
      if (shown.botComments() > 1) this.#broken.push(`${name} has ${shown.botComments()} comments`);
      if (!pull.open) continue;
      const wanted = expected(truth, pull, now);
      // Gitee's two labels have no error state, and without a covering agreement there may be no answer at all.
      const fits =
        display === wanted ||
        (wanted === "error" && display === "red" && this.#site.host === "gitee") ||
        (!this.#covered(pull) && display !== "green" && display !== "both");
      if (!fits) this.#broken.push(`${name} shows ${display} and not ${wanted}`);
    }
    for (const { group, members } of this.#groups) {
      const [first] = members;
      if (first === undefined || members.some(({ pull }) => !this.#covered(pull))) continue;
      if (members.some(({ pull, commits }) => !pull.open || pull.commits !== commits)) continue;
      const all = members.map(({ pull, commits }) => deserves(truth, pull, now, commits));
      const wanted = all.includes("error") ? "error" : all.includes("red") ? "red" : "green";
      if (group.shown() !== wanted)
        this.#broken.push(
          `a merge group of repository ${first.pull.repository} shows ${group.shown()} and not ${wanted}`,
        );
    }
  }

  async #troubles(): Promise<void> {
    this.#broken.push(...(await this.#actor.troubles()));
    this.#broken.push(
      ...this.#site.violations.map((violation) => `a bad request: ${JSON.stringify(violation)}`),
    );
  }
}

/** The maximum wait, in milliseconds: a bot that is not quiet by then never becomes quiet. */
const PATIENCE = 30_000;

async function within(work: Promise<void>, describe: () => Promise<string>): Promise<void> {
  const timer = new AbortController();
  const late = sleep(PATIENCE, undefined, { signal: timer.signal }).then(async () => {
    throw new Broken(await describe());
  });
  try {
    await Promise.race([work, late]);
  } finally {
    late.catch(() => {});
    timer.abort();
  }
}

/** The number that the host gave a pull request: it counts them in each repository. */
function truthNumber(truth: Truth, pull: Pull): number {
  return truth.pulls.filter(({ repository }) => repository === pull.repository).indexOf(pull) + 1;
}
