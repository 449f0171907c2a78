import { type Diagnosis, ill, warn, well } from "../ports/diagnosis.ts";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import { unmatchedPatterns } from "../records/unmatched.ts";

/** The repositories of an installation. */
export interface Covered {
  readonly paths: readonly string[];
  /** False: GitHub did not list all. */
  readonly isWhole: boolean;
}

/** Compares the agreements' patterns with the repositories of the installations. */
export function aboutCoverage(
  installations: readonly Covered[],
  agreements: readonly Agreement[],
): readonly Diagnosis[] {
  // What GitHub did not list may be what the agreements cover.
  if (installations.length === 0 || !installations.every(({ isWhole }) => isWhole)) return [];
  const paths = installations.flatMap((one) => one.paths);
  const covered = paths.filter((path) => agreementFor(agreements, "github", path) !== null).length;
  if (covered === 0)
    return [
      ill(
        `no agreement covers any of the ${paths.length} repositories of the app's installations, so nothing is checked`,
        "correct repositories: in countersign.yml, or install the app on the repositories that it names",
      ),
    ];
  return [
    well(`agreements cover ${covered} of the ${paths.length} repositories of the app's installations`),
    ...unmatchedPatterns(agreements, "github", paths).map((pattern) =>
      warn(
        `repositories: ${pattern} matches no repository of any installation`,
        "correct it in countersign.yml, or install the app there",
      ),
    ),
  ];
}
