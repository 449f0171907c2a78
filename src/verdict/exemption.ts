import { takesIn } from "./path-pattern.ts";
import type { Policy } from "./policy.ts";
import type { Change } from "../pull.ts";
import type { Exemption } from "./verdict.ts";

/** These files decide who must sign, so a change to one is never exempt. */
const POLICY_FILES: readonly string[] = [".github/cla.yml", ".gitee/cla.yml"];

/** Whether a policy has an exemption by content, so that the change must be read. */
export function asksForChange({ exempt }: Policy): boolean {
  return exempt.lines > 0 || exempt.paths.length > 0;
}

/**
 * Why a pull request with this change needs no signature; null where it does. `lines`: it adds and removes no more
 * lines than the policy allows, and touches no binary file, whose size in lines says nothing. `paths`: every file
 * that it touches, by its old name too where it was renamed, is one that the policy names.
 *
 * A change of no files, and a count that is no count (the host told none), exempt nothing.
 */
export function exemptionOf({ exempt }: Policy, { lines, files }: Change): Exemption | null {
  if (files.length === 0 || files.some(({ path }) => POLICY_FILES.includes(path))) return null;
  const counted = Number.isSafeInteger(lines) && lines >= 0;
  if (exempt.lines > 0 && counted && lines <= exempt.lines && !files.some(({ binary }) => binary))
    return "lines";
  return files.every(({ path }) => takesIn(exempt.paths, path)) ? "paths" : null;
}
