import fc from "fast-check";
import { Broken } from "./broken.ts";
import { shorten } from "./shorten.ts";
import { stories, type Step } from "./steps.ts";

export interface Amount {
  /** Each seed is one story. */
  readonly seeds: readonly number[];
  /** The most steps of a story. */
  readonly steps: number;
  /** How long a broken story is shortened, in milliseconds. */
  readonly shrinkMs?: number;
  /** The options that name the host and the engine, to play a broken story again. */
  readonly options: string;
}

/** The most steps of a story, where nothing else is said. */
export const STEPS = 60;

/** The story of a seed, which is always the same. */
export async function storyOf(seed: number, steps = STEPS): Promise<readonly Step[]> {
  let story: readonly Step[] = [];
  const property = fc.asyncProperty(stories(steps), async (generated) => void (story = generated));
  await fc.check(property, { seed, numRuns: 1 });
  return story;
}

/**
 * Plays random stories.
 * @returns how many steps there were
 * @throws Broken with the seed of a story that breaks a promise and the shortest one found that still does
 */
export async function holdTo(
  play: (steps: readonly Step[]) => Promise<unknown>,
  { seeds, steps: most, shrinkMs = 30_000, options }: Amount,
): Promise<number> {
  let played = 0;
  for (const seed of seeds) {
    const property = fc.asyncProperty(stories(most), async (steps) => {
      played += steps.length;
      await play(steps);
    });
    // The list's own way of shrinking takes a story's time for each of many values.
    const found = await fc.check(property, { seed, numRuns: 1, endOnFailure: true });
    if (!found.failed) continue;
    let error: unknown = found.errorInstance;
    const fails = async (steps: readonly Step[]): Promise<boolean> => {
      try {
        await play(steps);
        return false;
      } catch (another) {
        error = another;
        return true;
      }
    };
    const whole = found.counterexample?.[0] ?? [];
    const story = await shorten(whole, fails, performance.now() + shrinkMs);
    const length = most === STEPS ? {} : { steps: most };
    throw new Broken(sayHow(error, story, { ...length, options, seed }), { cause: error });
  }
  return played;
}

function sayHow(
  error: unknown,
  story: readonly Step[],
  { options, seed, steps }: { options: string; seed: number; steps?: number },
): string {
  const [host = ""] = /--host \w+/.exec(options) ?? [];
  const length = steps === undefined ? "" : ` --steps ${steps}`;
  const text = JSON.stringify(story);
  return `${error instanceof Error ? error.message : String(error)}
seed ${seed}; the shortest story found that does it has ${story.length} steps
to play it again:      npm run soak -- ${options} --replay '${text}'
to watch it:           npm run playground -- ${host} --story '${text}'
to play the whole one: npm run soak -- ${options} --seeds ${seed}${length}${steps === undefined ? `, or npm run playground -- ${host} --seed ${seed}` : ""}`;
}
