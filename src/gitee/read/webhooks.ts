import { z } from "zod";
import type { Client } from "../traffic/client.ts";
import { within, type RepositoryPath } from "./path.ts";

/** Every documented kind of event. */
export const FLAGS = [
  "push_events",
  "tag_push_events",
  "issues_events",
  "note_events",
  "merge_requests_events",
] as const;

/** The events that report pull requests, comments and changes of the policy. */
export const NEEDED = ["merge_requests_events", "note_events", "push_events"] as const;

export const Webhook = z.object({
  id: z.number().int().positive(),
  url: z.string().nullish(),
  /** The secret, in both modes; an edition may hide it. */
  password: z.string().nullish(),
  /**
   * 0: sends the password itself; 1: sends a signature made with it. gitee.com/api/v5/swagger,
   * "postV5ReposOwnerRepoHooks"
   */
  encryption_type: z.coerce.number().nullish(),
  /** The status of the answer to the last delivery. */
  result_code: z.number().nullish(),
  push_events: z.boolean().nullish(),
  tag_push_events: z.boolean().nullish(),
  issues_events: z.boolean().nullish(),
  note_events: z.boolean().nullish(),
  merge_requests_events: z.boolean().nullish(),
});
export type Webhook = z.infer<typeof Webhook>;

/** A repository's own webhooks, which Gitee shows only to its administrators. @throws Failure `host-…` */
export async function listWebhooks(client: Client, path: RepositoryPath): Promise<readonly Webhook[]> {
  const listed = client.pages("the repository's webhooks", within(path, "hooks"), z.array(Webhook));
  return (await Array.fromAsync(listed)).flat();
}

/** Lets Gitee send a test to a webhook, so that its last answer is of now. @throws Failure `host-…` */
export async function testWebhook(client: Client, path: RepositoryPath, id: number): Promise<void> {
  const target = within(path, "hooks", id, "tests");
  // No source says what the answer holds.
  await client.send("a test of the webhook", "POST", target, {}, z.unknown(), [200, 201, 202, 204]);
}
