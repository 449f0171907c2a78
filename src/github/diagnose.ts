import { z } from "zod";
import { Failure, adviceOf } from "../error.ts";
import type { Agreement } from "../records/agreement.ts";
import { aboutCoverage, type Covered } from "./coverage.ts";
import { aboutDeliveries, aboutHook, SETTINGS } from "./diagnose-hook.ts";
import { type Diagnosis, ill, well } from "../ports/diagnosis.ts";
import type { Diagnose } from "../ports/host.ts";
import type { GitHubClient } from "./traffic/client.ts";
import { EVENTS, missingPermissions } from "./permissions.ts";
import { repositories } from "./read/find.ts";
import { SHARED } from "./read/policy.ts";
import { SHOWN_QUERY } from "./read/query.ts";
import { ownerAndName } from "./read/repository.ts";
import { isUnanswered, perhaps, readAnswer, readBody } from "./read/schema.ts";
import { graphQLFailure, isNotThere } from "./traffic/failure.ts";

const Granted = z.record(z.string(), z.string());
const App = z.object({ slug: z.string(), permissions: Granted, events: z.array(z.string()) });
const Installations = z.array(
  z.object({
    id: z.number(),
    permissions: Granted,
    suspended_at: z.string().nullish(),
    repository_selection: z.string().nullish(),
  }),
);
/** GitHub's longest page. */
const PAGE = 100;

export interface DiagnoseOptions {
  /** Null: not known, so nothing is said about which repositories they cover. */
  readonly agreements: readonly Agreement[] | null;
  /** The webhook's secret; null: not known. A fix sends it to GitHub, and nothing prints it. */
  readonly webhookSecret: string | null;
}

/**
 * Checks the app's settings on GitHub. https://docs.github.com/rest/apps/apps,
 * https://docs.github.com/rest/apps/webhooks
 */
export function diagnoseGitHub(client: GitHubClient, options: DiagnoseOptions): Diagnose {
  const { webhookSecret: secret } = options;
  return async (webhookUrl) => {
    let app: z.infer<typeof App>;
    try {
      app = readBody(App, await client.rest(null, "GET /app"));
    } catch (error) {
      if (error instanceof Failure && error.code !== "host-credentials" && !isNotThere(error))
        return [broken("GitHub can't be asked about the app", error, reachMend(error))];
      return [broken("GitHub does not know the app", error, credentialsMend(client))];
    }
    return [
      well(`GitHub accepts the key of the app ${app.slug}`),
      ...aboutPermissions("the app", app.permissions, SETTINGS),
      ...aboutEvents(app.events),
      ...(await guarded("the app's webhook", () => aboutHook(client, webhookUrl, secret))),
      ...(await guarded("the app's latest deliveries", () => aboutDeliveries(client, secret))),
      ...(await guarded("the app's installations", () => aboutInstallations(client, options.agreements))),
    ];
  };
}

function reachMend({ code }: Failure): string {
  return code === "host-answer"
    ? "set GHE_HOST to the host name of a GitHub Enterprise Server, or leave it out for github.com"
    : "try again when GitHub answers";
}

function credentialsMend({ appId }: GitHubClient): string {
  return `check that APP_ID (${appId}) and PRIVATE_KEY belong to the same app, that the key was not revoked, and that this machine's clock is right`;
}

function aboutPermissions(
  whose: string,
  granted: Readonly<Record<string, string>>,
  where: string,
): Diagnosis[] {
  const missing = missingPermissions(granted);
  if (missing.length === 0) return [well(`${whose} has the permissions that app.yml names`)];
  return missing.map(({ permission, use }) =>
    ill(`${whose} lacks ${permission}`, `grant it in ${where}: ${use}`),
  );
}

function aboutEvents(events: readonly string[]): Diagnosis[] {
  const missing = EVENTS.filter((event) => !events.includes(event));
  if (missing.length === 0) return [well("the app is subscribed to the events that app.yml names")];
  return [
    ill(
      `the app is not subscribed to ${missing.join(", ")}`,
      `subscribe it in ${SETTINGS}, Permissions & events`,
    ),
  ];
}

