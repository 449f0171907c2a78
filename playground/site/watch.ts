/** The actions of the guided tour and the terminal's tour: they open pull requests and wait for their verdict. */
import { setTimeout as sleep } from "node:timers/promises";
import type { HostName } from "../../src/account.ts";
import type { Scene } from "./scene.ts";
import type { NewPull, PullCard, State } from "./host/site-host.ts";
import { settled } from "./settled.ts";
import { sentence } from "./sentence.ts";

/** The longest wait for a verdict and its comment, in milliseconds. */
const PATIENCE = 25_000;
const COMMENT_PATIENCE = 5_000;
const LOOK = 100;

export interface At {
  readonly host: HostName;
  readonly number: number;
}

/** Opens a pull request and notes it in the journal. */
export function openOn(scene: Scene, host: HostName, pull: NewPull): At {
  const site = scene.site(host);
  const number = site.open(pull);
  const says = sentence("opens", site.loginOf(pull.opener), pull.title);
  scene.journal.note("act", says, { host, pull: number });
  return { host, number };
}

export function cardOf(scene: Scene, { host, number }: At): PullCard | undefined {
  return scene
    .site(host)
    .pulls()
    .find((card) => card.number === number);
}

/** Whether the pull request shows one of the verdicts in time. */
export async function shows(scene: Scene, pull: At, states: readonly State[]): Promise<boolean> {
  return (await until(PATIENCE, () => states.includes(cardOf(scene, pull)?.verdict ?? "none"))) ?? false;
}

/**
 * Whether pull requests show these verdicts in time, and still do when the bot has nothing left to do: a first verdict
 * may be corrected.
 */
export async function endIn(scene: Scene, state: State, pulls: readonly At[]): Promise<boolean> {
  const shown = await Promise.all(pulls.map((pull) => shows(scene, pull, [state])));
  if (!shown.every(Boolean)) return false;
  await settled(scene, { milliseconds: PATIENCE });
  return pulls.every((pull) => cardOf(scene, pull)?.verdict === state);
}

/** The bot's comment, which it writes after its verdict; null if it writes none. */
export async function commentOf(scene: Scene, pull: At): Promise<string | null> {
  const found = () => cardOf(scene, pull)?.comments.find(({ bot }) => bot)?.body;
  return until(COMMENT_PATIENCE, found);
}

/** Polls until there is a result. It counts the tries, because the clock may be moved meanwhile. */
async function until<T>(patience: number, look: () => T | undefined): Promise<T | null> {
  for (let left = patience / LOOK; left > 0; left--) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await sleep(LOOK);
  }
  return null;
}
