import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type Diagnosis, ill, warn, well } from "../ports/diagnosis.ts";
import type { GitHubClient } from "./traffic/client.ts";
import { readBody } from "./read/schema.ts";

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

/** Where people change the app. */
export const SETTINGS = "the app's settings";
/** The number of latest deliveries to read. */
const LATEST = 30;
/** The pauses before each look for the result of a redelivery, in milliseconds. */
const WAITS = [300, 1_200, 2_500, 4_000];

/**
 * The webhook's settings.
 * @param webhookUrl where GitHub must send deliveries; null: not known, so the address is not compared and stays
 * @param secret null: not known, so nothing can be fixed
 */
export async function aboutHook(
  client: GitHubClient,
  webhookUrl: string | null,
  secret: string | null,
): Promise<Diagnosis[]> {
  const fix = secret === null ? undefined : () => setHook(client, webhookUrl, secret);
  const hook = readBody(HookConfig, await client.rest(null, "GET /app/hook/config"));
  const found: Diagnosis[] = [
    webhookUrl === null
      ? unknownUrl(hook.url ?? "")
      : hook.url === webhookUrl
        ? well(`the webhook goes to ${webhookUrl}`)
        : ill(
            hook.url ? `the webhook goes to ${hook.url}` : "the app has no webhook URL",
            `set ${webhookUrl} in ${SETTINGS}, or PUBLIC_URL to where this bot is reached`,
            fix,
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

function unknownUrl(url: string): Diagnosis {
  const advice = "set PUBLIC_URL to the URL at which GitHub reaches this bot";
  return url === ""
    ? ill("the app has no webhook URL", advice)
    : warn(`the webhook goes to ${url}, which can't be compared without PUBLIC_URL`, advice);
}

/** https://docs.github.com/rest/apps/webhooks#update-a-webhook-configuration-for-an-app */
async function setHook(client: GitHubClient, url: string | null, secret: string): Promise<void> {
  const config = { ...(url !== null && { url }), content_type: "json", insecure_ssl: "0", secret };
  // Passed as the whole body, because Octokit would use a parameter `url` as the request's own.
  await client.rest(null, "PATCH /app/hook/config", { data: config });
}

/**
 * The results of the latest deliveries.
 * @param secret the webhook's secret, to set it in the app; null: not known
 */
export async function aboutDeliveries(client: GitHubClient, secret: string | null): Promise<Diagnosis[]> {
  const answer = await client.rest(null, "GET /app/hook/deliveries", { per_page: LATEST });
  const deliveries = readBody(Deliveries, answer);
  const failed = deliveries.filter(({ status_code: code }) => code === 0 || code >= 400);
  const ping = deliveries.find(({ event }) => event === "ping");
  // Before any other delivery, only a ping can tell whether both have the same secret.
  if (ping !== undefined && deliveries.every(({ event }) => event === "ping"))
    return aboutPing(client, secret, await sendAgain(client, ping));
  const [latest] = deliveries;
  if (latest === undefined) return [well("nothing was delivered lately")];
  if (failed.length === 0) return [well(`the last ${deliveries.length} deliveries arrived`)];
  const [worst] = failed;
  const advice = `${deliveryAdvice(worst?.status_code ?? 0)}; sweeps and redelivery recover what was missed`;
  const what = `${failed.length} of the last ${deliveries.length} deliveries failed, last with ${worst?.status_code === 0 ? worst.status : worst?.status_code}`;
  // Failures before the latest successful deliveries no longer matter.
  if (latest !== worst) return [well(`${what}; the latest arrived`)];
  return [ill(what, advice, latest.status_code === 401 ? secretFix(client, secret) : undefined)];
}

/**
 * Sets the secret. No source says whether GitHub signs a redelivery again, so a refused one may be refused again, and
 * only a new delivery shows whether both have the same secret now.
 */
function secretFix(client: GitHubClient, secret: string | null): Diagnosis["fix"] {
  if (secret === null) return undefined;
  return async () => {
    await setHook(client, null, secret);
    return "the app has this WEBHOOK_SECRET now; the next new delivery shows whether the running bot has the same";
  };
}

/** Redelivers and waits for the result; null if there is none in time. */
async function sendAgain(client: GitHubClient, { id, guid }: Listed): Promise<Listed | null> {
  await client.rest(null, "POST /app/hook/deliveries/{delivery_id}/attempts", { delivery_id: id });
  for (const wait of WAITS) {
    await sleep(wait);
    const answer = await client.rest(null, "GET /app/hook/deliveries", { per_page: LATEST });
    const again = readBody(Deliveries, answer).find((one) => one.guid === guid && one.id > id);
    if (again !== undefined) return again;
  }
  return null;
}

function aboutPing(client: GitHubClient, secret: string | null, again: Listed | null): Diagnosis[] {
  if (again === null)
    return [
      warn("a ping was sent again, and has not arrived", "is the bot running, and open to GitHub's network?"),
    ];
  const { status_code: code } = again;
  if (code >= 200 && code < 400)
    return [well("a ping that was sent again arrived, so both have the same secret")];
  const what = `a ping that was sent again failed with ${code === 0 ? again.status : code}`;
  return [ill(what, deliveryAdvice(code), code === 401 ? secretFix(client, secret) : undefined)];
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
