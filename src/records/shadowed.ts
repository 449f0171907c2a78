/**
 * Finds agreements that can never apply because earlier ones cover every repository that their patterns name. It is
 * exact: it looks for a repository's name that only the agreement covers, with all patterns read side by side, one
 * character at a time.
 */
import { HOSTS } from "../account.ts";
import type { Agreement } from "./agreement.ts";

export interface Shadowed {
  readonly id: string;
  /** The earlier agreements that apply instead; empty: its own exclusions leave no repository. */
  readonly by: readonly string[];
}

/** How many steps of patterns are taken before an agreement counts as one that may apply: about a second. */
const EFFORT = 2_000_000;

/** Stands for every character that no pattern names. */
const OTHER = "\u0000";

/** The agreements that can never apply, in the order of the configuration. */
export function shadowedAgreements(agreements: readonly Agreement[]): readonly Shadowed[] {
  return agreements.flatMap((agreement, index) => {
    const by = coveredBy(agreement, agreements.slice(0, index));
    return by === null ? [] : [{ id: agreement.id, by }];
  });
}

interface Pattern {
  readonly text: string;
  readonly excludes: boolean;
  /** Index of the agreement that has it. */
  readonly owner: number;
}

/** How far each pattern that may still match has been read, and in which part of the name. */
interface State {
  readonly name: "owner" | "repository";
  readonly empty: boolean;
  readonly at: ReadonlyMap<Pattern, readonly number[]>;
}

/** @returns the earlier agreements that apply instead; null: the agreement may apply */
function coveredBy(agreement: Agreement, earlier: readonly Agreement[]): readonly string[] | null {
  const all = [...earlier, agreement];
  const patterns = all.flatMap(({ repositories }, owner) =>
    repositories.map((pattern): Pattern => {
      const excludes = pattern.startsWith("!");
      return { text: (excludes ? pattern.slice(1) : pattern).toLowerCase(), excludes, owner };
    }),
  );
  const own = earlier.length;
  const letters = [...new Set(patterns.flatMap(({ text }) => text.replaceAll("*", "").split("")))];
  const alphabet = [...letters.filter((letter) => letter !== "/"), OTHER];
  const by = new Set<string>();
  const seen = new Set<string>();
  let effort = 0;
  const open: State[] = HOSTS.map((host) => startOf(patterns, `${host}:`));
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    // No longer a name that the agreement itself covers.
    if (![...state.at.keys()].some(({ owner, excludes }) => owner === own && !excludes)) continue;
    const key = keyOf(state, patterns);
    if (seen.has(key)) continue;
    seen.add(key);
    effort += state.at.size * alphabet.length;
    if (effort > EFFORT) return null;
    if (state.name === "repository" && !state.empty) {
      const first = all.findIndex((_one, owner) => coversHere(state, owner));
      if (first === own) return null;
      const applies = all[first];
      if (applies !== undefined && coversHere(state, own)) by.add(applies.id);
    }
    for (const letter of alphabet) open.push({ name: state.name, empty: false, at: step(state.at, letter) });
    if (state.name === "owner" && !state.empty)
      open.push({ name: "repository", empty: true, at: step(state.at, "/") });
  }
  return earlier.map(({ id }) => id).filter((id) => by.has(id));
}

function startOf(patterns: readonly Pattern[], prefix: string): State {
  let at: State["at"] = new Map(patterns.map((pattern) => [pattern, closure(pattern.text, [0])]));
  for (const letter of prefix) at = step(at, letter);
  return { name: "owner", empty: true, at };
}

/** Whether the agreement covers the name read so far: some pattern matches it and none that excludes does. */
function coversHere({ at }: State, owner: number): boolean {
  const matching = [...at].filter(
    ([pattern, places]) => pattern.owner === owner && places.includes(pattern.text.length),
  );
  return matching.length > 0 && matching.every(([{ excludes }]) => !excludes);
}

/** Patterns that no longer match are left out. */
function step(at: State["at"], letter: string): State["at"] {
  const next = new Map<Pattern, readonly number[]>();
  for (const [pattern, places] of at) {
    const reached = places.flatMap((place) => {
      const sign = pattern.text[place];
      if (sign === "*") return letter === "/" ? [] : [place];
      return sign === letter ? [place + 1] : [];
    });
    if (reached.length > 0) next.set(pattern, closure(pattern.text, reached));
  }
  return next;
}

/** A star may also stand for nothing. */
function closure(text: string, places: readonly number[]): readonly number[] {
  const all = new Set<number>();
  for (const place of places)
    for (let at = place; !all.has(at); at += 1) {
      all.add(at);
      if (text[at] !== "*") break;
    }
  return [...all].toSorted((one, other) => one - other);
}

function keyOf({ name, empty, at }: State, patterns: readonly Pattern[]): string {
  const places = patterns.flatMap((pattern, index) => {
    const reached = at.get(pattern);
    return reached === undefined ? [] : [`${index}:${reached.join(",")}`];
  });
  return `${name}${empty ? "0" : "1"} ${places.join(" ")}`;
}

/** What is told of such an agreement, and what to do. */
export function shadowedMessage({ id, by }: Shadowed): string {
  return by.length === 0
    ? `agreement ${id} never applies: its own exclusions leave no repository; correct its repositories`
    : `agreement ${id} never applies: ${by.join(", ")} before it ${by.length === 1 ? "covers" : "cover"} every ` +
        "repository that it names; move it before, or exclude its repositories there with !";
}
