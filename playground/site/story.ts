/**
 * A random story for the page to begin with. The same seed gives the same one, so that a finding can be shown to
 * others: each act waits until the bot has answered the one before, however fast the machine is.
 */
import { act, type ActName } from "./acts.ts";
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

/** Plays the story of a seed; a host's refusals are part of it. */
export async function playStory(scene: Scene, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const one = <T>(of: readonly [T, ...T[]] | readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  scene.journal.note("act", sentence("story", seed));
  for (let step = 0; step < LENGTH; step++) {
    const { name: host, pulls } = one(scene.sites);
    const count = pulls().length;
    const name: ActName = count === 0 ? "open" : one(ACTS);
    const number = 1 + Math.floor(random() * Math.max(1, count));
    const [opener, author, coauthor] = [one(ROLES), one(ROLES), random() < 0.3 ? one(ROLES) : ""];
    try {
      await act(scene, name, { host, number, as: opener, opener, author, coauthor, lines: 3 });
    } catch (error) {
      if (!(error instanceof SiteRefusal)) throw error;
      scene.journal.note("act", error.sentence, { host });
    }
    await settled(scene, { milliseconds: PATIENCE_MS });
  }
}
