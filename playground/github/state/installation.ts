import type { Installation, Permissions, Repository, World } from "./model.ts";
import type { User } from "./user.ts";

export class SimulatedInstallation implements Installation {
  readonly id: number;
  readonly world: World;
  readonly account: User;
  permissions: Permissions;
  selection: Set<Repository> | null;
  suspendedAt: Date | null = null;
  refuses: "ip allow list" | "sso" | null = null;
  deleted = false;
  readonly createdAt: Date;

  constructor(
    id: number,
    world: World,
    account: User,
    permissions: Permissions,
    selection: Set<Repository> | null,
  ) {
    this.id = id;
    this.world = world;
    this.account = account;
    this.permissions = permissions;
    this.selection = selection;
    this.createdAt = world.now();
  }

  get repositories(): Repository[] {
    return [...this.world.repositories.values()].filter((repository) => this.covers(repository));
  }

  covers(repository: Repository): boolean {
    if (this.deleted || repository.owner !== this.account) return false;
    return this.selection === null || this.selection.has(repository);
  }

  suspend(by: User = this.account): void {
    this.suspendedAt = this.world.now();
    this.#announce("suspend", by);
  }

  unsuspend(by: User = this.account): void {
    this.suspendedAt = null;
    this.#announce("unsuspend", by);
  }

  delete(by: User = this.account): void {
    this.#announce("deleted", by);
    this.deleted = true;
  }

  acceptPermissions(permissions: Permissions, by: User = this.account): void {
    this.permissions = { ...this.permissions, ...permissions };
    this.#announce("new_permissions_accepted", by);
  }

  addRepositories(repositories: Repository[], by: User = this.account): void {
    for (const repository of repositories) this.selection?.add(repository);
    this.world.announce({
      name: "installation_repositories",
      action: "added",
      installation: this,
      repositories,
      sender: by,
    });
  }

  removeRepositories(repositories: Repository[], by: User = this.account): void {
    this.selection ??= new Set(this.repositories);
    for (const repository of repositories) this.selection.delete(repository);
    this.world.announce({
      name: "installation_repositories",
      action: "removed",
      installation: this,
      repositories,
      sender: by,
    });
  }

  #announce(action: "deleted" | "suspend" | "unsuspend" | "new_permissions_accepted", sender: User): void {
    this.world.announce({ name: "installation", action, installation: this, sender });
  }
}
