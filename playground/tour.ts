/** The playground's tour in the terminal: the same on both hosts, with a summary at the end. */
import type { Console } from "../src/cli/command-line.ts";
import { act } from "./site/acts.ts";
import { fail } from "./site/faults.ts";
import type { Role } from "./site/people.ts";
import { openScene, type Scene } from "./site/scene.ts";
import { NUMBER_SIGNS, type NewPull, type State } from "./site/host/site-host.ts";
import type { Entry } from "./site/journal.ts";
import { inWords } from "./site/sentence.ts";
import { playStory } from "./site/story.ts";
import { TEXTS, type Language } from "./site/texts/index.ts";
import { freshCheckAgrees } from "./site/trial.ts";
import { cardOf, commentOf, endIn, openOn, type At } from "./site/watch.ts";
import { CHAPTER_NAMES, TOUR_TEXTS, type ChapterName, type TourTexts } from "./tour-texts.ts";

export interface TourOptions {
  /** Where the configuration and the database are kept; null: nowhere. */
  readonly folder: string | null;
  readonly language: Language;
  /** The random story that is played after the tour; null: none. */
  readonly seed: number | null;
  readonly log: string;
}

/**
 * Plays the tour and prints it.
 * @returns the exit code: 0 only if everything that it says was seen on both hosts
 */
export async function playHeadless(
  console: Console,
  { folder, language, seed, log }: TourOptions,
): Promise<number> {
  const say = (line = ""): void => void console.stdout.write(`${line}\n`);
  const texts = TOUR_TEXTS[language];
  for (const line of texts.intro) say(line);
  const scene = await openScene({ log, ...(folder === null ? {} : { folder }) });
  const tour = new Tour(scene, say, texts);
  const proved: string[] = [];
  try {
    for (const [at, name] of CHAPTER_NAMES.entries()) {
      const { tells, proves } = texts.chapters[name];
      say(`\n${at + 1}. ${tells}`);
      const before = tour.wrong.length;
      await PERFORM[name](scene, tour);
      if (tour.wrong.length === before) proved.push(proves);
    }
    if (seed !== null) {
      say(`\n${CHAPTER_NAMES.length + 1}. ${texts.story.tells(seed)}`);
      await playStory(scene, seed, (entry) => say(`   ${storyLine(entry, language)}`));
      if ((await freshCheckAgrees(scene)) === true) proved.push(texts.story.proves);
      else tour.wrong.push("a fresh check should find the verdicts that the pull requests show");
    }
    for (const violation of [...scene.hosts.github.violations, ...scene.hosts.gitee.violations])
      tour.wrong.push(`a host refused ${JSON.stringify(violation)}`);
    say(`\n${texts.shown}`);
    for (const each of proved) say(`  ✓ ${each}`);
    for (const wrong of tour.wrong) console.stderr.write(`countersign playground: ${wrong}\n`);
    return tour.wrong.length === 0 ? 0 : 1;
  } finally {
    await scene.stop();
  }
}

class Tour {
  readonly wrong: string[] = [];
  readonly texts: TourTexts;
  readonly #scene: Scene;
  readonly say: (line?: string) => void;

  constructor(scene: Scene, say: (line?: string) => void, texts: TourTexts) {
    this.#scene = scene;
    this.say = say;
    this.texts = texts;
  }

  /** Opens the same pull request on both hosts. */
  open(title: string, role: Role, more: Partial<NewPull> = {}): readonly At[] {
    return this.#scene.sites.map(({ name }) =>
      openOn(this.#scene, name, { title, opener: role, author: role, coauthor: null, lines: 3, ...more }),
    );
  }

