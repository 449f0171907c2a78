/**
 * A random story for the page to begin with. The same seed gives the same one, so that a finding can be shown to
 * others: each act waits until the bot has answered the one before, however fast the machine is.
 */
import { act, type ActName } from "./acts.ts";
import type { Entry } from "./journal.ts";
import { ROLES } from "./people.ts";
import type { Scene } from "./scene.ts";
import { settled } from "./settled.ts";
import { randomFrom } from "../random-from.ts";
import { sentence, SiteRefusal } from "./sentence.ts";

const LENGTH = 12;
const PATIENCE_MS = 60_000;
const ACTS = [
  "open",
  "open",
  "push",
  "force-push",
  "sign-by-comment",
  "waive",
  "by-hand",
  "check-cla",
  "merge",
] as const;

/** Plays the story of a seed; a host's refusals are part of it. @param tell gets what happens, step by step */
export async function playStory(
  scene: Scene,
  seed: number,
  tell: (entry: Entry) => void = () => undefined,
): Promise<void> {
  const random = randomFrom(seed);
  const one = <T>(of: readonly [T, ...T[]] | readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  scene.journal.note("act", sentence("story", seed));
  for (let step = 0; step < LENGTH; step++) {
    const { name: host, pulls } = one(scene.sites);
    const count = pulls().length;
    const name: ActName = count === 0 ? "open" : one(ACTS);
    const number = 1 + Math.floor(random() * Math.max(1, count));
    const [opener, author, coauthor] = [one(ROLES), one(ROLES), random() < 0.3 ? one(ROLES) : ""];
    const before = scene.journal.entries[0]?.id ?? 0;
    try {
      await act(scene, name, { host, number, as: opener, opener, author, coauthor, lines: 3 });
    } catch (error) {
      if (!(error instanceof SiteRefusal)) throw error;
      scene.journal.note("act", error.sentence, { host });
    }
    for (const entry of scene.journal.entries.toReversed())
      if (entry.id > before && entry.kind === "act") tell(entry);
    await settled(scene, { milliseconds: PATIENCE_MS });
  }
}
