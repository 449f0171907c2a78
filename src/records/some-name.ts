/**
 * Whether lists of patterns have a repository in common that other lists lack. The search is exact. It reads all patterns
 * in parallel, one character at a time, and ends where the rest of a name makes no difference.
 */
import { HOSTS } from "../account.ts";

/** How many steps searches may still take together; below zero after a search that ended without an answer. */
export interface Effort {
  left: number;
}

/** About half a second. */
const EFFORT = 2_000_000;

export function effortOf(left = EFFORT): Effort {
  return { left };
}

/** Stands for every character that no pattern names at this place. */
const OTHER = "\u0000";

interface Pattern {
  readonly text: string;
  readonly excludes: boolean;
}

/** A list of patterns, of which some can still match. */
interface List {
  /** Whether the name must be in the list, or must not. */
  readonly must: boolean;
  readonly patterns: readonly Pattern[];
  /** For each pattern, the positions at which it goes on. */
  readonly at: readonly (readonly number[])[];
}

interface State {
  readonly part: "owner" | "repository";
  readonly empty: boolean;
  readonly lists: readonly List[];
}

/**
 * Whether there may be a repository that all of one and none of the other lists cover.
 * @param all lists of `HOST:OWNER/NAME` patterns; `*` matches any characters but `/`, a leading `!` excludes
 * @param effort what the search may take; less is left of it afterward
 * @returns true also if the search takes too long
 */
export function someName(
  all: readonly (readonly string[])[],
  none: readonly (readonly string[])[],
  effort: Effort = effortOf(),
): boolean {
  const lists = [...all.map((list) => listOf(list, true)), ...none.map((list) => listOf(list, false))];
  const open = HOSTS.map((host): State => {
    let at: readonly List[] = lists;
    for (const letter of `${host}:`) at = at.map((list) => step(list, letter));
    return { part: "owner", empty: true, lists: at };
  });
  const seen = new Set<string>();
  if (effort.left < 0) return true;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const lists = undecided(state);
    if (lists === null) continue;
    if (lists.length === 0) return true;
    const isName = state.part === "repository" && !state.empty;
    if (isName && lists.every((list) => matches(list) === list.must)) return true;
    const key = `${state.part}${state.empty} ${lists.map(keyOf).join(" ")}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const letters = lettersIn(lists);
    effort.left -= (letters.length + 1) * lists.reduce((sum, list) => sum + list.patterns.length + 1, 0);
    if (effort.left < 0) return true;
    const go = (letter: string, part: State["part"], empty: boolean): void =>
      void open.push({ part, empty, lists: lists.map((list) => step(list, letter)) });
    if (state.part === "owner" && !state.empty) go("/", "repository", true);
    // The last one is tried first, and it matches the fewest patterns.
    for (const letter of [...letters, OTHER]) go(letter, state.part, false);
  }
  return false;
}

function listOf(texts: readonly string[], must: boolean): List {
  const patterns = texts.map((text): Pattern => {
    const excludes = text.startsWith("!");
    return { text: (excludes ? text.slice(1) : text).toLowerCase(), excludes };
  });
  return { must, patterns, at: patterns.map(({ text }) => reached(text, [0])) };
}

/** The lists that the rest of the name decides; null: no rest leads to a repository that is looked for. */
function undecided({ part, lists }: State): readonly List[] | null {
  const left: List[] = [];
  for (const list of lists) {
    const isFull = (excludes: boolean): boolean =>
      part === "repository" &&
      list.patterns.some(
        (pattern, index) =>
          pattern.excludes === excludes &&
          list.at[index]?.includes(pattern.text.length - 1) === true &&
          pattern.text.endsWith("*"),
      );
    const isDead = !list.patterns.some(({ excludes }) => !excludes) || isFull(true);
    if (isDead && list.must) return null;
    if (isDead) continue;
    const isWhole = isFull(false) && !list.patterns.some(({ excludes }) => excludes);
    if (isWhole && !list.must) return null;
    if (!isWhole) left.push(list);
  }
  return left;
}

/** Whether the list covers the name so far: a pattern matches, and no excluding pattern does. */
function matches({ patterns, at }: List): boolean {
  const matching = patterns.filter(({ text }, index) => at[index]?.includes(text.length));
  return matching.length > 0 && matching.every(({ excludes }) => !excludes);
}

/** The list after one more character, without the patterns that no longer match. */
function step({ must, patterns, at }: List, letter: string): List {
  const left: Pattern[] = [];
  const next: (readonly number[])[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const places = (at[index] ?? []).flatMap((place) => {
      const sign = pattern.text[place];
      if (sign === "*") return letter === "/" ? [] : [place];
      return sign === letter ? [place + 1] : [];
    });
    if (places.length === 0) continue;
    left.push(pattern);
    next.push(reached(pattern.text, places));
  }
  return { must, patterns: left, at: next };
}

/** The places after stars that match nothing. What matches from before the last star also matches from it. */
function reached(text: string, places: readonly number[]): readonly number[] {
  const all = new Set<number>();
  for (const place of places)
    for (let at = place; !all.has(at); at += 1) {
      all.add(at);
      if (text[at] !== "*") break;
    }
  const star = Math.max(-1, ...[...all].filter((at) => text[at] === "*"));
  return [...all].filter((at) => at >= star).toSorted((one, other) => one - other);
}

/** The characters with which some pattern goes on. */
function lettersIn(lists: readonly List[]): readonly string[] {
  const letters = new Set<string>();
  for (const { patterns, at } of lists)
    for (const [index, { text }] of patterns.entries())
      for (const place of at[index] ?? []) letters.add(text[place] ?? "");
  return [...letters].filter((letter) => letter !== "" && letter !== "*" && letter !== "/");
}

function keyOf({ must, patterns, at }: List): string {
  return `${must}(${patterns.map(({ text, excludes }, index) => `${excludes ? "!" : ""}${text}@${at[index]?.join(",")}`).join(";")})`;
}