  /** Waits until each has a verdict that stays, and prints it. */
  async see(pulls: readonly At[], state: State): Promise<void> {
    await endIn(this.#scene, state, pulls);
    for (const pull of pulls) {
      const card = cardOf(this.#scene, pull);
      const mark = card?.verdict === "success" ? "✓" : "✗";
      const line = [card?.line, card?.labels.join(", ")].filter(Boolean).join("  ");
      this.say(`   ${mark} ${pull.host.padEnd(6)} ${named(pull)} ${card?.title ?? ""}: ${line}`);
      if (card?.verdict !== state) this.wrong.push(`${pull.host} ${named(pull)} should show ${state}`);
    }
  }

  /** Prints the bot's one comment on each as a contributor reads it. */
  async read(pulls: readonly At[]): Promise<void> {
    for (const pull of pulls) {
      const comment = await commentOf(this.#scene, pull);
      const all = cardOf(this.#scene, pull)?.comments.filter(({ bot }) => bot) ?? [];
      if (all.length !== 1) this.wrong.push(`${pull.host} ${named(pull)} should have one comment of the bot`);
      if (comment?.includes("/pulls/") !== true && comment?.includes("/sign/") !== true)
        this.wrong.push(`the comment on ${pull.host} ${named(pull)} should link to where to sign`);
      this.say(`   ${this.texts.reads(this.#scene.site(pull.host).title)}`);
      for (const line of plain(comment ?? "").split("\n")) this.say(`     │ ${line}`);
    }
  }
}

/** An act of the random story, e.g. `gitee !2 una pushes a commit`. */
function storyLine({ host, pull, says }: Entry, language: Language): string {
  const said = typeof says === "string" ? says : inWords(says, TEXTS[language].sentences);
  if (host === null) return said;
  return `${host.padEnd(6)} ${pull === null ? said : `${named({ host, number: pull })} ${said}`}`;
}

function named({ host, number }: At): string {
  return `${NUMBER_SIGNS[host]}${number}`;
}

/** The actions of each chapter on each host, and the verdict that must result. */
const PERFORM: Readonly<Record<ChapterName, (scene: Scene, tour: Tour) => Promise<void>>> = {
  async unsigned(_, tour) {
    const pulls = tour.open(tour.texts.titles.hello, "unsigned");
    await tour.see(pulls, "failure");
    await tour.read(pulls);
  },
  async import(scene, tour) {
    const rows = scene.sites.map(
      ({ name, numberOf }) => `${name},${numberOf("unsigned")},icla,1.0,2025-06-01\n`,
    );
    tour.say("   $ countersign import signed.csv");
    await act(scene, "import", {
      csv: `host,account_id,agreement,version,signed_at\n${rows.join("")}`,
    });
    for (const line of scene.terminal?.output.trimEnd().split("\n") ?? []) tour.say(`     │ ${line}`);
    await tour.see(
      scene.sites.map(({ name }) => ({ host: name, number: 1 })),
      "success",
    );
  },
  async login(_, tour) {
    await tour.see(tour.open(tour.texts.titles.rita, "renamed"), "success");
    await tour.see(tour.open(tour.texts.titles.rio, "impostor"), "failure");
  },
  async comment(scene, tour) {
    const pulls = tour.open(tour.texts.titles.greet, "coauthor");
    await tour.see(pulls, "failure");
    for (const { host, number } of pulls)
      await act(scene, "sign-by-comment", { host, number, as: "coauthor" });
    await tour.see(pulls, "success");
  },
  async waiver(scene, tour) {
    const pulls = tour.open(tour.texts.titles.typo, "signed", { author: "unlinked" });
    await tour.see(pulls, "failure");
    for (const { host, number } of pulls) await act(scene, "waive", { host, number });
    await tour.see(pulls, "success");
  },
  async loss(scene, tour) {
    const { github, gitee } = scene.hosts;
    await fail(scene, "kill", "github");
    const before = { github: github.deliveries.log.length, gitee: gitee.deliveries.length };
    const pulls = tour.open(tour.texts.titles.down, "unsigned");
    await github.deliveries.settled();
    await gitee.settled();
    const lost = {
      github: github.deliveries.log.slice(before.github).map(({ statusCode }) => statusCode >= 500),
      gitee: gitee.deliveries.slice(before.gitee).map(({ status }) => status === null),
    };
    for (const [host, failed] of Object.entries(lost))
      if (failed.length === 0 || failed.includes(false))
        tour.wrong.push(`the deliveries of ${host} should have failed while the bot was down`);
    await fail(scene, "start", "github");
    await tour.see(pulls, "success");
  },
};

/** A comment without its markup, for the terminal. */
function plain(markdown: string): string {
  return markdown
    .replace(/<!--.*?-->\n*/g, "")
    .replace(/^#+ /gm, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/\*\*|`/g, "")
    .replaceAll(/\n{2,}/g, "\n")
    .trim();
}
