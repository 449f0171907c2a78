import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Failure, adviceOf } from "../error.ts";
import type { Agreement } from "../records/agreement.ts";
import { aboutCoverage } from "./coverage.ts";
import { type Diagnosis, ill, warn, well } from "../ports/diagnosis.ts";
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
const HookConfig = z.object({
  url: z.string().nullish(),
  content_type: z.string().nullish(),
  insecure_ssl: z.union([z.string(), z.number()]).nullish(),
  secret: z.string().nullish(),
});
const Deliveries = z.array(
  z.object({
    id: z.number(),
    guid: z.string(),
    event: z.string(),
    redelivery: z.boolean(),
    status: z.string(),
    status_code: z.number(),
  }),
);
type Listed = z.infer<typeof Deliveries>[number];

const SETTINGS = "the app's settings";
/** The number of latest deliveries to read. */
const LATEST = 30;
/** GitHub's longest page. */
const PAGE = 100;
/** The longest wait for a redelivered ping, in milliseconds. */
const PING_MS = 8_000;

export interface DiagnoseOptions {
  readonly agreements: readonly Agreement[];
  /** The webhook's secret; a fix sends it to GitHub, and nothing prints it. */
  readonly webhookSecret: string;
}

/**
 * Checks the app's settings on GitHub. https://docs.github.com/rest/apps/apps,
 * https://docs.github.com/rest/apps/webhooks
 */
