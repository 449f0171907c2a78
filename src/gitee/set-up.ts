import { Failure } from "../error.ts";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import { PolicyFile, policyOf, type Labels } from "../verdict/policy.ts";
import { readYaml } from "../yaml/read.ts";
import { giteeCapabilities } from "./capabilities.ts";
import { isName, parsePath, within, type RepositoryPath } from "./read/path.ts";
import { POLICY_PATH, readFile } from "./read/policy-file.ts";
import { repositoriesOf } from "./read/repositories.ts";
import { LabelList } from "./read/schema.ts";
import { FLAGS, listWebhooks, NEEDED, Webhook } from "./read/webhooks.ts";
import { createLabel } from "./show/show-labels.ts";
import type { Client } from "./traffic/client.ts";

/** The changes made in one repository. */
export interface SetUp {
  readonly path: string;
  readonly webhook: "created" | "repaired" | "unchanged";
  /** The labels that were missing in the repository. */
  readonly labels: readonly string[];
  /** URLs of webhooks that look like a bot's at another address; they stay. */
  readonly others: readonly string[];
}

export interface SetUpOptions {
  /** The URL for deliveries. */
  readonly webhookUrl: string;
  /** The secret that signs them; never printed. */
  readonly secret: string;
  /** The server's defaults for every repository's policy, which names the labels; null: the labels stay. */
  readonly policy: PolicyFile | null;
}

/**
 * The repositories that an argument names: one as `owner/name` or its URL, or those of a whole organization, person or
 * enterprise that an agreement covers.
 * @throws Failure `input`, or `refused` when no agreement covers a repository of that owner
 */
