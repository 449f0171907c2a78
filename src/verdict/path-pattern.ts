/**
 * Steps of comparing for one change, a fifth of a second: enough for 3,000 files and a hundred patterns. Otherwise
 * people who write the patterns and the paths could make it take hours.
 */
const MOST_STEPS = 20_000_000;

/**
 * Reads a list of patterns, which includes a path if they say so: at least one pattern matches, and no `!` pattern does.
 *
 * A pattern is compared with the whole path from the repository's root, case-sensitively:
 * - `*` stands for any run of characters within a name, `?` for one: `*.md` is `README.md`, not `docs/a.md`;
 * - `**` between slashes stands for any number of folders, none included: `**` before `/*.md` matches any Markdown file;
 * - `docs/**` and `docs/` are everything below that folder; a `/` in front changes nothing;
 * - every other character matches itself; a leading dot is not special.
 *
 * @returns whether a path is included; null: comparing this and the paths before it takes too long
 */
export function pathTester(patterns: readonly string[]): (path: string) => boolean | null {
  const steps = { left: MOST_STEPS };
  const read = patterns.map((pattern) => {
    const excludes = pattern.startsWith("!");
    return { excludes, segments: segmentsOf(excludes ? pattern.slice(1) : pattern) };
  });
  const included = read.filter(({ excludes }) => !excludes);
  const excluded = read.filter(({ excludes }) => excludes);
  return (path) => {
    if (steps.left < 0) return null;
    const names = path.split("/").map((name) => Array.from(name));
    const matches = ({ segments }: { segments: Segments }): boolean => matchesNames(segments, names, steps);
    const isIncluded = included.some(matches) && !excluded.some(matches);
    return steps.left < 0 ? null : isIncluded;
  };
}

/** The names of a pattern as their characters; `null` stands for any number of folders. */
type Segments = readonly (readonly string[] | null)[];

function segmentsOf(pattern: string): Segments {
  const segments = pattern.replace(/^\//, "").replace(/\/$/, "/**").split("/");
  // Below a folder there is at least one name.
  const whole = segments.at(-1) === "**" ? [...segments.slice(0, -1), "*", "**"] : segments;
  return whole.map((segment) => (segment === "**" ? null : Array.from(segment)));
}

/** The rest of the steps that may be taken; below zero: too many. */
interface Steps {
  left: number;
}

function matchesNames(segments: Segments, names: readonly (readonly string[])[], steps: Steps): boolean {
  return matchesRun(
    segments,
    names,
    null,
    (segment, name) =>
      segment !== null &&
      matchesRun(segment, name, "*", (sign, char) => sign === "?" || sign === char, steps),
    steps,
  );
}

/**
 * Compares item by item, where `star` matches any run. It backtracks only to the last star: an earlier one that
 * took more could not help, so the time is bounded by the product of both lengths.
 */
function matchesRun<P, T>(
  pattern: readonly P[],
  input: readonly T[],
  star: P,
  matches: (one: P, other: T) => boolean,
  steps: Steps,
): boolean {
  let at = 0;
  let afterStar = -1;
  let resume = 0;
  for (let i = 0; i < input.length;) {
    steps.left -= 1;
    if (steps.left < 0) return false;
    const one = pattern[at];
    const other = input[i];
    if (one === star && at < pattern.length) {
      at += 1;
      [afterStar, resume] = [at, i];
    } else if (one !== undefined && other !== undefined && matches(one, other)) {
      at += 1;
      i += 1;
    } else if (afterStar >= 0) {
      at = afterStar;
      resume += 1;
      i = resume;
    } else return false;
  }
  for (; at < pattern.length; at += 1) {
    steps.left -= 1;
    if (pattern[at] !== star) return false;
  }
  return true;
}