export function diagnoseGitHub(client: GitHubClient, options: DiagnoseOptions): Diagnose {
  return async (webhookUrl) => {
    let app: z.infer<typeof App>;
    try {
      app = readBody(App, await client.rest(null, "GET /app"));
    } catch (error) {
      if (error instanceof Failure && error.code !== "host-credentials" && !isNotThere(error))
        return [broken("GitHub can't be asked about the app", error, "try again when GitHub answers")];
      return [broken("GitHub does not know the app", error, credentialsMend(client))];
    }
    return [
      well(`GitHub accepts the key of the app ${app.slug}`),
      ...aboutPermissions("the app", app.permissions, SETTINGS),
      ...aboutEvents(app.events),
      ...(await guarded("the app's webhook", () => aboutHook(client, webhookUrl, options))),
      ...(await guarded("the app's latest deliveries", () => aboutDeliveries(client))),
      ...(await guarded("the app's installations", () => aboutInstallations(client, options.agreements))),
    ];
  };
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

async function aboutHook(
  client: GitHubClient,
  webhookUrl: string,
  { webhookSecret: secret }: DiagnoseOptions,
): Promise<Diagnosis[]> {
  // Without a right PUBLIC_URL the bot's address is this machine's name for itself, which would break a working webhook.
  const isKnown = new URL(webhookUrl).hostname !== "localhost";
  /** https://docs.github.com/rest/apps/webhooks#update-a-webhook-configuration-for-an-app */
  const fix = async (): Promise<void> => {
    const config = { ...(isKnown && { url: webhookUrl }), content_type: "json", insecure_ssl: "0", secret };
    // Passed as the whole body, because Octokit would use a parameter `url` as the request's own.
    await client.rest(null, "PATCH /app/hook/config", { data: config });
  };
  const hook = readBody(HookConfig, await client.rest(null, "GET /app/hook/config"));
  const found: Diagnosis[] = [
    hook.url === webhookUrl
      ? well(`the webhook goes to ${webhookUrl}`)
      : ill(
          hook.url ? `the webhook goes to ${hook.url}` : "the app has no webhook URL",
          isKnown
            ? `set ${webhookUrl} in ${SETTINGS}, or PUBLIC_URL to where this bot is reached`
            : "set PUBLIC_URL to the URL at which GitHub reaches this bot",
          isKnown ? fix : undefined,
        ),
  ];
  if (!hook.secret)
    found.push(ill("the webhook has no secret", `set the same as WEBHOOK_SECRET in ${SETTINGS}`, fix));
  if (String(hook.insecure_ssl ?? "0") !== "0")
    found.push(
      ill("the webhook does not verify TLS certificates", `turn SSL verification on in ${SETTINGS}`, fix),
    );
  if (hook.content_type === "form")
    found.push(ill("the webhook sends forms", `set the content type application/json in ${SETTINGS}`, fix));
  return found;
}

async function aboutDeliveries(client: GitHubClient): Promise<Diagnosis[]> {
  const answer = await client.rest(null, "GET /app/hook/deliveries", { per_page: LATEST });
  const deliveries = readBody(Deliveries, answer);
  const failed = deliveries.filter(({ status_code: code }) => code === 0 || code >= 400);
  const ping = deliveries.find(({ event }) => event === "ping");
  // Before any other delivery, only a ping can tell whether both have the same secret.
  if (ping !== undefined && deliveries.every(({ event }) => event === "ping"))
    return aboutPing(await pingAgain(client, ping));
  const [latest] = deliveries;
  if (latest === undefined) return [well("nothing was delivered lately")];
  if (failed.length === 0) return [well(`the last ${deliveries.length} deliveries arrived`)];
  const [worst] = failed;
  const advice = `${deliveryAdvice(worst?.status_code ?? 0)}; sweeps and redelivery recover what was missed`;
  const what = `${failed.length} of the last ${deliveries.length} deliveries failed, last with ${worst?.status_code === 0 ? worst.status : worst?.status_code}`;
  // Failures before the latest successful deliveries no longer matter.
  return [latest === worst ? ill(what, advice) : well(`${what}; the latest arrived`)];
}

/** Redelivers a ping and waits for its result; null if there is no result in time. */
async function pingAgain(client: GitHubClient, { id, guid }: Listed): Promise<Listed | null> {
  await client.rest(null, "POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: id });
  for (const until = Date.now() + PING_MS; Date.now() < until; await sleep(250)) {
    const answer = await client.rest(null, "GET /app/hook/deliveries", { per_page: LATEST });
    const again = readBody(Deliveries, answer).find(
      (one) => one.guid === guid && one.id !== id && one.id > id,
    );
    if (again !== undefined) return again;
  }
  return null;
}

function aboutPing(again: Listed | null): Diagnosis[] {
  if (again === null)
    return [
      warn("a ping was sent again, and has not arrived", "is the bot running, and open to GitHub's network?"),
    ];
  const { status_code: code } = again;
  if (code >= 200 && code < 400)
    return [well("a ping that was sent again arrived, so both have the same secret")];
  return [
    ill(`a ping that was sent again failed with ${code === 0 ? again.status : code}`, deliveryAdvice(code)),
  ];
}

function deliveryAdvice(code: number): string {
  switch (code) {
    case 401:
      return "the secret in the app's settings is not WEBHOOK_SECRET: set the same in both";
    case 404:
      return "the URL in the app's settings does not lead to this bot";
    case 0:
      return "GitHub does not reach the URL: is the bot running, and open to GitHub's network?";
    default:
      return "see the delivery's answer in the app's settings, Advanced";
  }
}

async function aboutInstallations(
  client: GitHubClient,
  agreements: readonly Agreement[],
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
  for (const { id, permissions, suspended_at: suspended, repository_selection: selection } of installations) {
    if (suspended) {
      const advice = "its owner can lift that; until then nothing is checked there";
      found.push(ill(`installation ${id} is suspended`, advice));
      continue;
    }
    const where = "the installation's settings, where its owner accepts the app's new permissions";
    found.push(...aboutPermissions(`installation ${id}`, permissions, where).filter(({ ok }) => !ok));
    found.push(...(await aboutRepositories(client, id, selection === "selected")));
  }
  const active = installations.filter(({ suspended_at: suspended }) => !suspended).map(({ id }) => id);
  found.push(...(await aboutCoverage(client, active, agreements)));
  return found;
}

/** The number of repositories of an installation to read: the most that fit in one query. */
const REPOSITORIES = 100;

/** Whether GitHub shows an installation its repositories, including the organization's policy. */
async function aboutRepositories(
  client: GitHubClient,
  installation: number,
  selected: boolean,
): Promise<Diagnosis[]> {
  const name = `installation ${installation}`;
  try {
    const found: { handle: string | null; repository: { id: number } }[] = [];
    let shared = false;
    for await (const { route, repository, path } of repositories(client, installation)) {
      if (found.length < REPOSITORIES) found.push({ handle: route.handle, repository });
      shared ||= ownerAndName(path).repo.toLowerCase() === SHARED;
    }
    const refused = await refusedOf(client, installation, found);
    const missing = `${name} does not include the repository ${SHARED}: no policy of the organization's applies`;
    return [...refused, ...(selected && !shared ? [well(missing)] : [])];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [refusal(name, error)];
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
