/** The log of events, in order: actions of people and the page, each delivery, each call to a host with its cost. */
import type { HostName } from "../../src/account.ts";
import type { SimulatedGitee } from "../gitee/simulated-gitee.ts";
import type { SimulatedGitHub } from "../github/simulated-github.ts";
import type { Sentence } from "./sentence.ts";

export type EntryKind = "act" | "delivery" | "read" | "write" | "command" | "fault";

export interface Entry {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: EntryKind;
  readonly host: HostName | null;
  /** The pull request that it concerns, if known. */
  readonly pull: number | null;
  /** What a call or a command was, as it was; a sentence in the words of the reader's language. */
  readonly says: string | Sentence;
  /** An HTTP status; 0 as long as there is no answer, which a cut connection never has; null for what is no call. */
  readonly status: number | null;
}

type Recorded = Entry & { status: number | null; pull: number | null };

/** The number of calls for a pull request so far. */
export interface Cost {
  readonly deliveries: number;
  readonly reads: number;
  readonly writes: number;
}

/** Two calls of one reading are begun at the same time; the host may notice them a moment apart. */
const PAIRED_MS = 2_000;

/** Older entries are removed: the page shows the latest. */
const KEPT = 2_000;
/** How many of one pull request are listed. */
const LISTED = 40;

export class Journal {
  readonly #entries: Recorded[] = [];
  readonly #costs = new Map<string, { deliveries: number; reads: number; writes: number }>();
  readonly #github: SimulatedGitHub;
  readonly #gitee: SimulatedGitee;
  readonly #seen = { githubCalls: 0, githubDeliveries: 0, giteeCalls: 0, giteeDeliveries: 0 };
  readonly #pullOf: (host: HostName, call: string) => number | null;
  /**
   * Calls on Gitee that are half of a pair: the bot reads a pull request and the policy file of its repository at once
   * (`src/gitee/read/pull/read.ts`), and only the first call names the pull request.
   */
  readonly #halves = { pulls: [] as Recorded[], files: [] as Recorded[] };
  /** Calls and deliveries without an answer so far, with a function that looks for it. */
  readonly #unanswered = new Map<Recorded, () => void>();
  #next = 1;

  /** @param pullOf which pull request a call is about whose path does not name it; a creation is asked once it is done */
  constructor(
    hosts: { github: SimulatedGitHub; gitee: SimulatedGitee },
    pullOf: (host: HostName, call: string) => number | null,
  ) {
    this.#github = hosts.github;
    this.#gitee = hosts.gitee;
    this.#pullOf = pullOf;
  }

  /** The latest entries, newest first. */
  get entries(): readonly Entry[] {
    return this.#entries.toReversed();
  }

  /** The latest deliveries and calls about a pull request, oldest first. */
  callsOf(host: HostName, number: number): readonly Entry[] {
    return this.#entries
      .filter((each) => each.host === host && each.pull === number && each.status !== null)
      .slice(-LISTED);
  }

  costOf(host: HostName, number: number): Cost {
    return this.#costs.get(`${host}#${number}`) ?? { deliveries: 0, reads: 0, writes: 0 };
  }

