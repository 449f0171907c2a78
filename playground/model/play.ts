import { setTimeout as sleep } from "node:timers/promises";
import { Broken } from "./broken.ts";
import { perform } from "./perform.ts";
import type { Step } from "./steps.ts";
import type { Story } from "./story.ts";

/** How often is looked whether a step has ended: for half a minute, and longer on a busy machine. */
const LOOKS = 600;
const LOOK = 50;

/**
 * Plays a story, and compares at its end.
 * @param tell gets a line for each step that had something to do
 * @throws Broken when a promise is broken
 */
export async function play(
  story: Story,
  steps: readonly Step[],
  tell: (line: string) => void = () => {},
): Promise<void> {
  const { actor } = story;
  await perform(story, { do: "import", people: [0, 1], fresh: false });
  for (const step of [...steps, { do: "quiet" } as const]) {
    await story.next();
    const line = await within(perform(story, step), async () => {
      const [depth, troubles] = await Promise.all([actor.depth(), actor.troubles()]);
      return `"${step.do}" did not end: ${JSON.stringify({ depth, troubles })}`;
    });
    story.state.collect();
    if (line !== null) tell(line);
    if (story.broken.length > 0) throw new Broken(story.broken.join("; "));
  }
}

/** @throws Broken if it does not end: what is not quiet by then never becomes quiet */
async function within<T>(work: Promise<T>, describe: () => Promise<string>): Promise<T> {
  const over = new AbortController();
  const late = async (): Promise<never> => {
    for (let left = LOOKS; left > 0; left -= 1) await sleep(LOOK, undefined, { signal: over.signal });
    throw new Broken(await describe());
  };
  const waiting = late();
  waiting.catch(() => {});
  try {
    return await Promise.race([work, waiting]);
  } finally {
    over.abort();
  }
}
