/**
 * Finds agreements that can never apply because earlier ones cover every repository of their patterns: for each pattern,
 * it looks for a repository name that only this agreement covers.
 */
import { HOSTS } from "../account.ts";
import { covers, type Agreement } from "./agreement.ts";
import { someName } from "./some-name.ts";

export interface Shadowed {
  readonly id: string;
  /** The earlier agreements that apply instead; empty: its own exclusions exclude every repository. */
  readonly by: readonly string[];
}

/** The agreements that can never apply, in the order of the configuration. */
export function shadowedAgreements(agreements: readonly Agreement[]): readonly Shadowed[] {
  return agreements.flatMap((agreement, index) => {
    const by = coveredBy(agreement, agreements.slice(0, index));
    return by === null ? [] : [{ id: agreement.id, by }];
  });
}

/** @returns the earlier agreements that apply instead; null: the agreement may apply */
function coveredBy({ repositories }: Agreement, earlier: readonly Agreement[]): readonly string[] | null {
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
    if (someName([own], lists)) return null;
    // Where the first ones suffice, later ones are not named.
    for (const [index, list] of lists.entries()) {
      if (!someName([own], lists.slice(0, index))) break;
      if (someName([own, list], [])) by.add(earlier[index]?.id ?? "");
    }
  }
  return earlier.map(({ id }) => id).filter((id) => by.has(id));
}

function coversName(list: readonly string[], name: string): boolean {
  const [host = "", path = ""] = name.split(/:(.*)/);
  return HOSTS.some((one) => one === host && covers(list, one, path));
}

/** The message about such an agreement, and what to do. */
export function shadowedMessage({ id, by }: Shadowed): string {
  return by.length === 0
    ? `agreement ${id} never applies: its own exclusions leave no repository; correct its repositories`
    : `agreement ${id} never applies: ${by.join(", ")} before it ${by.length === 1 ? "covers" : "cover"} every ` +
        "repository that it names; move it before, or exclude its repositories there with !";
}
