import { Failure } from "../error.ts";
import { agreementFor, type Agreement } from "../records/agreement.ts";
import type { Labels } from "../verdict/policy.ts";
import { isName, parsePath, within, type RepositoryPath } from "./read/path.ts";
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
}

export interface SetUpOptions {
  /** The URL for deliveries. */
  readonly webhookUrl: string;
  /** The secret that signs them; never printed. */
  readonly secret: string;
  readonly labels: Labels | null;
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
  const webhook = await ensureWebhook(client, path, options);
  const labels = options.labels === null ? [] : await ensureRepositoryLabels(client, path, options.labels);
  const wrong = [
    ...(webhook === "unchanged" || (await hasWebhook(client, path, options)) ? [] : ["the webhook"]),
    ...(labels.length === 0 ? [] : await missingLabels(client, path, labels)),
  ];
  if (wrong.length > 0)
    throw new Failure(
      "host-answer",
      `Gitee accepted the change and does not show it: ${wrong.join(", ")}; run the command again, and look under WebHooks and Labels in the repository's settings`,
    );
  return { path: `${path.owner}/${path.name}`, webhook, labels };
}

async function ensureWebhook(
  client: Client,
  path: RepositoryPath,
  { webhookUrl: url, secret }: SetUpOptions,
): Promise<SetUp["webhook"]> {
  const flags = Object.fromEntries(FLAGS.map((flag) => [flag, true]));
  // 1 is signature mode: deliveries do not contain the secret itself.
  const body = { url, encryption_type: 1, password: secret, ...flags };
  const own = await webhooksTo(client, path, url);
  if (own.length === 0) {
    await client.write("a new webhook", "POST", within(path, "hooks"), body, Webhook);
    return "created";
  }
  const wrong = own.filter((hook) => !isRight(hook, secret));
  for (const { id } of wrong)
    await client.write("a change of the webhook", "PATCH", within(path, "hooks", id), body, Webhook);
  return wrong.length === 0 ? "unchanged" : "repaired";
}

async function webhooksTo(client: Client, path: RepositoryPath, url: string): Promise<readonly Webhook[]> {
  return (await listWebhooks(client, path)).filter((hook) => hook.url === url);
}

async function hasWebhook(
  client: Client,
  path: RepositoryPath,
  { webhookUrl, secret }: SetUpOptions,
): Promise<boolean> {
  const own = await webhooksTo(client, path, webhookUrl);
  // An edition that hides the secret shows nothing that could be compared.
  return (
    own.length > 0 && own.every((hook) => isRight({ ...hook, password: hook.password || secret }, secret))
  );
}

function isRight(hook: Webhook, secret: string): boolean {
  // If Gitee shows no secret, there is nothing to compare, so it is set again.
  return (
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
