import type { Permissions } from "./state/model.ts";

export interface SimulatedGitHubOptions {
  appId?: number;
  /** Default: `countersign`, whose account is `countersign[bot]`. */
  slug?: string;
  /** The app's public key in PEM. Default: of a new key pair, see `SimulatedGitHub.privateKey`. */
  publicKey?: string;
  webhookSecret?: string;
  /** Where the bot listens; may be set later, by `SimulatedGitHub.webhookUrl`. */
  webhookUrl?: string;
  clientId?: string;
  clientSecret?: string;
  /** The callback registered for sign-in; any is taken when absent. */
  callbackUrl?: string;
  /** Default 0: any free one. */
  port?: number;
  /** What a new installation may do, unless it says otherwise. */
  permissions?: Permissions;
  /** The events that the app subscribed to. */
  events?: readonly string[];
  /** The simulation's clock. */
  now?: () => Date;
}

/** What the bot's app asks for. */
export const PERMISSIONS: Permissions = {
  metadata: "read",
  contents: "read",
  issues: "read",
  pull_requests: "write",
  statuses: "write",
  checks: "write",
  members: "read",
  merge_queues: "read",
};

export const EVENTS = [
  "pull_request",
  "issue_comment",
  "merge_group",
  "push",
  "check_run",
  "check_suite",
  "repository",
] as const;
