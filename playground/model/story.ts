/**
 * A story that is played on a running bot between simulated hosts, held to two promises:
 *
 * - At no moment does the bot show green where the model, on what the host had shown by then, does not.
 * - When everything is quiet, the host shows what the model says.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Actor } from "./actor.ts";
import type { Kill } from "./life.ts";
import { ModelState, type Playing } from "./model-state.ts";
import type { Site } from "./site.ts";
import type { Step } from "./steps.ts";

type Deliveries = Extract<Step, { do: "deliveries" }>["how"];

const MINUTE = 60_000;
/** Enough for a check, in milliseconds. */
const MOMENT = 150;
/** More than the longest wait for a host's limits. */
const OVER = 65 * MINUTE;
/** How often is looked whether the bot is idle, before the clock moves on: for some seconds, longer on a busy machine. */
const LOOKS = 60;
const LOOK = 50;

export class Story {
  readonly site: Site;
  readonly actor: Actor;
  readonly state: ModelState;
  /** The broken promises so far. */
  readonly broken: string[] = [];
  #deliveries: Deliveries = "usual";
  #sweepDue = false;
  #catchUpDue = false;
  /** Whether a comment that signs may be on its way. */
  #isSigning = false;
  #latest = 0;
  #write: (() => void) | null = null;

  constructor(site: Site, actor: Actor) {
    this.site = site;
    this.actor = actor;
    this.state = new ModelState(site, () => actor.now());
    site.onGreen((place) => {
      if (!this.state.allows(place)) this.broken.push(`${place} was shown green`);
    });
    site.onWrite(() => this.#write?.());
  }

  /** Called before each step: a second passes, and a bot that was killed is started again. */
  async next(): Promise<void> {
    await this.actor.moveClock(1_000);
    this.#latest = Math.max(this.#latest, this.actor.now());
    if (this.actor.isKilled) await this.#revive();
    this.state.collect();
  }

  /** Whether what happens now is reported to the bot. A bot that may be killed may not get to know it. */
  get isTold(): boolean {
    const { armed, isKilled } = this.actor;
    return (this.#deliveries === "usual" || this.#deliveries === "double") && armed === null && !isKilled;
  }

  get deliveries(): Deliveries {
    return this.#deliveries;
  }

  /** Waits for comments that sign: one on its way would count as signed before what comes now, or not at all. */
  async signaturesArrived(): Promise<void> {
    if (this.#isSigning) await this.quiet();
  }

  /**
   * Waits until no comment that signs is on its way. Gitee sends a delivery once, and the bot reads only comments of which
   * it was told.
   */
  async #signaturesDelivered(): Promise<void> {
    if (this.#isSigning && this.site.host === "gitee") await this.site.settled();
  }

  /** Lets the bot be killed at a moment from now on. */
  async arm(kill: Kill): Promise<void> {
    await this.#signaturesDelivered();
    this.actor.arm(kill);
  }

  /** Gives a repository another owner, of which Gitee sends no delivery. */
  async transfer(act: () => void): Promise<void> {
    // Where no agreement covers the repository anymore, a comment signs nothing.
    await this.signaturesArrived();
    if (this.site.host === "gitee") this.#sweepDue = true;
    act();
    this.state.forget();
  }

  deliver(how: Deliveries): void {
    // The host's own list or a sweep recovers lost deliveries. Gitee's are believed for some minutes only.
    if (how === "lost") this.#catchUpDue = true;
    const isGitee = this.site.host === "gitee";
    if (how === "traceless" || (isGitee && (how === "lost" || how === "held"))) this.#sweepDue = true;
    this.#deliveries = how;
    this.site.deliveries(how);
  }

  /** Somebody else changed what the bot wrote, of which no event tells it. */
  painted(playing: Playing): void {
    this.#sweepDue = true;
    playing.isPainted = true;
  }

  /** Starts the bot again after it was killed; what it was told meanwhile is lost. */
  async #revive(): Promise<void> {
    this.#catchUpDue = true;
    if (this.site.host === "gitee") this.#sweepDue = true;
    await this.actor.restart();
  }

  /** Ends the bot after its next writes, and starts it again; a delivery that was on its way may be lost. */
  async restart(atWrite: number): Promise<void> {
    await this.#signaturesDelivered();
    await this.#untilWrite(atWrite);
    this.#catchUpDue = true;
    await this.actor.restart();
  }

  /** Starts the bot if it was killed, and lets nothing kill it from here on. */
  async #secure(): Promise<void> {
    this.actor.arm(null);
    if (this.actor.isKilled) await this.#revive();
  }

  /** Lets somebody sign by a comment, which the bot must get to know. */
  async sign(act: () => void): Promise<void> {
    // A comment whose delivery is lost without a trace is never read.
    this.deliver("usual");
    this.#isSigning = true;
    await this.safely(act);
  }

  /** Does something that the bot must get to know; a kill comes later. */
  async safely(act: () => void | Promise<void>): Promise<void> {
    const { armed } = this.actor;
    await this.#secure();
    await act();
    if (armed === null) return;
    await this.site.settled();
    this.actor.arm(armed);
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

  /** Lets a bot that is to be killed work for a moment: it is killed meanwhile, or no longer. */
  async #workOff(): Promise<void> {
    this.site.clear();
    this.deliver("usual");
    await this.site.settled();
    const idle = this.actor.idle().catch(() => {});
    await Promise.race([idle, sleep(MOMENT)]);
  }

  /** Everything works, nothing is held back, every wait is over: the current state must be final. */
  async quiet(): Promise<void> {
    const { actor, site } = this;
    if (actor.armed !== null) await this.#workOff();
    await this.#secure();
    // Gitee's deliveries are believed for some minutes only, so they arrive before the clock moves on.
    site.clear();
    actor.repairNetwork();
    this.deliver("usual");
    await actor.endSecond();
    await site.settled();
    // What a clock that was wrong put into the future is waited for, too.
    // After a limit whose end a host does not tell it is left alone for an hour at most.
    await actor.moveClock(Math.max(0, this.#latest - actor.now()) + OVER);
    this.state.collect();
    await this.settle();
    if (this.#catchUpDue) {
      await actor.restart();
      await actor.caughtUp();
    }
    if (this.#sweepDue) await actor.sweep();
    this.#catchUpDue = false;
    this.#sweepDue = false;
    // A retry comes after half an hour at the latest. A token that was on its way while the clock moved is refused once.
    for (let rounds = 0; rounds < 2; rounds += 1) {
      await actor.moveClock(OVER);
      this.state.collect();
      await this.settle();
      if ((await actor.troubles()).length === 0) break;
    }
    this.#latest = actor.now();
    this.state.calm();
    this.#isSigning = false;
  }

  async settle(): Promise<void> {
    for (let seen = -1; ;) {
      await this.site.settled();
      await this.#idle();
      const count = this.site.deliveryCount();
      if (count === seen) return;
      seen = count;
    }
  }

  /**
   * Resolves when nothing is due and nothing is running. What is due is not taken before a limit is over, and a limit
   * may be told after the clock was moved: then the clock moves on.
   */
  async #idle(): Promise<void> {
    const idle = this.actor.idle().then(() => true);
    for (;;) {
      for (let looks = LOOKS; looks > 0; looks -= 1)
        if (await Promise.race([idle, sleep(LOOK, false)])) return;
      await this.actor.moveClock(OVER);
      this.state.collect();
    }
  }
}
