import { CommitStore } from "./commits.ts";
import type { Deliveries } from "../webhooks/deliveries.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";
import {
  fullName,
  type Enterprise,
  type Organization,
  type Permission,
  type Pull,
  type Repository,
  type User,
} from "./records.ts";

/** The account of a token and its scopes. */
export interface Grant {
  readonly user: User;
  readonly scopes: ReadonlySet<string>;
}

/** The whole state of the simulated Gitee, with the queries of its API, its pages and its webhooks. */
export class World {
  readonly settings: Settings = { ...DEFAULT_SETTINGS };
  readonly users: User[] = [];
  /** The bot's account. */
  bot: User | null = null;
  readonly organizations: Organization[] = [];
  readonly enterprises: Enterprise[] = [];
  readonly repositories: Repository[] = [];
  readonly commits = new CommitStore();
  readonly grants = new Map<string, Grant>();
  readonly deliveries: Deliveries;
  /** The server's URL; known once it listens. */
  url = "";
  #lastId = 1_000_000;

  constructor(deliveries: Deliveries) {
    this.deliveries = deliveries;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Gitee's time format, with its offset. */
  now(): string {
    return new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, "+08:00");
  }

  /** The accounts to choose from on the pages: all except the bot's. */
  get people(): User[] {
    return this.users.filter((user) => user !== this.bot);
  }

  userByLogin(login: string): User | undefined {
    return this.users.find((user) => user.login.toLowerCase() === login.toLowerCase());
  }

  organizationByLogin(login: string): Organization | undefined {
    return this.organizations.find((each) => each.login.toLowerCase() === login.toLowerCase());
  }

  /**
   * The host's lookup of a commit's email: a confirmed address, or the private one, in which only the number counts
   * and the login may be outdated. Null for all others, including the host's own committer.
   */
  userByEmail(email: string): User | null {
    const number = /^(\d+)\+[^@]+@user\.noreply\.gitee\.com$/i.exec(email)?.[1];
    if (number !== undefined) return this.users.find((user) => user.id === Number(number)) ?? null;
    return this.users.find((user) => user.emails.includes(email)) ?? null;
  }

  /** A renamed repository is found only under its new path. */
  repositoryAt(owner: string, path: string): Repository | undefined {
    const wanted = `${owner}/${path}`.toLowerCase();
    return this.repositories.find((each) => !each.deleted && fullName(each).toLowerCase() === wanted);
  }

  /** Null when the repository is not visible to the user. */
  permissionOf(user: User, repository: Repository): Permission | null {
    const { owner } = repository;
    if (owner === user) return "admin";
    const role = "members" in owner ? owner.members.get(user) : undefined;
    if (role === "admin") return "admin";
    const given = repository.collaborators.get(user);
    if (given !== undefined) return given;
    return role === "member" || !repository.private ? "read" : null;
  }

  baseSha(pull: Pull): string {
    return pull.frozenBaseSha ?? pull.repository.branches.get(pull.baseBranch) ?? pull.headSha;
  }
}

/** Runs `work` and creates unknown labels, whatever the API's setting. */
export function creatingLabels(world: World, work: () => void): void {
  const before = world.settings.unknownLabels;
  world.settings.unknownLabels = "create";
  try {
    work();
  } finally {
    world.settings.unknownLabels = before;
  }
}