  note(kind: EntryKind, says: string | Sentence, about: { host?: HostName; pull?: number } = {}): void {
    this.#add({
      kind,
      says,
      host: about.host ?? null,
      pull: about.pull ?? null,
      status: null,
      at: Date.now(),
    });
  }

  /** Records the hosts' calls since the last time. @returns whether there was anything new */
  collect(): boolean {
    const before = this.#next;
    let answered = false;
    for (const [entry, look] of this.#unanswered) {
      look();
      if (entry.status === 0) continue;
      answered = true;
      this.#unanswered.delete(entry);
    }
    this.#collectDeliveries();
    this.#collectCalls();
    return answered || this.#next !== before;
  }

  #collectDeliveries(): void {
    const seen = this.#seen;
    for (; seen.githubDeliveries < this.#github.deliveries.log.length; seen.githubDeliveries++) {
      const delivery = this.#github.deliveries.log[seen.githubDeliveries];
      if (delivery === undefined) continue;
      const { event, action, request } = delivery;
      const text = `${event}${action === null ? "" : `.${action}`}`;
      this.#addCall("delivery", "github", numberIn(request.bytes), text, () => delivery.statusCode);
    }
    for (; seen.giteeDeliveries < this.#gitee.deliveries.length; seen.giteeDeliveries++) {
      const delivery = this.#gitee.deliveries[seen.giteeDeliveries];
      if (delivery === undefined) continue;
      const statusNow = (): number => delivery.status ?? 0;
      this.#addCall("delivery", "gitee", numberIn(delivery.body), delivery.event, statusNow);
    }
  }

  #collectCalls(): void {
    const seen = this.#seen;
    for (; seen.githubCalls < this.#github.requests.length; seen.githubCalls++) {
      const call = this.#github.requests[seen.githubCalls];
      if (call === undefined || call.kind === "token" || call.kind === "sign-in") continue;
      const text = call.kind === "graphql" ? `GraphQL ${call.route}` : `${call.method} ${call.route}`;
      const pull = this.#pullIn("github", `${call.method} ${call.about}`);
      this.#addCall(call.write ? "write" : "read", "github", pull, text, () => call.status);
    }
    for (; seen.giteeCalls < this.#gitee.requests.length; seen.giteeCalls++) {
      const call = this.#gitee.requests[seen.giteeCalls];
      if (call === undefined || !call.path.startsWith("/api/")) continue;
      const { method, path } = call;
      const kind = method === "GET" ? "read" : "write";
      const about = `${method} ${path}`;
      // Only the answer tells which pull request a new check run is about.
      const pull = method === "POST" && path.endsWith("/check-runs") ? null : this.#pullIn("gitee", about);
      const entry = this.#addCall(kind, "gitee", pull, `${method} ${path.slice(7)}`, () => call.status);
      if (method === "GET" && pull !== null && path.endsWith(`/pulls/${pull}`)) this.#pair("pulls", entry);
      if (method === "GET" && path.endsWith("/contents/.gitee/cla.yml")) this.#pair("files", entry);
    }
  }

  #pair(kind: "pulls" | "files", entry: Recorded): void {
    const others = this.#halves[kind === "pulls" ? "files" : "pulls"];
    while (others[0] !== undefined && entry.at - others[0].at > PAIRED_MS) others.shift();
    const other = others.shift();
    if (other === undefined) {
      this.#halves[kind].push(entry);
      return;
    }
    const [pull, file] = kind === "pulls" ? [entry, other] : [other, entry];
    file.pull = pull.pull;
    this.#count(file);
  }

  #pullIn(host: HostName, call: string): number | null {
    const [, number] = /\/(?:pulls|issues)\/(\d+)|#(\d+)/.exec(call)?.filter(Boolean) ?? [];
    return number === undefined ? this.#pullOf(host, call) : Number(number);
  }

  #addCall(
    kind: "delivery" | "read" | "write",
    host: HostName,
    pull: number | null,
    text: string,
    statusNow: () => number,
  ): Recorded {
    const status = statusNow();
    const entry = this.#add({ kind, host, pull, says: text, status, at: Date.now() });
    this.#count(entry);
    const look = (): void => {
      entry.status = statusNow();
      if (entry.status !== 201 || entry.pull !== null) return;
      entry.pull = this.#pullOf(host, text);
      this.#count(entry);
    };
    look();
    if (entry.status === 0) this.#unanswered.set(entry, look);
    return entry;
  }

  #count({ kind, host, pull }: Recorded): void {
    if (pull === null) return;
    const key = `${host}#${pull}`;
    const cost = this.#costs.get(key) ?? { deliveries: 0, reads: 0, writes: 0 };
    this.#costs.set(key, cost);
    if (kind === "delivery") cost.deliveries += 1;
    else if (kind === "read") cost.reads += 1;
    else cost.writes += 1;
  }

  #add(entry: Omit<Entry, "id">): Recorded {
    const recorded = { ...entry, id: this.#next++ };
    this.#entries.push(recorded);
    for (const old of this.#entries.splice(0, Math.max(0, this.#entries.length - KEPT)))
      this.#unanswered.delete(old);
    return recorded;
  }
}

/** The number of the pull request in a webhook's body. */
function numberIn(body: string): number | null {
  const payload = JSON.parse(body) as {
    number?: unknown;
    iid?: unknown;
    pull_request?: { number?: unknown };
    issue?: { number?: unknown };
  };
  const number = payload.pull_request?.number ?? payload.issue?.number ?? payload.number;
  return typeof number === "number" ? number : null;
}
