/** Plays a story of the model in the terminal, step by step, and leaves the hosts' pages open at the end. */
import { z } from "zod";
import type { HostName } from "../../src/account.ts";
import type { Console } from "../../src/cli/command-line.ts";
import { Failure } from "../../src/error.ts";
import { Broken } from "./broken.ts";
import { storyOf } from "./hold-to.ts";
import { playInProcess } from "./stage-actor.ts";
import { STEP_NAMES, type Step } from "./steps.ts";

export interface ReplayOptions {
  readonly host: HostName;
  /** The number of a random story, or a story as `npm run soak` prints it. */
  readonly story: number | string;
  /** Resolves when the pages may close. */
  readonly end: () => Promise<void>;
}

const TITLES = { github: "GitHub", gitee: "Gitee" } as const;

/**
 * @returns the exit code: 0 only if the story keeps both promises
 * @throws Failure `usage` for a text that is no story
 */
export async function replay(console: Console, { host, story, end }: ReplayOptions): Promise<number> {
  const say = (line: string): void => void console.stdout.write(`${line}\n`);
  const steps = typeof story === "number" ? await storyOf(story) : readStory(story);
  const which = typeof story === "number" ? `The random story of seed ${story}` : "The given story";
  say(`${which} on ${TITLES[host]}: ${steps.length} steps, each told when it has happened.`);
  say("person-0 and person-1 have signed before.\n");
  let told = 0;
  const tell = (line: string): void => say(`${String((told += 1)).padStart(4)}. ${line}`);
  try {
    await playInProcess(steps, {
      host,
      tell,
      async atEnd({ state }, { variables }, broken) {
        if (broken === null) say("\nIt keeps both promises.");
        else say(`\nA promise is broken: ${broken.message}`);
        say("\nPages, as long as this runs:");
        for (const { shown } of state.pulls) say(`  ${shown.url}`);
        say(`  ${variables["PUBLIC_URL"]} (the bot)`);
        await end();
      },
    });
    return 0;
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return 1;
  }
}

const Story = z.array(z.looseObject({ do: z.string().refine((name) => STEP_NAMES.has(name)) }));

function readStory(text: string): readonly Step[] {
  try {
    return Story.parse(JSON.parse(text)) as unknown as readonly Step[];
  } catch (error) {
    throw new Failure("usage", "--story: expected the JSON list of steps that npm run soak prints", {
      cause: error,
    });
  }
}
