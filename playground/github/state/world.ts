import { readNoreply, WEB_FLOW } from "./addresses.ts";
import { SimulatedCheckRun } from "./check-run.ts";
import type { Content } from "./diff.ts";
import { SimulatedInstallation } from "./installation.ts";
import type {
  CheckRun,
  CheckRunFields,
  Comment,
  IdKind,
  Installation,
  InstallationSpec,
  Permissions,
  Pull,
  Repository,
  RepositorySpec,
  World,
  WorldEvent,
} from "./model.ts";
import { SimulatedRepository } from "./repository.ts";
import { User, type UserSpec } from "./user.ts";

/** Each kind starts at a different number, so that a number of the wrong kind finds nothing. */
const FIRST = {
  user: 1_001,
  repository: 50_001,
  pull: 300_001,
  label: 400_001,
  comment: 500_001,
  status: 700_001,
  check: 800_001,
  installation: 9_001,
} as const satisfies Record<IdKind, number>;

export class SimulatedWorld implements World {
  readonly now: () => Date;
  readonly users = new Map<number, User>();
  readonly repositories = new Map<number, Repository>();
  readonly installations = new Map<number, Installation>();
  readonly pulls = new Map<number, Pull>();
  readonly comments = new Map<number, Comment>();
  readonly defaultPermissions: Permissions;
  readonly ghost: User;
  readonly webFlow: User;
  readonly bot: User;
  announce: (event: WorldEvent) => void = () => {};
  readonly #next: Record<IdKind, number> = { ...FIRST };
  readonly #openPulls = new Map<string, Set<Pull>>();
  readonly #names = new Map<string, Repository>();
  linksBots = true;
  signsWebCommits = true;
  #serial = 0;

  constructor(options: { now: () => Date; botLogin: string; permissions: Permissions }) {
    this.now = options.now;
    this.defaultPermissions = options.permissions;
    this.ghost = this.user({ login: "ghost", id: 10_137 });
    this.webFlow = this.user({
      login: "web-flow",
      id: 19_864_447,
      emails: [WEB_FLOW.email, "noreply@github.com"],
    });
    this.bot = this.user({ login: options.botLogin, id: 99_000_001, type: "Bot" });
  }

  takeId(kind: IdKind): number {
    return this.#next[kind]++;
  }

  serial(): number {
    return ++this.#serial;
  }

  user(spec: UserSpec): User {
    if (this.userByLogin(spec.login)) throw new Error(`there is a ${spec.login} already`);
    const user = new User({ ...spec, id: spec.id ?? this.takeId("user") });
    if (this.users.has(user.id)) throw new Error(`the number ${user.id} is taken`);
    this.users.set(user.id, user);
    return user;
  }

  /** Gives an account another login; its repositories follow, and the old login is free for others. */
  renameUser(user: User, login: string): void {
    user.login = login;
    for (const repository of this.repositories.values())
      if (repository.owner === user) this.moved(repository);
  }

  /**
   * Deletes an account and its repositories: its commits lose their link, and its pull requests belong to the ghost.
   */
  deleteUser(user: User): void {
    for (const repository of this.repositories.values()) if (repository.owner === user) repository.delete();
    user.deleted = true;
    this.users.delete(user.id);
  }

  userByLogin(login: string): User | undefined {
    const wanted = login.toLowerCase();
    return this.users.values().find((user) => user.login.toLowerCase() === wanted);
  }

  userByEmail(email: string): User | null {
    const wanted = email.toLowerCase();
    const noreply = readNoreply(email);
    if (noreply && "id" in noreply) return this.users.get(noreply.id) ?? null;
    if (noreply) return this.userByLogin(noreply.login) ?? null;
    return this.users.values().find((user) => user.emails.has(wanted)) ?? null;
  }

  repository(spec: RepositorySpec): Repository {
    const owner =
      typeof spec.owner === "string"
        ? (this.userByLogin(spec.owner) ?? this.user({ login: spec.owner, type: "Organization" }))
        : spec.owner;
    const repository = this.#add({ ...spec, owner }, null);
    const files: Record<string, Content> = spec.files ?? { "README.md": `# ${spec.name}\n` };
    const first = repository.commit({ author: owner, message: "Initial commit", files }, null);
    repository.branches.set(repository.defaultBranch, first);
    if (spec.installed !== false && !this.installationFor(repository)) this.install({ account: owner });
    return repository;
  }

  /** The owner's fork of a repository, created if there is none. */
  fork(parent: Repository, owner: User): Repository {
    const known = this.inNetwork(parent, owner.login);
    if (known) return known;
    const name = this.find(owner.login, parent.name) ? `${parent.name}-1` : parent.name;
    return this.#add({ owner, name }, parent);
  }

  inNetwork({ network }: Repository, login: string): Repository | undefined {
    return this.repositories
      .values()
      .find((one) => one.network === network && one.owner.login.toLowerCase() === login.toLowerCase());
  }

  #add(spec: RepositorySpec & { owner: User }, parent: Repository | null): Repository {
    if (this.find(spec.owner.login, spec.name)) throw new Error(`there is a repository ${spec.name} already`);
    const repository = new SimulatedRepository(this, spec.id ?? this.takeId("repository"), spec, parent);
    this.repositories.set(repository.id, repository);
    this.moved(repository);
    return repository;
  }

  find(owner: string, name: string): Repository | undefined {
    const key = `${owner}/${name}`.toLowerCase();
    const named = this.#names.get(key);
    return named?.deleted === false ? named : undefined;
  }

  moved(repository: Repository): void {
    this.#names.set(repository.fullName.toLowerCase(), repository);
  }

  removed(repository: Repository): void {
    this.repositories.delete(repository.id);
  }

  /** Installs the app. */
  install(spec: InstallationSpec): Installation {
    const selection = spec.repositories ? new Set(spec.repositories) : null;
    const permissions = spec.permissions ?? { ...this.defaultPermissions };
    const id = this.takeId("installation");
    const installation = new SimulatedInstallation(id, this, spec.account, permissions, selection);
    this.installations.set(id, installation);
    if (spec.announce)
      this.announce({ name: "installation", action: "created", installation, sender: spec.account });
    return installation;
  }

  installationFor(repository: Repository): Installation | undefined {
    return this.installations.values().find((installation) => installation.covers(repository));
  }

  checkRun(repository: Repository, fields: CheckRunFields): CheckRun {
    const suite = repository.checkRunsOf(fields.headSha)[0]?.suiteId ?? this.takeId("check");
    const run = new SimulatedCheckRun(this.takeId("check"), suite, repository, fields);
    repository.checkRuns.push(run);
    return run;
  }

  pullOpened(pull: Pull): void {
    this.pulls.set(pull.id, pull);
    const key = `${pull.from.id}:${pull.branch}`;
    this.#openPulls.set(key, (this.#openPulls.get(key) ?? new Set()).add(pull));
  }

  pullClosed(pull: Pull): void {
    this.#openPulls.get(`${pull.from.id}:${pull.branch}`)?.delete(pull);
  }

  openPullsFrom(repository: Repository, branch: string): Pull[] {
    return [...(this.#openPulls.get(`${repository.id}:${branch}`) ?? [])];
  }
}
