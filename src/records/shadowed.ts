/**
 * Finds agreements that can never apply because earlier ones cover every repository of their patterns: for each pattern,
 * it looks for a repository name that only this agreement covers.
 */
import { HOSTS } from "../account.ts";
import { covers, type Agreement } from "./agreement.ts";
import { effortOf, someName, type Effort } from "./some-name.ts";

/** The steps for comparing single patterns, where the search for a name took too long. */
const PAIRS = 500_000;

export interface Shadowed {
  readonly id: string;
  /** The earlier agreements that apply instead; empty: its own exclusions exclude every repository. */
  readonly by: readonly string[];
  /** The search took too long, so that the agreement may apply or not. */
  readonly unchecked?: true;
}

/** The agreements that can never apply or could not be checked, in the order of the configuration. */
export function shadowedAgreements(
  agreements: readonly Agreement[],
  // All share the steps, so that the time is bounded whatever the number of agreements.
  effort = effortOf(),
  pairs = effortOf(PAIRS),
): readonly Shadowed[] {
  return agreements.flatMap((agreement, index) => {
    const earlier = agreements.slice(0, index);
    const by = coveredBy(agreement, earlier, effort);
    if (by !== null && effort.left >= 0) return [{ id: agreement.id, by }];
    if (effort.left >= 0) return [];
    const single = coveredSingly(agreement, earlier, pairs);
    return single === null
      ? [{ id: agreement.id, by: [], unchecked: true }]
      : [{ id: agreement.id, by: single }];
  });
}

/** @returns the earlier agreements that apply instead; null: the agreement may apply */
function coveredBy(
  { repositories }: Agreement,
  earlier: readonly Agreement[],
  effort: Effort,
): readonly string[] | null {
  const lists = earlier.map((one) => one.repositories);
  const exclusions = repositories.filter((pattern) => pattern.startsWith("!"));
  const by = new Set<string>();
  for (const pattern of repositories.filter((pattern) => !pattern.startsWith("!"))) {
    const own = [pattern, ...exclusions];
    // A pattern without a star is one repository, so the first list with it applies.
    if (!pattern.includes("*")) {
      if (!coversName(own, pattern)) continue;
      const first = lists.findIndex((list) => coversName(list, pattern));
      if (first < 0) return null;
      by.add(earlier[first]?.id ?? "");
      continue;
    }
    if (someName([own], lists, effort)) return null;
    // Where the first ones suffice, later ones are not named.
    for (const [index, list] of lists.entries()) {
      if (!someName([own], lists.slice(0, index), effort)) break;
      if (someName([own, list], [], effort)) by.add(earlier[index]?.id ?? "");
    }
  }
  return earlier.map(({ id }) => id).filter((id) => by.has(id));
}

/** The earlier agreements of which a single pattern covers each of its patterns; null: at least one is not covered so. */
function coveredSingly(
  { repositories }: Agreement,
  earlier: readonly Agreement[],
  effort: Effort,
): readonly string[] | null {
  const without = earlier.filter((one) => one.repositories.every((pattern) => !pattern.startsWith("!")));
  const by = new Set<string>();
  for (const pattern of repositories.filter((pattern) => !pattern.startsWith("!"))) {
    const first = without.find((one) =>
      one.repositories.some((wider) => !someName([[pattern]], [[wider]], effort)),
    );
    if (first === undefined) return null;
    by.add(first.id);
  }
  return earlier.map(({ id }) => id).filter((id) => by.has(id));
}

function coversName(list: readonly string[], name: string): boolean {
  const [host = "", path = ""] = name.split(/:(.*)/);
  return HOSTS.some((one) => one === host && covers(list, one, path));
}

/** The message about such an agreement, and what to do. */
export function shadowedMessage({ id, by, unchecked }: Shadowed): string {
  if (unchecked === true)
    return `agreement ${id}: not checked if it ever applies, because the patterns have too many stars; simplify them`;
  return by.length === 0
    ? `agreement ${id} never applies: its own exclusions leave no repository; correct its repositories`
    : `agreement ${id} never applies: ${by.join(", ")} before it ${by.length === 1 ? "covers" : "cover"} every ` +
        "repository that it names; move it before, or exclude its repositories there with !";
}
