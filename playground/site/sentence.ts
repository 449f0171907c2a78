import type { Fault } from "../faults.ts";
import type { FormProblem } from "./form-problems.ts";

/** What the journal and a refusal say, by name, with what each sentence holds. The page's texts have the words. */
export interface Sentences {
  readonly opens: [who: string, title: string];
  readonly pushes: [who: string];
  readonly "force-pushes": [who: string];
  readonly comments: [who: string, line: string];
  readonly closes: [who: string];
  readonly reopens: [who: string];
  readonly "by-hand": [];
  /** GitHub tells an app of a status only if it subscribes to that event; the bot does not. */
  readonly "by-hand-untold": [];
  readonly merged: [];
  readonly queued: [];
  readonly publishes: [version: string];
  readonly "clock-moves": [days: number];
  readonly "clock-moves-to-retries": [minutes: number];
  readonly fault: [fault: Fault];
  readonly works: [];
  readonly story: [seed: number];
  /** The bot does that by itself every six hours: `src/bot/schedule.ts`. */
  readonly swept: [host: string];
  readonly "exempts-small": [];
  readonly "exempts-nothing": [];
  readonly "form-invalid": [problems: readonly FormProblem[]];
  readonly "everything-new": [];
  /** It was not stopped by the page. */
  readonly "bot-ended": [];
  readonly "bot-not-started": [];
  readonly "nothing-to-sign": [];
  readonly "no-queue": [host: string];
  readonly "no-fault": [host: string];
  readonly "no-pull": [host: string, pull: string];
  readonly "pull-not-open": [pull: string, state: "closed" | "merged"];
  readonly "pull-not-closed": [pull: string, state: "open" | "merged"];
  /** The pull request is named as its host does, `#1` or `!1`; the reason is what the host itself says, in its words. */
  readonly "merge-refused": [host: string, pull: string, reason: string];
  readonly "queue-refused": [host: string, pull: string, reason: string];
}

export type Sentence = {
  [K in keyof Sentences]: { readonly key: K; readonly values: Sentences[K] };
}[keyof Sentences];

/** The words of each sentence in one language. */
export type SentenceTexts = {
  readonly [K in keyof Sentences]: (...values: Sentences[K]) => string;
};

export function sentence<K extends keyof Sentences>(key: K, ...values: Sentences[K]): Sentence {
  return { key, values } as Sentence;
}

export function inWords({ key, values }: Sentence, texts: SentenceTexts): string {
  return (texts[key] as (...values: readonly unknown[]) => string)(...values);
}

/** The host or the page refuses this. The sentence is for the person at the page. */
export class SiteRefusal extends Error {
  readonly sentence: Sentence;

  constructor(said: Sentence) {
    super(said.key);
    this.sentence = said;
  }
}
