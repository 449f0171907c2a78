import type { Enterprise, Organization, Permission, User } from "./state/records.ts";
import type { Settings } from "./state/settings.ts";

export interface SimulatedGiteeOptions {
  /** The bot's personal token. */
  token: string;
  webhookSecret: string;
  clientId: string;
  clientSecret: string;
  /** Where every repository's webhook points; may be set later by `webhookUrl`. */
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
  /** Confirmed addresses, the first of which signs commits. Default: one at `example.com`. */
  emails?: string[];
}

export interface RepositorySpec {
  /** By login it is looked up, or becomes an organization. */
  owner: User | Organization | string;
  name: string;
  private?: boolean;
  enterprise?: Enterprise;
  defaultBranch?: string;
  files?: Record<string, string>;
  /** What the bot may do there, "admin" by default; null for nothing but to look, if the repository is public. */
  bot?: Permission | null;
  /** Whether the webhook is in place, true by default. */
  hook?: boolean;
}
