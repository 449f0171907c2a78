import { ApiError } from "./api-error.ts";
import type { Enterprise, Hook, Organization, Permission, Repository, User } from "./records.ts";
import type { World } from "./world.ts";

export interface RepositorySpec {
  owner: User | Organization;
  name: string;
  private?: boolean;
  enterprise?: Enterprise | null;
  defaultBranch?: string;
  files?: Record<string, string>;
}

export interface HookSpec {
  url: string;
  encryption: "password" | "signature";
  password: string;
  pushEvents?: boolean;
  tagPushEvents?: boolean;
  issuesEvents?: boolean;
  noteEvents?: boolean;
  mergeRequestsEvents?: boolean;
}

const COLORS = ["#008672", "#E11D21", "#EB6420", "#207DE5"];

/** A repository with an initial commit by its owner. */
export function createRepository(world: World, spec: RepositorySpec): Repository {
  const defaultBranch = spec.defaultBranch ?? "master";
  const owner = spec.owner;
  const author =
    "emails" in owner ? owner : { name: owner.name, email: `${owner.login}@organization.example` };
  const files = spec.files ?? { "README.md": `# ${spec.name}\n` };
  const first = world.commits.create([], { author, message: "Initial commit", files }, world.now());
  const branches = new Map([[defaultBranch, first.sha]]);
  return addRepository(world, owner, spec.name, { ...spec, branches, defaultBranch, fork: null });
}

/** @throws ApiError 403 when the user has a repository with that name. */
export function forkRepository(world: World, source: Repository, by: User): Repository {
  if (world.repositoryAt(by.login, source.path) !== undefined) {
    throw new ApiError(403, "A repository of that name exists already");
  }
  return addRepository(world, by, source.path, {
    branches: new Map(source.branches),
    defaultBranch: source.defaultBranch,
    fork: source,
    private: source.private,
  });
}

function addRepository(
  world: World,
  owner: User | Organization,
  path: string,
  rest: {
    branches: Map<string, string>;
    defaultBranch: string;
    fork: Repository | null;
    private?: boolean;
    enterprise?: Enterprise | null;
  },
): Repository {
  const repository: Repository = {
    id: world.nextId(),
    owner,
    path,
    name: displayName(path),
    private: rest.private ?? false,
    enterprise: rest.enterprise ?? null,
    fork: rest.fork,
    defaultBranch: rest.defaultBranch,
    branches: rest.branches,
    protectedBranches: new Set(),
    requiredChecks: new Map(),
    checkRuns: [],
    labels: [],
    hooks: [],
    collaborators: new Map<User, Permission>(),
    pulls: [],
    deleted: false,
    createdAt: world.now(),
  };
  world.repositories.push(repository);
  return repository;
}

/** Intentionally different from the path: a client that builds paths from it fails at once. */
function displayName(path: string): string {
  return path.charAt(0).toUpperCase() + path.slice(1).replaceAll("-", " ");
}

export function addHook(world: World, repository: Repository, spec: HookSpec): Hook {
  const hook = newHook(world, spec);
  repository.hooks.push(hook);
  return hook;
}

/** A hook that belongs to no repository. */
export function newHook(world: World, spec: HookSpec): Hook {
  return {
    id: world.nextId(),
    url: spec.url,
    encryption: spec.encryption,
    password: spec.password,
    pushEvents: spec.pushEvents ?? true,
    tagPushEvents: spec.tagPushEvents ?? true,
    issuesEvents: spec.issuesEvents ?? true,
    noteEvents: spec.noteEvents ?? true,
    mergeRequestsEvents: spec.mergeRequestsEvents ?? true,
    resultCode: null,
    result: "",
    createdAt: world.now(),
  };
}

/** @throws ApiError 400 when the name is invalid or in use. */
export function addLabel(world: World, repository: Repository, name: string, color?: string): void {
  requireLabelName(world, name);
  if (repository.labels.some((label) => label.name === name)) {
    throw new ApiError(400, "Label name has been taken");
  }
  const fallback = COLORS[repository.labels.length % COLORS.length] ?? "#008672";
  repository.labels.push({ id: world.nextId(), name, color: color ?? fallback });
}

/** @throws ApiError 400 */
export function requireLabelName(world: World, name: string): void {
  const length = Array.from(name).length;
  if (length < 2 || length > 20) throw new ApiError(400, "Label name must have 2 to 20 characters");
  if (name.includes(",") || !world.settings.labelName.test(name)) {
    throw new ApiError(400, "Label name must not contain special characters");
  }
}
