/**
 * What the model knows during a story: the truth, the pull requests and merge groups on the host, and which of them may
 * be green. A check may have read the host before the last step, so what was allowed at some moment since all was last
 * quiet is allowed.
 */
import type { Site, ShownGroup, ShownPull } from "./site.ts";
import { deserves, headOf, mayBeGreen, type Commit, type Pull, type Truth } from "./truth.ts";

export interface Playing {
  readonly pull: Pull;
  readonly shown: ShownPull;
  /** Every list of commits that it had. */
  readonly lists: (readonly Commit[])[];
  /** Whether somebody else changed its answer, which the bot has not corrected yet. */
  isPainted: boolean;
}

interface Queued {
  readonly group: ShownGroup;
  readonly members: readonly { readonly pull: Pull; readonly commits: readonly Commit[] }[];
}

export class ModelState {
  readonly truth: Truth;
  readonly pulls: Playing[] = [];
  readonly groups: Queued[] = [];
  readonly #site: Pick<Site, "repositories" | "sharedHeads">;
  readonly #now: () => number;
  readonly #allowed = new Set<string>();
  /** Since all was quiet, nothing happened. */
  #isCalm = false;

  /** @param now milliseconds since the epoch */
  constructor(site: Pick<Site, "repositories" | "sharedHeads" | "coauthorsByDefault">, now: () => number) {
    this.#site = site;
    this.#now = now;
    this.truth = {
      version: 1,
      graceUntil: 0,
      signatures: [],
      revoked: new Map(),
      erased: new Set(),
      restricted: new Set(),
      repositories: site.repositories.map(() => ({ covered: true, policy: "require", waived: new Set() })),
      pulls: [],
      sharedHeads: site.sharedHeads,
      coauthorsByDefault: site.coauthorsByDefault,
    };
  }

  /** Whether the bot may show green there. */
  allows(place: string): boolean {
    return this.#allowed.has(place);
  }

  /** Records what may be green now. */
  collect(): void {
    const now = this.#now();
    for (const { pull, lists } of this.pulls) {
      for (const commits of lists)
        if (mayBeGreen(this.truth, pull, commits, now)) this.#allowed.add(this.#placeOf(pull, commits));
    }
    for (const { group, members } of this.groups)
      if (members.every(({ pull, commits }) => deserves(this.truth, pull, now, commits) === "green"))
        this.#allowed.add(group.id);
  }

  #placeOf(pull: Pull, commits: readonly Commit[]): string {
    const repository = this.#site.repositories[pull.repository];
    return this.#site.sharedHeads ? headOf(commits) : `${repository?.id}#${numberOf(this.truth, pull)}`;
  }

  pull(index: number, state: "open" | "closed" = "open"): Playing | null {
    const found = this.pulls.filter(({ pull }) => pull.open === (state === "open"));
    return found[index % Math.max(1, found.length)] ?? null;
  }

  isCovered(pull: Pull): boolean {
    return this.truth.repositories[pull.repository]?.covered === true;
  }

  opened(repository: number, opener: number, shown: ShownPull, isTold: boolean): void {
    const pull: Pull = { repository, opener, commits: [], open: true, told: false };
    this.truth.pulls.push(pull);
    const playing = { pull, shown, lists: [], isPainted: false };
    this.pulls.push(playing);
    this.note(playing, isTold);
  }

  /** Notes the present commits of a pull request. @param isTold whether the host reports them to the bot */
  note(playing: Playing, isTold: boolean): void {
    playing.pull.commits = playing.shown.commits;
    if (this.#isCalm) playing.lists.length = 0;
    playing.lists.push(playing.pull.commits);
    if (isTold) playing.pull.told = true;
    this.forget();
  }

  /** Something happens of which the bot may know, or not yet. */
  stir(): void {
    this.#isCalm = false;
  }

  /** Forgets what was allowed before a change, unless a check may have read the host before it. */
  forget(): void {
    if (this.#isCalm) this.#allowed.clear();
    this.collect();
  }

  /** All is quiet: the bot knows everything, and only what is true now may be green. */
  calm(): void {
    this.#allowed.clear();
    for (const playing of this.pulls) {
      playing.pull.told = true;
      playing.lists.splice(0, playing.lists.length, playing.pull.commits);
      if (playing.pull.open && this.isCovered(playing.pull)) playing.isPainted = false;
    }
    this.collect();
    this.#isCalm = true;
  }
}

/** The number that the host gave a pull request: it counts them in each repository. */
function numberOf(truth: Truth, pull: Pull): number {
  return truth.pulls.filter(({ repository }) => repository === pull.repository).indexOf(pull) + 1;
}
