/**
 * Finds agreements that can never apply because earlier ones cover every repository of their patterns. The search is
 * exact: it looks for a repository name that only this agreement covers. It reads all patterns in parallel, one
 * character at a time.
 */
import { HOSTS } from "../account.ts";
import type { Agreement } from "./agreement.ts";

export interface Shadowed {
  readonly id: string;
  /** The earlier agreements that apply instead; empty: its own exclusions exclude every repository. */
  readonly by: readonly string[];
}

/** The limit of steps, about a second. After it, an agreement counts as one that may apply. */
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
  /** The index of its agreement. */
  readonly owner: number;
}

/** The position in each pattern that may still match, and the part of the name. */
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
    // The agreement itself no longer covers this name.
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

/** Whether the agreement covers the name so far: a pattern matches, and no excluding pattern does. */
function coversHere({ at }: State, owner: number): boolean {
  const matching = [...at].filter(
    ([pattern, places]) => pattern.owner === owner && places.includes(pattern.text.length),
  );
  return matching.length > 0 && matching.every(([{ excludes }]) => !excludes);
}

/** Patterns that no longer match are dropped. */
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

/** A star also matches nothing. */
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

/** The message about such an agreement, and what to do. */
export function shadowedMessage({ id, by }: Shadowed): string {
  return by.length === 0
    ? `agreement ${id} never applies: its own exclusions leave no repository; correct its repositories`
    : `agreement ${id} never applies: ${by.join(", ")} before it ${by.length === 1 ? "covers" : "cover"} every ` +
        "repository that it names; move it before, or exclude its repositories there with !";
}
