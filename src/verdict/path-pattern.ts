/**
 * Whether a list of patterns includes a path: at least one pattern matches, and no `!` pattern does.
 *
 * A pattern is compared with the whole path from the repository's root, case-sensitively:
 * - `*` stands for any run of characters within a name, `?` for one: `*.md` is `README.md`, not `docs/a.md`;
 * - `**` between slashes stands for any number of folders, none included: `**` before `/*.md` matches any Markdown file;
 * - `docs/**` and `docs/` are everything below that folder; a `/` in front changes nothing;
 * - every other character matches itself; a leading dot is not special.
 */
export function takesIn(patterns: readonly string[], path: string): boolean {
  const names = path.split("/");
  const matches = (pattern: string): boolean => matchesNames(segmentsOf(pattern), names);
  return (
    patterns.some((pattern) => !pattern.startsWith("!") && matches(pattern)) &&
    !patterns.some((pattern) => pattern.startsWith("!") && matches(pattern.slice(1)))
  );
}

function segmentsOf(pattern: string): readonly string[] {
  const segments = pattern.replace(/^\//, "").replace(/\/$/, "/**").split("/");
  // Below a folder there is at least one name.
  return segments.at(-1) === "**" ? [...segments.slice(0, -1), "*", "**"] : segments;
}

function matchesNames(segments: readonly string[], names: readonly string[]): boolean {
  return matchesRun(segments, names, "**", (segment, name) =>
    matchesRun(Array.from(segment), Array.from(name), "*", (sign, char) => sign === "?" || sign === char),
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
): boolean {
  let at = 0;
  let afterStar = -1;
  let resume = 0;
  for (let i = 0; i < input.length;) {
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
  return pattern.slice(at).every((one) => one === star);
}
