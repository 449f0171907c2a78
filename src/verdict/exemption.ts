import { pathTester } from "./path-pattern.ts";
import type { Policy } from "./policy.ts";
import type { Change } from "../pull.ts";
import type { Exemption } from "./verdict.ts";

/** These files decide who must sign, so a change to one is never exempt. */
const POLICY_FILES: readonly string[] = [
  ".github/cla.yml",
  ".github/cla.yaml",
  ".gitee/cla.yml",
  ".gitee/cla.yaml",
];

/** Whether a policy has an exemption by content, so that the change must be read. */
export function asksForChange({ exempt }: Policy): boolean {
  return exempt.lines > 0 || exempt.paths.length > 0;
}

/**
 * Why a pull request with this change needs no signature; null if it needs one. `lines`: it adds and removes no more
 * lines than the policy allows, and the host shows every file's change as lines of text. `paths`: the policy names
 * every changed file; a renamed file needs both names.
 *
 * A change without files, or without a line count from the host, exempts nothing; nor does one whose paths take too long
 * to compare with the patterns.
 */
export function exemptionOf({ exempt }: Policy, { lines, files }: Change): Exemption | null {
  if (files.length === 0 || files.some(({ path }) => POLICY_FILES.includes(path.toLowerCase()))) return null;
  const counted = Number.isSafeInteger(lines) && lines >= 0;
  if (exempt.lines > 0 && counted && lines <= exempt.lines && files.every(({ counted }) => counted))
    return "lines";
  const isNamed = pathTester(exempt.paths);
  return files.every(({ path }) => isNamed(path) === true) ? "paths" : null;
}
