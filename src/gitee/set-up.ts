import { z } from "zod";
import type { Labels } from "../verdict/policy.ts";
import { parsePath, within, type RepositoryPath } from "./read/path.ts";
import { LabelList } from "./read/schema.ts";
import { createLabel } from "./show/show-labels.ts";
import type { Client } from "./traffic/client.ts";

const FLAGS = [
  "push_events",
  "tag_push_events",
  "issues_events",
  "note_events",
  "merge_requests_events",
] as const;

/** Those without which a pull request, a comment or a change of the policy would not be heard of. */
const NEEDED = ["push_events", "note_events", "merge_requests_events"] as const;

const Hook = z.object({
  id: z.number().int().positive(),
  url: z.string().nullish(),
  password: z.string().nullish(),
  encryption_type: z.coerce.number().nullish(),
  push_events: z.boolean().nullish(),
  tag_push_events: z.boolean().nullish(),
  issues_events: z.boolean().nullish(),
  note_events: z.boolean().nullish(),
  merge_requests_events: z.boolean().nullish(),
});
type Hook = z.infer<typeof Hook>;

/** What was done in one repository. */
export interface SetUp {
  readonly path: string;
  readonly webhook: "created" | "repaired" | "unchanged";
  /** The labels that the repository lacked. */
  readonly labels: readonly string[];
}

export interface SetUpOptions {
  /** Where deliveries are sent. */
  readonly webhookUrl: string;
  /** What they are signed with; never printed. */
  readonly secret: string;
  readonly labels: Labels | null;
}

/**
 * Creates or repairs a repository's webhook and creates its labels; what is right stays as it is. Every documented
 * event is ticked: no source says with which one a re-requested check is announced.
 * @throws Failure `permission-missing` where the bot's account does not administer the repository
 */
export async function setUpRepository(client: Client, text: string, options: SetUpOptions): Promise<SetUp> {
  const path = parsePath(text);
  const webhook = await ensureWebhook(client, path, options);
  const labels = options.labels === null ? [] : await ensureRepositoryLabels(client, path, options.labels);
  return { path: `${path.owner}/${path.name}`, webhook, labels };
}

async function ensureWebhook(
  client: Client,
  path: RepositoryPath,
  { webhookUrl: url, secret }: SetUpOptions,
): Promise<SetUp["webhook"]> {
  const flags = Object.fromEntries(FLAGS.map((flag) => [flag, true]));
  // 1 is signature mode: the secret itself is not sent with each delivery.
  const body = { url, encryption_type: 1, password: secret, ...flags };
  const listed = client.pages("the repository's webhooks", within(path, "hooks"), z.array(Hook));
  const own = (await Array.fromAsync(listed)).flat().filter((hook) => hook.url === url);
  if (own.length === 0) {
    await client.write("a new webhook", "POST", within(path, "hooks"), body, Hook);
    return "created";
  }
  const wrong = own.filter((hook) => !isRight(hook, secret));
  for (const { id } of wrong)
    await client.write("a change of the webhook", "PATCH", within(path, "hooks", id), body, Hook);
  return wrong.length === 0 ? "unchanged" : "repaired";
}

function isRight(hook: Hook, secret: string): boolean {
  // Where Gitee shows no secret there is nothing to compare, so it is set again.
  return (
    hook.encryption_type === 1 &&
    hook.password === secret &&
    NEEDED.every((flag) => hook[flag] === true) &&
    // An edition may not show these; one that is known to be off may be the one that check events come with.
    FLAGS.every((flag) => hook[flag] !== false)
  );
}

async function ensureRepositoryLabels(
  client: Client,
  path: RepositoryPath,
  { signed, unsigned }: Labels,
): Promise<readonly string[]> {
  const listed = client.pages("the repository's labels", within(path, "labels"), LabelList);
  const there = (await Array.fromAsync(listed)).flat().map(({ name }) => name);
  const missing = (
    [
      ["signed", signed],
      ["unsigned", unsigned],
    ] as const
  ).filter(([, name]) => !there.includes(name));
  for (const [kind, name] of missing) await createLabel(client, path, name, kind);
  return missing.map(([, name]) => name);
}
