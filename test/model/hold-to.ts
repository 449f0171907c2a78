import fc from "fast-check";
import { Broken } from "./play.ts";
import { stories, type Step } from "./steps.ts";

export interface Amount {
  readonly seed: number;
  readonly stories: number;
  /** The most steps of a story. */
  readonly steps: number;
  /** How long a broken story is shortened, in milliseconds. */
  readonly shrinkMs?: number;
}

/**
 * Plays random stories.
 * @returns how many steps there were
 * @throws Broken with the seed of a story that breaks a promise and the shortest one found that still does
 */
export async function holdTo(
  play: (steps: readonly Step[]) => Promise<void>,
  amount: Amount,
): Promise<number> {
  let played = 0;
  let until = Infinity;
  const property = fc.asyncProperty(stories(amount.steps), async (steps) => {
    if (performance.now() > until) return;
    played += steps.length;
    try {
      await play(steps);
    } catch (error) {
      until = Math.min(until, performance.now() + (amount.shrinkMs ?? 30_000));
      throw error;
    }
  });
  const found = await fc.check(property, { seed: amount.seed, numRuns: amount.stories });
  if (!found.failed) return played;
  const cause =
    found.errorInstance instanceof Error ? found.errorInstance.message : String(found.errorInstance);
  throw new Broken(
    `${cause}\nseed ${amount.seed}, the shortest story that does it:\n${JSON.stringify(found.counterexample?.[0])}\n` +
      "to play it again: npm run soak -- --host HOST --engine ENGINE --replay 'STORY'",
    { cause: found.errorInstance },
  );
}
