/**
 * The result of faults: the statuses meanwhile, and whether the final state is the same. When everything works again
 * and is quiet, the real `sweep` checks every open pull request again; its verdicts must equal the statuses.
 */
import { HOSTS, type HostName } from "../../src/account.ts";
import { runHere } from "../command.ts";
import { PAGE_COMMANDS } from "./commands.ts";
import type { Fault } from "../faults.ts";
import type { StageHosts } from "../stage.ts";
import type { Journal } from "./journal.ts";
import type { SiteHost } from "./host/site-host.ts";
import { settled, type Settling } from "./settled.ts";
import { sentence } from "./sentence.ts";

const PATIENCE_MS = 40_000;
/** How often the bot asks GitHub which deliveries failed: `src/bot/schedule.ts`. */
const LOOK_FOR_LOST_MS = 5 * 60_000;

export interface Trial {
  /** The faults, oldest first; the host is null for those of the bot and the database. */
  readonly faults: readonly { readonly fault: Fault; readonly host: HostName | null }[];
  /** Whether a new check had the same results; null: not everything is repaired yet, or the check still runs. */
  readonly same: boolean | null;
  readonly running: boolean;
}

/** What is compared. */
export interface Compared extends Settling {
  readonly hosts: StageHosts;
  readonly sites: readonly SiteHost[];
  readonly journal: Journal;
  readonly trial: Trial | null;
  moveClock(milliseconds: number): Promise<void>;
}

/**
 * After the repair, waits until it is quiet, checks everything again and compares. Ends early when the trial is over.
 */
export async function compare(scene: Compared, trial: Trial): Promise<boolean | null> {
  const quiet = (): Promise<boolean> =>
    settled(scene, { milliseconds: PATIENCE_MS, isOver: () => scene.trial?.faults !== trial.faults });
  const wasLost = (host: HostName): boolean =>
    trial.faults.some((each) => each.fault === "lost-delivery" && each.host === host);
  // Regular jobs recover lost deliveries, but the trial need not wait for them: GitHub lists the deliveries that
  // failed.
  if (wasLost("github")) await scene.moveClock(LOOK_FOR_LOST_MS);
  // Gitee lists none, so the sweep finds its lost deliveries.
  if (wasLost("gitee")) {
    scene.journal.note("command", sentence("swept", "Gitee"), { host: "gitee" });
    if (!(await sweep(scene, ["gitee"]))) return null;
  }
  return freshCheckAgrees(scene, quiet);
}

/**
 * Waits until it is quiet, checks every open pull request again and compares the verdicts; null: it did not become
 * quiet.
 */
export async function freshCheckAgrees(
  scene: Compared,
  quiet = (): Promise<boolean> => settled(scene, { milliseconds: PATIENCE_MS }),
): Promise<boolean | null> {
  if (!(await quiet())) return null;
  const before = verdicts(scene);
  if (!(await sweep(scene, HOSTS))) return null;
  if (!(await quiet())) return null;
  return JSON.stringify(before) === JSON.stringify(verdicts(scene));
}

async function sweep(scene: Compared, hosts: readonly HostName[]): Promise<boolean> {
  const swept = scene.sites.filter(({ name }) => hosts.includes(name));
  const repositories = swept.map(({ name, repository }) => `${name}:${repository}`);
  const { code } = await runHere(PAGE_COMMANDS, scene.hosts.variables, ["sweep", ...repositories]);
  return code === 0;
}

function verdicts(scene: Compared): readonly (readonly [HostName, number, string])[] {
  return scene.sites.flatMap(({ name, pulls }) =>
    pulls()
      .filter(({ state }) => state === "open")
      .map(({ number, verdict }) => [name, number, verdict] as const),
  );
}
