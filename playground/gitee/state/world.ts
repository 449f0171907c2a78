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

/** Who a token speaks for and what it may do. */
export interface Grant {
  readonly user: User;
  readonly scopes: ReadonlySet<string>;
}

/** Everything the simulated Gitee knows, and the questions that its API, its pages and its webhooks ask of it. */
export class World {
  readonly settings: Settings = { ...DEFAULT_SETTINGS };
  readonly users: User[] = [];
  /** The account that the bot acts as. */
  bot: User | null = null;
  readonly organizations: Organization[] = [];
  readonly enterprises: Enterprise[] = [];
  readonly repositories: Repository[] = [];
  readonly commits = new CommitStore();
  readonly grants = new Map<string, Grant>();
  readonly deliveries: Deliveries;
  /** Where the server listens; known once it does. */
  url = "";
  #lastId = 1_000_000;

  constructor(deliveries: Deliveries) {
    this.deliveries = deliveries;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Gitee's own format, with its offset. */
  now(): string {
    return new Date(Date.now() + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, "+08:00");
  }

  /** The accounts that somebody at the pages can be: all but the bot's. */
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
   * The host's look-up of a commit's email: a confirmed address, or the private one, where the number counts and
   * the login part may be stale. Null for everything else, the host's own committer included.
   */
  userByEmail(email: string): User | null {
    const number = /^(\d+)\+[^@]+@user\.noreply\.gitee\.com$/i.exec(email)?.[1];
    if (number !== undefined) return this.users.find((user) => user.id === Number(number)) ?? null;
    return this.users.find((user) => user.emails.includes(email)) ?? null;
  }

  /** A renamed repository is found under its new path only. */
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

/** Does `work` with unknown labels made on the way, whatever the API is set to do. */
export function creatingLabels(world: World, work: () => void): void {
  const before = world.settings.unknownLabels;
  world.settings.unknownLabels = "create";
  try {
    work();
  } finally {
    world.settings.unknownLabels = before;
  }
}