async function aboutInstallations(
  client: GitHubClient,
  agreements: readonly Agreement[] | null,
): Promise<Diagnosis[]> {
  const installations: z.infer<typeof Installations> = [];
  for (let page = 1; ; page += 1) {
    const answer = await client.rest(null, "GET /app/installations", { per_page: PAGE, page });
    const some = readBody(Installations, answer);
    installations.push(...some);
    if (some.length < PAGE) break;
  }
  if (installations.length === 0)
    return [
      ill("the app is installed nowhere", "install it on the accounts whose repositories it should serve"),
    ];
  const times = installations.length === 1 ? "once" : `${installations.length} times`;
  const found = [well(`the app is installed ${times}`)];
  const listed: Covered[] = [];
  for (const { id, permissions, suspended_at: suspended, repository_selection: selection } of installations) {
    if (suspended) {
      const advice = "its owner can lift that; until then nothing is checked there";
      found.push(ill(`installation ${id} is suspended`, advice));
      continue;
    }
    const where = "the installation's settings, where its owner accepts the app's new permissions";
    found.push(...aboutPermissions(`installation ${id}`, permissions, where).filter(({ ok }) => !ok));
    const { about, ...repositoriesOf } = await aboutRepositories(client, id, selection === "selected");
    found.push(...about);
    listed.push(repositoriesOf);
  }
  return agreements === null ? found : [...found, ...aboutCoverage(listed, agreements)];
}

/** The number of repositories of an installation to read: the most that fit in one query. */
const REPOSITORIES = 100;

/** The repositories of an installation, and whether GitHub shows them, including the organization's policy. */
async function aboutRepositories(
  client: GitHubClient,
  installation: number,
  selected: boolean,
): Promise<Covered & { readonly about: readonly Diagnosis[] }> {
  const name = `installation ${installation}`;
  const paths: string[] = [];
  const asked: { handle: string | null; repository: { id: number } }[] = [];
  let isWhole = false;
  try {
    for await (const { route, repository, path } of repositories(client, installation)) {
      paths.push(path);
      if (asked.length < REPOSITORIES) asked.push({ handle: route.handle, repository });
    }
    isWhole = true;
    const refused = await refusedOf(client, installation, asked);
    const shared = paths.some((path) => ownerAndName(path).repo.toLowerCase() === SHARED);
    const missing = `${name} does not include the repository ${SHARED}: no policy of the organization's applies`;
    return { paths, isWhole, about: [...refused, ...(selected && !shared ? [well(missing)] : [])] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { paths, isWhole, about: [refusal(name, error)] };
  }
}

/** Repositories that an installation includes and GitHub refuses to show. */
async function refusedOf(
  client: GitHubClient,
  installation: number,
  asked: readonly { readonly handle: string | null; readonly repository: { readonly id: number } }[],
): Promise<Diagnosis[]> {
  if (asked.length === 0) return [];
  const variables = { repositories: asked.map(({ handle }) => handle) };
  const answer = await client.graphql(installation, SHOWN_QUERY, variables);
  const shape = z.object({ nodes: z.array(perhaps(z.object({ databaseId: perhaps(z.number()) }))) });
  const { nodes } = readAnswer(shape, answer);
  const found = new Map<string, Diagnosis>();
  for (const [index, node] of nodes.entries())
    if (isUnanswered(node) && !node.gone) {
      const failure = graphQLFailure(node.unanswered);
      // A refusal of the whole installation is reported once.
      const whole = failure.code === "ip-not-allowed" || failure.code === "sso-required";
      const where = whole
        ? `installation ${installation}`
        : `installation ${installation}, repository ${asked[index]?.repository.id}`;
      found.set(where, refusal(where, failure));
    }
  return [...found.values()];
}

function refusal(what: string, { code, message }: Failure): Diagnosis {
  return ill(
    `${what} is refused: ${message}`,
    adviceOf(code) ?? "try again; it is no reason to stop the bot",
  );
}

async function guarded(what: string, look: () => Promise<Diagnosis[]>): Promise<Diagnosis[]> {
  try {
    return await look();
  } catch (error) {
    return [broken(`${what} can't be looked at`, error, "try again; it is no reason to stop the bot")];
  }
}

/** @throws any error that is not a {@link Failure} */
function broken(what: string, error: unknown, advice: string): Diagnosis {
  if (!(error instanceof Failure)) throw error;
  return ill(`${what}: ${error.message}`, advice);
}
