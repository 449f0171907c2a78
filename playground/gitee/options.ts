import type { Enterprise, Organization, Permission, User } from "./state/records.ts";
import type { Settings } from "./state/settings.ts";

export interface SimulatedGiteeOptions {
  /** The bot's personal token. */
  token: string;
  webhookSecret: string;
  clientId: string;
  clientSecret: string;
  /** The URL of every repository's webhook; `webhookUrl` can set it later. */
  webhookUrl?: string;
  encryption?: "signature" | "password";
  port?: number;
  botLogin?: string;
  settings?: Partial<Settings>;
}

export interface UserSpec {
  login: string;
  id?: number;
  name?: string;
  /** Confirmed addresses; commits use the first one. Default: one at `example.com`. */
  emails?: string[];
}

export interface RepositorySpec {
  /** A login that is looked up, or created as an organization. */
  owner: User | Organization | string;
  name: string;
  private?: boolean;
  enterprise?: Enterprise;
  defaultBranch?: string;
  files?: Record<string, string>;
  /** The bot's permission there, "admin" by default; null: it can only read, if the repository is public. */
  bot?: Permission | null;
  /** Whether the webhook exists, true by default. */
  hook?: boolean;
}
