import type { Permissions } from "./state/model.ts";

export interface SimulatedGitHubOptions {
  appId?: number;
  /** Default: `countersign`, whose account is `countersign[bot]`. */
  slug?: string;
  /** The app's public key in PEM. Default: of a new key pair, see `SimulatedGitHub.privateKey`. */
  publicKey?: string;
  webhookSecret?: string;
  /** The bot's URL; `SimulatedGitHub.webhookUrl` can set it later. */
  webhookUrl?: string;
  clientId?: string;
  clientSecret?: string;
  /** The callback registered for sign-in; if absent, any is accepted. */
  callbackUrl?: string;
  /** Default 0: any free one. */
  port?: number;
  /** The default permissions of a new installation. */
  permissions?: Permissions;
  /** The events to which the app subscribes. */
  events?: readonly string[];
  /** The simulation's clock. */
  now?: () => Date;
}

/** The permissions that the bot's app requests. */
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
