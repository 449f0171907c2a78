/**
 * What came of faults: the statuses meanwhile, and whether the end is the same. Once everything works again and is
 * quiet, every open pull request is checked afresh by the real `sweep`; what it finds must be what stands there.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { HostName } from "../../src/account.ts";
import { runCommand } from "../bot-process.ts";
import type { Fault } from "../faults.ts";
import type { StageHosts } from "../stage.ts";
import type { Journal } from "./journal.ts";
import type { SiteHost } from "./host/site-host.ts";

/** Quiet is when nothing was sent or asked for so long, in milliseconds. */
const QUIET_MS = 1_500;
const PATIENCE_MS = 40_000;
const LOOK_MS = 150;

export interface Trial {
  /** What went wrong, the first first; the host is null for the bot's and the database's own. */
  readonly faults: readonly { readonly fault: Fault; readonly host: HostName | null }[];
  /** Whether a fresh check found what stood there; null: everything is not repaired yet, or the check still runs. */
  readonly same: boolean | null;
  readonly running: boolean;
}

/** What is compared. */
export interface Compared {
  readonly hosts: StageHosts;
  readonly sites: readonly SiteHost[];
  readonly journal: Journal;
  readonly trial: Trial | null;
}

/** Everything is repaired: waits until it is quiet, checks all afresh and compares. Ends early when the trial is over. */
export async function compare(scene: Compared, trial: Trial): Promise<boolean | null> {
  const isOver = (): boolean => scene.trial?.faults !== trial.faults;
  // Gitee lists no failed deliveries: what it lost is found by the regular sweep, which need not be waited for here.
  if (trial.faults.some(({ fault, host }) => fault === "lost-delivery" && host === "gitee")) {
    scene.journal.note("command", "the regular sweep of Gitee", { host: "gitee" });
    if (!(await sweep(scene, "gitee"))) return null;
  }
  if (!(await quiet(scene, isOver))) return null;
  const before = verdicts(scene);
  for (const { name } of scene.sites) if (!(await sweep(scene, name))) return null;
  if (!(await quiet(scene, isOver))) return null;
  return JSON.stringify(before) === JSON.stringify(verdicts(scene));
}

async function sweep(scene: Compared, host: HostName): Promise<boolean> {
  const repository = scene.sites.find(({ name }) => name === host)?.repository ?? "";
  const args = ["sweep", `${host}:${repository}`];
  const { code } = await runCommand(scene.hosts.variables, args, { movable: true });
  return code === 0;
}

function verdicts(scene: Compared): readonly (readonly [HostName, number, string])[] {
  return scene.sites.flatMap(({ name, pulls }) =>
    pulls()
      .filter(({ state }) => state === "open")
      .map(({ number, verdict }) => [name, number, verdict] as const),
  );
}

/** Looks are counted, because the clock may be moved meanwhile. @returns whether it became quiet */
async function quiet(scene: Compared, isOver: () => boolean): Promise<boolean> {
  const traffic = (): string => {
    const { github, gitee } = scene.hosts;
    const calls = github.requests.filter(({ route }) => !route.includes("/app")).length;
    return `${calls} ${github.deliveries.log.length} ${gitee.requests.length} ${gitee.deliveries.length}`;
  };
  let last = "";
  let still = 0;
  for (let left = PATIENCE_MS / LOOK_MS; left > 0 && !isOver(); left--) {
    const now = traffic();
    const undecided = verdicts(scene).some(([, , verdict]) => verdict === "none");
    still = now === last && !undecided ? still + LOOK_MS : 0;
    last = now;
    if (still >= QUIET_MS) return true;
    await sleep(LOOK_MS, null, { ref: false });
  }
  return false;
}
