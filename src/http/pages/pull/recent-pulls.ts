import { setTimeout } from "node:timers/promises";
import { hostOf, type Account, type HostName } from "../../../account.ts";
import { Failure } from "../../../error.ts";
import type { LongPull, PullViews, PullView } from "../../../ports/pages.ts";
import { PageError } from "../page-error.ts";
import { Recent } from "./recent.ts";

/** How long one reading of a pull request is shown to all visitors, in milliseconds. */
const FRESH_MS = 10_000;
/** How long a visitor waits for a first reading, in milliseconds: one of 2,000 commits takes some 25 calls. */
const PATIENCE_MS = 700;
/** How long the answer "no such pull request" is remembered. */
const ABSENT_MS = 60_000;
/** How long the last reading is kept, to be shown while the host is too busy for a new one. */
const LAST_MS = 30 * 60_000;
/** How long a person's access to a private repository is remembered. */
const SIGHT_MS = 60_000;

const MIB = 1024 * 1024;

/** A recent reading of a pull request. */
export interface RecentPull extends PullView {
  /** Seconds after which the host may be asked again; null: the reading is recent. */
  readonly busyFor: number | null;
}

export interface RecentPulls {
  /**
   * A recent reading of the pull request, or its last reading while the pages' share of the host's limit is used up.
   * Null: it is large, and still being read; the visitor may see it.
   * @throws PageError `pullNotFound` if it is private and the host does not let the visitor see it; a pull request that
   * does not exist looks the same. `busy` if it was never read and the share is used up
   */
  view(host: HostName, path: string, number: number, account: Account | null): Promise<RecentPull | null>;
  /** Somebody signed or withdrew here, so older readings are no longer shown. */
  forget(): void;
}

/**
 * The time of a "not found" answer is rounded up to a multiple of this, in milliseconds. Otherwise the number of calls
 * to the host would tell a private pull request from a missing one.
 */
const SILENCE_MS = 1_000;

export function recentPulls(
  pulls: PullViews,
  logins: Recent<string | null>,
  {
    now,
    freshMs = FRESH_MS,
    patienceMs = PATIENCE_MS,
  }: { readonly now: () => number; readonly freshMs?: number; readonly patienceMs?: number },
): RecentPulls {
  const fresh = new Recent<PullView>(freshMs, 16 * MIB, weigh);
  const last = new Recent<PullView>(LAST_MS, 16 * MIB, weigh);
  const absent = new Recent<null>(ABSENT_MS, 4 * MIB);
  const sight = new Recent<boolean>(SIGHT_MS, 2 * MIB);
  /** Readings that have not ended: a long one outlives the time for which it is fresh. */
  const underway = new Map<string, Underway>();

  /** Reads it, unless it is known that there is nothing to read. */
  const read = async (
    key: string,
    host: HostName,
    path: string,
    number: number,
    takesLong: (found: LongPull) => void,
  ): Promise<PullView> => {
    if (absent.known(key) !== null) throw new Failure("not-found");
    try {
      const view = await pulls.view(host, path, number, takesLong);
      last.put(key, view);
      return view;
    } catch (error) {
      if (isNotFound(error)) {
        absent.put(key, null);
        last.forget(key);
      }
      throw error;
    }
  };

  /** A reading that is fresh or underway, or a new one; what is forgotten meanwhile is read again. */
  const begin = (key: string, host: HostName, path: string, number: number): Underway => {
    const known = underway.get(key);
    if (known !== undefined) return known;
    const begun: { takesLong: LongPull | null; view: Promise<PullView> } = {
      takesLong: null,
      view: fresh.get(key, async () => {
        const view = await read(key, host, path, number, (found) => {
          begun.takesLong = found;
        });
        // It is fresh from its end on, or a visitor who comes back for it would begin another one.
        if (underway.get(key) === begun) fresh.put(key, view);
        return view;
      }),
    };
    underway.set(key, begun);
    const end = (): void => {
      if (underway.get(key) === begun) underway.delete(key);
    };
    void begun.view.then(end, end);
    return begun;
  };

  const recent = async (host: HostName, path: string, number: number): Promise<RecentPull | LongPull> => {
    const key = `${host}:${path.toLowerCase()}#${number}`;
    try {
      const begun = begin(key, host, path, number);
      const view = await Promise.race([begun.view, setTimeout(patienceMs, null, { ref: false })]);
      if (view === null && begun.takesLong !== null) return begun.takesLong;
      return { ...(view ?? (await begun.view)), busyFor: null };
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "host-limit") throw error;
      const busyFor = Math.max(1, Math.ceil(((error.retryAt ?? 0) - now()) / 1000));
      const known = await last.known(key);
      if (known === null) throw new PageError("busy", busyFor);
      return { ...known, busyFor };
    }
  };

  const look: RecentPulls["view"] = async (host, path, number, account) => {
    const found = await recent(host, path, number);
    const isLong = !("pull" in found);
    const answer = isLong ? null : found;
    if (isLong ? found.isPublic : !found.pull.private) return answer;
    // Without asking the host, a pull request that was never read can't be told from a private one.
    const hidden =
      isLong || found.busyFor === null ? new PageError("pullNotFound") : new PageError("busy", found.busyFor);
    if (account === null || hostOf(account) !== host) throw hidden;
    const { repository } = isLong ? found : found.pull.ref;
    const may = await sight.get(`${account} ${repository}`, async () => {
      const login = await logins.get(account, () => pulls.loginOf(account).catch(() => null));
      return pulls.mayRead(account, isLong ? { path } : found.pull, login);
    });
    if (!may) throw hidden;
    return answer;
  };
  return {
    async view(...asked) {
      const began = performance.now();
      try {
        return await look(...asked);
      } catch (error) {
        if (isNotFound(error)) await setTimeout(SILENCE_MS - ((performance.now() - began) % SILENCE_MS));
        throw error;
      }
    },
    forget() {
      fresh.clear();
      underway.clear();
    },
  };
}

interface Underway {
  readonly view: Promise<PullView>;
  /** Set when it turns out to be large. */
  readonly takesLong: LongPull | null;
}

/** The memory of a view, estimated from the length of its text. */
function weigh(view: PullView): number {
  return JSON.stringify(view).length * 2;
}

function isNotFound(error: unknown): boolean {
  return (
    (error instanceof PageError && error.kind !== "busy") ||
    (error instanceof Failure && error.code === "not-found")
  );
}
