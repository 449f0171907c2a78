import { setTimeout } from "node:timers/promises";
import { hostOf, type Account, type HostName } from "../../../account.ts";
import { Failure } from "../../../error.ts";
import type { PullViews, PullView } from "../../../ports/pages.ts";
import { PageError } from "../page-error.ts";
import { Recent } from "./recent.ts";

/** How long a reading of a pull request is shown again, in milliseconds. */
const FRESH_MS = 3_000;
/** How long it holds whether somebody may see a private repository. */
const SIGHT_MS = 60_000;

export interface RecentPulls {
  /**
   * The pull request as it is now, or was a moment ago.
   * @throws PageError `pullNotFound` where it is private and the host does not let the visitor see it; a pull
   *   request that does not exist must look the same
   */
  view(host: HostName, path: string, number: number, account: Account | null): Promise<PullView>;
  /** Something was signed or withdrawn here: what was judged before is no longer shown. */
  forget(): void;
}

/**
 * How long it takes to say that there is no pull request to see is rounded up to this, in milliseconds: how many
 * questions to the host it took would tell a private pull request from none.
 */
const SILENCE_MS = 1_000;

export function recentPulls(pulls: PullViews, logins: Recent<string | null>): RecentPulls {
  const views = new Recent<PullView>(FRESH_MS, 500);
  const sight = new Recent<boolean>(SIGHT_MS, 5_000);
  const look: RecentPulls["view"] = async (host, path, number, account) => {
    const key = `${host}:${path.toLowerCase()}#${number}`;
    const found = await views.get(key, () => pulls.view(host, path, number));
    if (!found.pull.private) return found;
    if (account === null || hostOf(account) !== host) throw new PageError("pullNotFound");
    const { repository } = found.pull.ref;
    const may = await sight.get(`${account} ${repository}`, async () => {
      const login = await logins.get(account, () => pulls.loginOf(account).catch(() => null));
      return pulls.mayRead(account, found.pull, login);
    });
    if (!may) throw new PageError("pullNotFound");
    return found;
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
    forget: () => views.clear(),
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof PageError || (error instanceof Failure && error.code === "not-found");
}