export async function namedRepositories(
  client: Client,
  word: string,
  agreements: readonly Agreement[],
): Promise<readonly string[]> {
  const owner = word.replace(/^https?:\/\/[^/]+\//i, "").replace(/\/$/, "");
  if (owner === word ? word.includes("/") : !isName(owner)) {
    const { owner: of, name } = parsePath(word);
    return [`${of}/${name}`];
  }
  if (!isName(owner)) throw new Failure("input", "expected OWNER/REPO, or an organization");
  const names: string[] = [];
  for await (const page of repositoriesOf(client, owner))
    for (const { full_name: name } of page)
      if (agreementFor(agreements, "gitee", name) !== null) names.push(name);
  if (names.length > 0) return names;
  throw new Failure(
    "refused",
    "no agreement covers a repository of this owner that the bot's account sees: correct repositories in countersign.yml, or make the account a member",
  );
}

/**
 * Creates or repairs a repository's webhook and creates its labels, and reads again what it changed; what is right
 * stays as it is. Every documented event is ticked: no source says with which one a re-requested check is announced.
 * @throws Failure `permission-missing` when the bot's account does not administer the repository, `host-answer` where
 * Gitee accepted a change and does not show it
 */
export async function setUpRepository(client: Client, text: string, options: SetUpOptions): Promise<SetUp> {
  const path = parsePath(text);
  const { webhook, others } = await ensureWebhook(client, path, options);
  const wanted = await labelsOf(client, path, options.policy);
  const labels = wanted === null ? [] : await ensureRepositoryLabels(client, path, wanted);
  const wrong = [
    ...(webhook === "unchanged" || (await hasWebhook(client, path, options)) ? [] : ["the webhook"]),
    ...(labels.length === 0 ? [] : await missingLabels(client, path, labels)),
  ];
  if (wrong.length > 0)
    throw new Failure(
      "host-answer",
      `Gitee accepted the change and does not show it: ${wrong.join(", ")}; run the command again, and look under WebHooks and Labels in the repository's settings`,
    );
  return { path: `${path.owner}/${path.name}`, webhook, labels, others };
}

async function ensureWebhook(
  client: Client,
  path: RepositoryPath,
  { webhookUrl: url, secret }: SetUpOptions,
): Promise<Pick<SetUp, "webhook" | "others">> {
  const flags = Object.fromEntries(FLAGS.map((flag) => [flag, true]));
  // 1 is signature mode: deliveries do not contain the secret itself.
  const body = { url, encryption_type: 1, password: secret, ...flags };
  const hooks = await listWebhooks(client, path);
  const others = hooks.flatMap((hook) => (isElsewhere(hook, url) ? [hook.url ?? ""] : []));
  const own = hooks.filter((hook) => isOwn(hook, url));
  const kept = own.find((hook) => isRight(hook, url, secret)) ?? own[0];
  if (kept === undefined) {
    await client.write("a new webhook", "POST", within(path, "hooks"), body, Webhook);
    return { webhook: "created", others };
  }
  const isWrong = !isRight(kept, url, secret);
  if (isWrong)
    await client.write("a change of the webhook", "PATCH", within(path, "hooks", kept.id), body, Webhook);
  // A second webhook to the same URL would deliver each event twice.
  const second = own.filter(({ id }) => id !== kept.id);
  for (const { id } of second) await client.remove("the second webhook", within(path, "hooks", id));
  return { webhook: isWrong || second.length > 0 ? "repaired" : "unchanged", others };
}

/** Whether a webhook goes to the bot, perhaps at its URL written in another way, which the bot does not answer. */
export function isOwn(hook: Webhook, url: string): boolean {
  return normal(hook.url) === normal(url);
}

/** Whether a webhook goes to the path of a bot at another address, e.g. at the one before a move. */
export function isElsewhere(hook: Webhook, url: string): boolean {
  return !isOwn(hook, url) && normal(hook.url).endsWith(new URL(url).pathname);
}

function normal(url: string | null | undefined): string {
  const parsed = url ? URL.parse(url.trim()) : null;
  return parsed === null ? "" : `${parsed.origin}${parsed.pathname}`.replace(/(?<!\/)\/+$/, "");
}

async function hasWebhook(
  client: Client,
  path: RepositoryPath,
  { webhookUrl, secret }: SetUpOptions,
): Promise<boolean> {
  const own = (await listWebhooks(client, path)).filter((hook) => isOwn(hook, webhookUrl));
  // An edition that hides the secret shows nothing that could be compared.
  return (
    own.length === 1 &&
    own.every((hook) => isRight({ ...hook, password: hook.password || secret }, webhookUrl, secret))
  );
}

/** The two labels, as the repository's own policy or the server names them; null: it uses none. */
async function labelsOf(
  client: Client,
  path: RepositoryPath,
  server: PolicyFile | null,
): Promise<Labels | null> {
  if (server === null) return null;
  const file = await readFile(client, path, POLICY_PATH, null);
  const parsed = file === null ? null : readYaml(file.text, PolicyFile, POLICY_PATH);
  const own = parsed?.ok === true ? parsed.value : {};
  return policyOf(own, server, { ...giteeCapabilities(client.server), name: "gitee" }).labels;
}

function isRight(hook: Webhook, url: string, secret: string): boolean {
  // If Gitee shows no secret, there is nothing to compare, so it is set again.
  return (
    hook.url === url &&
    hook.encryption_type === 1 &&
    hook.password === secret &&
    NEEDED.every((flag) => hook[flag] === true) &&
    // An edition may not show these; an event that is known to be off may be the one that reports check events.
    FLAGS.every((flag) => hook[flag] !== false)
  );
}

async function ensureRepositoryLabels(
  client: Client,
  path: RepositoryPath,
  { signed, unsigned }: Labels,
): Promise<readonly string[]> {
  const missing = await missingLabels(client, path, [signed, unsigned]);
  for (const name of missing) await createLabel(client, path, name, name === signed ? "signed" : "unsigned");
  return missing;
}

async function missingLabels(
  client: Client,
  path: RepositoryPath,
  names: readonly string[],
): Promise<readonly string[]> {
  const listed = client.pages("the repository's labels", within(path, "labels"), LabelList);
  const there = (await Array.fromAsync(listed)).flat().map(({ name }) => name);
  return names.filter((name) => !there.includes(name));
}
