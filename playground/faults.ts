/**
 * The faults of the two hosts, by name. The playground's page, the terminal's tour and tests cause them in the same
 * way:
 *
 * hosts.faults.fail("github", "bad-gateway"); hosts.faults.recover();
 *
 * A fault affects a number of calls or deliveries, or lasts until its time is over or until {@link HostFaults.recover}.
 * The faults of the bot and its database are in `site/faults.ts`, which also accepts these names. docs/playground.md
 * has the list.
 */
import type { HostName } from "../src/account.ts";
import type { SimulatedGitee } from "./gitee/simulated-gitee.ts";
import type { SimulatedGitHub } from "./github/simulated-github.ts";

export const HOST_FAULTS = [
  "bad-gateway",
  "lost-delivery",
  "twice",
  "late",
  "limit",
  "slow",
  "lag",
  "partial",
  "allow-list",
] as const;
export type HostFault = (typeof HOST_FAULTS)[number];

/** All faults: of the hosts, of the bot and of its database. */
export const FAULTS = [...HOST_FAULTS, "kill", "start", "database-locked"] as const;
export type Fault = (typeof FAULTS)[number];

/**
 * The faults of each host. Gitee answers about a pull request from one state (no delay was seen in its API), and has no
 * IP allow list of an organization.
 */
export const FAULTS_OF: Readonly<Record<HostName, readonly HostFault[]>> = {
  github: HOST_FAULTS,
  gitee: ["bad-gateway", "lost-delivery", "twice", "late", "limit", "slow", "partial"],
};

/** How long a fault lasts if it is not counted in calls, in milliseconds. */
const LASTS_MS = 15_000;
const LATE_MS = 5_000;
const LIMIT_MS = 5_000;
const SLOW_MS = 2_000;

export class HostFaults {
  readonly #github: SimulatedGitHub;
  readonly #gitee: SimulatedGitee;
  /** The functions that end lasting faults. */
  readonly #ends = new Set<() => void>();
  /** Whether each fault that was caused still affects anything. */
  readonly #on = new Map<string, () => boolean>();

  constructor(github: SimulatedGitHub, gitee: SimulatedGitee) {
    this.#github = github;
    this.#gitee = gitee;
  }

  /** Causes a fault. @throws RangeError for a fault that the host does not have */
  fail(host: HostName, fault: HostFault): void {
    if (!FAULTS_OF[host].includes(fault)) throw new RangeError(`${host} has no fault ${fault}`);
    const isOn = host === "github" ? this.#failGitHub(fault) : this.#failGitee(fault);
    this.#on.set(`${host} ${fault}`, isOn);
  }

  /** Whether a fault still affects calls or deliveries. */
  isOn(host: HostName, fault: HostFault): boolean {
    return this.#on.get(`${host} ${fault}`)?.() ?? false;
  }

  /** Ends all faults, and sends the deliveries that were held back. */
  recover(): void {
    for (const end of this.#ends) end();
    this.#on.clear();
    this.#github.faults.clear();
    this.#github.loseDeliveries = false;
    this.#github.deliveries.copies = 1;
    this.#gitee.clearFaults();
  }

  /** @returns whether the fault is still on */
  #failGitHub(fault: HostFault): () => boolean {
    const github = this.#github;
    const { deliveries } = github;
    switch (fault) {
      case "bad-gateway": {
        const rule = github.fail({ kind: "bad gateway" }, { times: 3 });
        return () => rule.left > 0;
      }
      case "lost-delivery":
        github.loseDeliveries = true;
        return () => github.loseDeliveries !== false;
      case "twice":
        deliveries.copies = 2;
        return () => deliveries.copies > 1;
      case "late":
        deliveries.hold();
        return this.#last(LATE_MS, () => deliveries.release((held) => held.toReversed()));
      case "limit": {
        const rule = github.fail({ kind: "secondary limit", retryAfter: LIMIT_MS / 1000 }, { times: 2 });
        return () => rule.left > 0;
      }
      case "slow":
        github.faults.latency = SLOW_MS;
        return () => github.faults.latency > 0;
      case "lag": {
        const open = [...github.world.repositories.values()].flatMap(({ pulls }) =>
          [...pulls.values()].filter(({ state }) => state === "open"),
        );
        const ends = open.map((pull) => pull.lag());
        return this.#last(LASTS_MS, () => ends.forEach((end) => end()));
      }
      case "partial": {
        const rule = github.fail({ kind: "graphql field", field: "PullRequest.commits" }, { times: 2 });
        return () => rule.left > 0;
      }
      case "allow-list": {
        const all = [...github.world.installations.values()];
        for (const installation of all) installation.refuses = "ip allow list";
        return this.#last(LASTS_MS, () => {
          for (const installation of all) installation.refuses = null;
        });
      }
    }
  }

  /** @returns whether the fault is still on */
  #failGitee(fault: HostFault): () => boolean {
    const gitee = this.#gitee;
    switch (fault) {
      case "bad-gateway": {
        const body = "<html><title>502 Bad Gateway</title></html>";
        const failure = gitee.fail({ status: 502, body, times: 3 });
        return () => failure.times > 0;
      }
      case "lost-delivery":
        gitee.loseDeliveries(1);
        return () => gitee.losesDeliveries;
      case "twice":
        gitee.repeatDeliveries(2);
        return () => true;
      case "late":
        gitee.holdDeliveries();
        return this.#last(LATE_MS, () => gitee.releaseDeliveries());
      case "limit":
        gitee.limitRequests(0, 429);
        return this.#last(LIMIT_MS, () => gitee.limitRequests(null));
      case "slow":
        gitee.latency = SLOW_MS;
        return () => gitee.latency > 0;
      case "partial": {
        const match = /^GET .*\/pulls\/\d+\/commits$/;
        const failure = gitee.fail({ status: 200, body: "[]", match, times: 2 });
        return () => failure.times > 0;
      }
      case "lag":
      case "allow-list":
        return () => false;
    }
  }

  /** Ends a fault after a while, or when everything recovers, and only once. @returns whether it still lasts */
  #last(milliseconds: number, end: () => void): () => boolean {
    const once = (): void => {
      clearTimeout(timer);
      if (this.#ends.delete(once)) end();
    };
    const timer = setTimeout(once, milliseconds).unref();
    this.#ends.add(once);
    return () => this.#ends.has(once);
  }
}
