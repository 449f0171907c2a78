import { Failure } from "../error.ts";
import { type Diagnosis, ill, warn, well } from "../ports/diagnosis.ts";
import { parsePath } from "./read/path.ts";
import { listWebhooks, NEEDED, testWebhook, type Webhook } from "./read/webhooks.ts";
import { isElsewhere, isOwn, setUpRepository } from "./set-up.ts";
import type { Client } from "./traffic/client.ts";
import { Refusal } from "./traffic/failure.ts";

/** What a repository's webhook should be like. */
export interface HookWanted {
  /** The URL for deliveries; null: not known. */
  readonly url: string | null;
  /** The secret for them; null: not known. */
  readonly secret: string | null;
}

const WHERE = "the repository's settings, WebHooks";

/** The names of events in the settings. */
const EVENTS = {
  merge_requests_events: "Pull Request",
  note_events: "Comment",
  push_events: "Push",
} as const;

/** Compares the webhooks of a repository that the bot's account administers. */
export async function aboutHooks(
  client: Client,
  path: string,
  { url, secret }: HookWanted,
): Promise<readonly Diagnosis[]> {
  try {
    const hooks = await listWebhooks(client, parsePath(path));
    if (url === null)
      return [
        warn(
          `${path}: its webhooks can't be compared without PUBLIC_URL`,
          "set PUBLIC_URL to the URL at which Gitee reaches this bot",
        ),
      ];
    const fix =
      secret === null
        ? undefined
        : async () => void (await setUpRepository(client, path, { webhookUrl: url, secret, policy: null }));
    const own = hooks.filter((one) => isOwn(one, url));
    if (own.length === 0)
      return [
        ill(
          `${path}: no webhook of its own goes to ${url}`,
          `add one in ${WHERE}, unless the organization or enterprise has one, which doctor can't see`,
          fix,
        ),
      ];
    const wrong = own.flatMap((hook) => aboutHook(client, path, hook, { url, secret, fix }));
    const right = wrong.length > 0 ? wrong : [well(`${path}: its webhook goes to ${url}`)];
    return [...right, ...aboutSpare(path, hooks, url, fix)];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [
      ill(
        `${path}: its webhooks can't be looked at: ${error.message}`,
        error instanceof Refusal && [401, 403, 404].includes(error.status)
          ? "give the token the hook scope, or look under WebHooks yourself"
          : "try again when Gitee answers; it is no reason to stop the bot",
      ),
    ];
  }
}

/** Everything that is wrong with a webhook; empty: it is as it should be. */
function aboutHook(
  client: Client,
  path: string,
  hook: Webhook,
  { url, secret, fix }: HookWanted & { readonly fix: (() => Promise<void>) | undefined },
): readonly Diagnosis[] {
  const found: Diagnosis[] = [];
  if (hook.url !== url)
    found.push(
      ill(
        `${path}: its webhook goes to ${hook.url ?? ""}, which the bot does not answer`,
        `set ${url} in ${WHERE}`,
        fix,
      ),
    );
  const off = NEEDED.filter((flag) => hook[flag] !== true).map((flag) => EVENTS[flag]);
  if (off.length > 0)
    found.push(
      ill(`${path}: its webhook lacks the events ${off.join(", ")}`, `turn them on in ${WHERE}`, fix),
    );
  // Gitee shows the secret itself; if it shows none, there is nothing to compare.
  if (secret !== null && hook.password && hook.password !== secret)
    found.push(
      ill(
        `${path}: its webhook has a different secret from GITEE_WEBHOOK_SECRET`,
        `set the same in ${WHERE}`,
        fix,
      ),
    );
  const code = hook.result_code ?? null;
  if (hook.url === url && code !== null && code !== 0 && (code < 200 || code >= 300))
    found.push(
      ill(
        `${path}: its webhook's last delivery was answered ${code}`,
        `test it in ${WHERE}`,
        // The last answer stays the same until the next delivery.
        code === 401 && fix !== undefined
          ? () => fix().then(() => testWebhook(client, parsePath(path), hook.id))
          : undefined,
      ),
    );
  if (hook.encryption_type === 0)
    found.push(
      warn(
        `${path}: its webhook sends the password itself with each delivery`,
        `choose the signature instead in ${WHERE}: it never sends the secret itself`,
        fix,
      ),
    );
  const unsure = [
    ...(hook.tag_push_events === false ? ["Tag Push"] : []),
    ...(hook.issues_events === false ? ["Issue"] : []),
  ];
  // Gitee documents the event of a re-requested check, but not its name.
  if (unsure.length > 0)
    found.push(
      warn(
        `${path}: its webhook lacks the events ${unsure.join(", ")}`,
        "Gitee does not say with which event it announces that somebody asks for a check again: turn them on in " +
          `${WHERE}, or run countersign setup gitee ${path}; /check-cla in a comment works without`,
        fix,
      ),
    );
  return found;
}

/** Webhooks that deliver the same events again: a second one to the bot's address, or one to an earlier address. */
function aboutSpare(
  path: string,
  hooks: readonly Webhook[],
  url: string,
  fix: (() => Promise<void>) | undefined,
): readonly Diagnosis[] {
  const own = hooks.filter((hook) => isOwn(hook, url));
  const elsewhere = new Set(hooks.filter((hook) => isElsewhere(hook, url)).map((hook) => hook.url));
  return [
    ...(own.length < 2
      ? []
      : [warn(`${path}: ${own.length} webhooks go to ${url}`, `delete all but one in ${WHERE}`, fix)]),
    ...[...elsewhere].map((other) =>
      warn(
        `${path}: a webhook also goes to ${other}`,
        `delete it in ${WHERE} if that is an earlier address of this bot`,
      ),
    ),
  ];
}
