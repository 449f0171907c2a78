/** A random story for the page to begin with: the same seed gives the same one, so a finding can be shown to others. */
import { act, type ActName } from "./acts.ts";
import { ROLES } from "./people.ts";
import type { Scene } from "./scene.ts";
import { SiteRefusal } from "./site-host.ts";

const LENGTH = 12;
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

/** Plays the story of a seed; what a host refuses is part of it. */
export async function playStory(scene: Scene, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const one = <T>(of: readonly [T, ...T[]] | readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  scene.journal.note("act", `story of seed ${seed}`);
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
      scene.journal.note("act", error.message, { host });
    }
  }
}

/** Numbers from 0 up to 1 that a seed determines: mulberry32, which is in the public domain. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
