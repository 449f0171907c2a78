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

  constructor(github: SimulatedGitHub, gitee: SimulatedGitee) {
    this.#github = github;
    this.#gitee = gitee;
  }

  /** Causes a fault. @throws RangeError for a fault that the host does not have */
  fail(host: HostName, fault: HostFault): void {
    if (!FAULTS_OF[host].includes(fault)) throw new RangeError(`${host} has no fault ${fault}`);
    if (host === "github") this.#failGitHub(fault);
    else this.#failGitee(fault);
  }

  /** Ends all faults, and sends the deliveries that were held back. */
  recover(): void {
    for (const end of this.#ends) end();
    this.#github.faults.clear();
    this.#github.loseDeliveries = false;
    this.#github.deliveries.copies = 1;
    this.#gitee.clearFaults();
  }

  #failGitHub(fault: HostFault): void {
    const github = this.#github;
    const { deliveries } = github;
    switch (fault) {
      case "bad-gateway":
        github.fail({ kind: "bad gateway" }, { times: 3 });
        return;
      case "lost-delivery":
        github.loseDeliveries = true;
        return;
      case "twice":
        deliveries.copies = 2;
        return;
      case "late":
        deliveries.hold();
        this.#last(LATE_MS, () => deliveries.release((held) => held.toReversed()));
        return;
      case "limit":
        github.fail({ kind: "secondary limit", retryAfter: LIMIT_MS / 1000 }, { times: 2 });
        return;
      case "slow":
        github.faults.latency = SLOW_MS;
        return;
      case "lag": {
        const open = [...github.world.repositories.values()].flatMap(({ pulls }) =>
          [...pulls.values()].filter(({ state }) => state === "open"),
        );
        const ends = open.map((pull) => pull.lag());
        this.#last(LASTS_MS, () => ends.forEach((end) => end()));
        return;
      }
      case "partial":
        github.fail({ kind: "graphql field", field: "PullRequest.commits" }, { times: 2 });
        return;
      case "allow-list": {
        const all = [...github.world.installations.values()];
        for (const installation of all) installation.refuses = "ip allow list";
        this.#last(LASTS_MS, () => {
          for (const installation of all) installation.refuses = null;
        });
        return;
      }
    }
  }

  #failGitee(fault: HostFault): void {
    const gitee = this.#gitee;
    switch (fault) {
      case "bad-gateway":
        gitee.fail({ status: 502, body: "<html><title>502 Bad Gateway</title></html>", times: 3 });
        return;
      case "lost-delivery":
        gitee.loseDeliveries(1);
        return;
      case "twice":
        gitee.repeatDeliveries(2);
        return;
      case "late":
        gitee.holdDeliveries();
        this.#last(LATE_MS, () => gitee.releaseDeliveries());
        return;
      case "limit":
        gitee.limitRequests(0, 429);
        this.#last(LIMIT_MS, () => gitee.limitRequests(null));
        return;
      case "slow":
        gitee.latency = SLOW_MS;
        return;
      case "partial":
        gitee.fail({ status: 200, body: "[]", match: /^GET .*\/pulls\/\d+\/commits$/, times: 2 });
        return;
      case "lag":
      case "allow-list":
        return;
    }
  }

  /** Ends a fault after a while, or when everything recovers, and only once. */
  #last(milliseconds: number, end: () => void): void {
    const once = (): void => {
      clearTimeout(timer);
      if (this.#ends.delete(once)) end();
    };
    const timer = setTimeout(once, milliseconds).unref();
    this.#ends.add(once);
  }
}
