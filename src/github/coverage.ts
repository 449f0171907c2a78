import { z } from "zod";
import { Failure } from "../error.ts";
import { type Diagnosis, ill, warn, well } from "../ports/diagnosis.ts";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import type { GitHubClient } from "./traffic/client.ts";
import { readBody } from "./read/schema.ts";

const Repositories = z.object({ repositories: z.array(z.object({ full_name: z.string() })) });

const PAGE = 100;
/** The maximum of repositories to read; the answer is known long before. */
const MOST = 5_000;

/**
 * Compares the agreements' patterns with the repositories of the installations.
 * https://docs.github.com/rest/apps/installations#list-repositories-accessible-to-the-app-installation
 */
export async function aboutCoverage(
  client: GitHubClient,
  installations: readonly number[],
  agreements: readonly Agreement[],
): Promise<Diagnosis[]> {
  const unmatched = new Set(
    agreements.flatMap(({ repositories }) => repositories).filter((pattern) => pattern.startsWith("github:")),
  );
  if (unmatched.size === 0 || installations.length === 0) return [];
  let [seen, covered] = [0, 0];
  for (const installation of installations)
    for await (const path of repositoriesOf(client, installation)) {
      seen += 1;
      if (agreementFor(agreements, "github", path) !== null) covered += 1;
      for (const pattern of unmatched) if (matches(pattern, path)) unmatched.delete(pattern);
      if (seen >= MOST) unmatched.clear();
      if (seen >= MOST && covered > 0) return [];
    }
  if (covered === 0)
    return [
      ill(
        `no agreement covers any of the ${seen} repositories of the app's installations, so nothing is checked`,
        "correct repositories: in countersign.yml, or install the app on the repositories that it names",
      ),
    ];
  return [
    well(`agreements cover ${covered} of the ${seen} repositories of the app's installations`),
    ...[...unmatched].map((pattern) =>
      warn(
        `repositories: ${pattern} matches no repository of any installation`,
        "correct it in countersign.yml, or install the app there",
      ),
    ),
  ];
}

/** The full names of an installation's repositories; none if it may not be asked, which its permissions show. */
async function* repositoriesOf(client: GitHubClient, installation: number): AsyncGenerator<string> {
  for (let page = 1; ; page += 1) {
    let answer: unknown;
    try {
      answer = await client.rest(installation, "GET /installation/repositories", { per_page: PAGE, page });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return;
    }
    const { repositories } = readBody(Repositories, answer);
    for (const { full_name: path } of repositories) yield path;
    if (repositories.length < PAGE) return;
  }
}

/** `*` matches any name, as in `agreementFor`; GitHub ignores case. */
function matches(pattern: string, path: string): boolean {
  const source = pattern
    .slice("github:".length)
    .replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*");
  return new RegExp(`^${source}$`, "i").test(path);
}
