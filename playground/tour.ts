/** The playground's tour in the terminal: the same on both hosts, with a summary at the end. */
import type { Console } from "../src/cli/command-line.ts";
import { act } from "./site/acts.ts";
import { fail } from "./site/faults.ts";
import type { Role } from "./site/people.ts";
import { openScene, type Scene } from "./site/scene.ts";
import type { NewPull, State } from "./site/host/site-host.ts";
import { cardOf, commentOf, openOn, shows, type At } from "./site/watch.ts";

export interface TourOptions {
  /** Where the configuration and the database are kept; null: nowhere. */
  readonly folder: string | null;
  readonly log: string;
}

/** A chapter: its text, its actions on each host, and the verdict that must result. */
interface Chapter {
  readonly tells: string;
  readonly does: (scene: Scene, tour: Tour) => Promise<void>;
  /** The statement that is shown once it holds on both hosts. */
  readonly proves: string;
}

/**
 * Plays the tour and prints it.
 * @returns the exit code: 0 only if every verdict was the promised one
 */
export async function playHeadless(console: Console, { folder, log }: TourOptions): Promise<number> {
  const say = (line = ""): void => void console.stdout.write(`${line}\n`);
  say(
    "Countersign checks that every account behind a pull request has signed the contributor license agreement.",
  );
  say("This tour runs the real bot between a simulated GitHub and a simulated Gitee, on this machine only.");
  const scene = await openScene({ log, ...(folder === null ? {} : { folder }) });
  const tour = new Tour(scene, say);
  try {
    for (const [at, { tells, does, proves }] of CHAPTERS.entries()) {
      say(`\n${at + 1}. ${tells}`);
      const before = tour.wrong.length;
      await does(scene, tour);
      if (tour.wrong.length === before) tour.proved.push(proves);
    }
    for (const violation of [...scene.hosts.github.violations, ...scene.hosts.gitee.violations])
      tour.wrong.push(`a host refused ${JSON.stringify(violation)}`);
    say("\nShown on GitHub and on Gitee:");
    for (const proved of tour.proved) say(`  ✓ ${proved}`);
    for (const wrong of tour.wrong) console.stderr.write(`countersign playground: ${wrong}\n`);
    return tour.wrong.length === 0 && tour.proved.length === CHAPTERS.length ? 0 : 1;
  } finally {
    await scene.stop();
  }
}

class Tour {
  readonly wrong: string[] = [];
  readonly proved: string[] = [];
  readonly #scene: Scene;
  readonly say: (line?: string) => void;

  constructor(scene: Scene, say: (line?: string) => void) {
    this.#scene = scene;
    this.say = say;
  }

  /** Opens the same pull request on both hosts. */
  open(title: string, role: Role, more: Partial<NewPull> = {}): readonly At[] {
    return this.#scene.sites.map(({ name }) =>
      openOn(this.#scene, name, { title, opener: role, author: role, coauthor: null, lines: 3, ...more }),
    );
  }

  /** Waits for a verdict on each, and prints it. */
  async see(pulls: readonly At[], state: State): Promise<void> {
    for (const pull of pulls) {
      const held = await shows(this.#scene, pull, [state]);
      const card = cardOf(this.#scene, pull);
      const mark = card?.verdict === "success" ? "✓" : "✗";
      const line = [card?.line, card?.labels.join(", ")].filter(Boolean).join("  ");
      this.say(`   ${mark} ${pull.host.padEnd(6)} #${pull.number} ${card?.title ?? ""}: ${line}`);
      if (!held) this.wrong.push(`${pull.host} #${pull.number} should show ${state}`);
    }
  }

  /** Prints the bot's comment as a contributor reads it. */
  async read(pull: At): Promise<void> {
    const comment = await commentOf(this.#scene, pull);
    if (comment === null) this.wrong.push(`${pull.host} #${pull.number} should have a comment`);
    for (const line of plain(comment ?? "").split("\n")) this.say(`     │ ${line}`);
  }
}

const CHAPTERS: readonly Chapter[] = [
  {
    tells: "Una has not signed. She opens a pull request on each host.",
    proves: "a pull request without a signature is red, and one comment says what to do",
    async does(_, tour) {
      const pulls = tour.open("Say hello in French", "unsigned");
      await tour.see(pulls, "failure");
      const [first] = pulls;
      if (first === undefined) return;
      tour.say("   What she reads on GitHub:");
      await tour.read(first);
    },
  },
  {
    tells: "An admin loads signed agreements: a file with account numbers, and no webhook.",
    proves: "an import turns waiting pull requests green by itself",
    async does(scene, tour) {
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
  },
  {
    tells: "Rita signed when her login was rio. Somebody else has that login now. Both open a pull request.",
    proves: "an account is the host's number: a login that changed hands proves nothing",
    async does(_, tour) {
      await tour.see(tour.open("Rita's work", "renamed"), "success");
      await tour.see(tour.open("Work under Rita's old login", "impostor"), "failure");
    },
  },
  {
    tells: "Cora opens a pull request and writes the sentence that the bot's comment gives.",
    proves: "a person signs by a comment",
    async does(scene, tour) {
      const pulls = tour.open("Greet by name", "coauthor");
      await tour.see(pulls, "failure");
      for (const { host, number } of pulls)
        await act(scene, "sign-by-comment", { host, number, as: "coauthor" });
      await tour.see(pulls, "success");
    },
  },
  {
    tells:
      "Sam has signed, but commits with an address that no account has. A maintainer waives that commit.",
    proves: "a commit without an account blocks, and a maintainer can waive exactly that commit",
    async does(scene, tour) {
      const pulls = tour.open("Fix a typo", "signed", { author: "unlinked" });
      await tour.see(pulls, "failure");
      for (const { host, number } of pulls) await act(scene, "waive", { host, number });
      await tour.see(pulls, "success");
    },
  },
  {
    tells:
      "The bot is killed. Una opens a pull request on each host, and the deliveries fail. The bot starts again.",
    proves: "deliveries that failed while the bot was down are recovered",
    async does(scene, tour) {
      await fail(scene, "kill", "github");
      const pulls = tour.open("While the bot was down", "unsigned");
      await scene.hosts.github.deliveries.settled();
      await scene.hosts.gitee.settled();
      await fail(scene, "start", "github");
      await tour.see(pulls, "success");
    },
  },
];

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
