/**
 * The answers of Gitee's API v5, by the fields that are read here. Other fields are ignored. Fields that it may leave
 * out are optional, and a missing field never counts in favor of a pull request.
 */
import { z } from "zod";

/** `id` is optional in Gitee's own documentation. `name` is what the person typed; it is shown and never compared. */
export const User = z.object({
  id: z.number().optional(),
  login: z.string().optional(),
  name: z.string().nullish(),
  created_at: z.string().nullish(),
});
export type User = z.infer<typeof User>;

/** The account that a token belongs to. */
export const Self = z.object({ id: z.number().int().positive(), login: z.string().min(1) });
export type Self = z.infer<typeof Self>;

/** An organization, an enterprise or a person, with its path. */
const Namespace = z.object({ type: z.string().nullish(), path: z.string().nullish() });

/** `full_name` is the path for the API; `name` and `human_name` are display text. */
export const Repository = z.object({
  id: z.number().int().positive(),
  full_name: z.string().regex(/^[^/]+\/[^/]+$/),
  private: z.boolean().optional(),
  default_branch: z.string().nullish(),
  namespace: Namespace.extend({ parent: Namespace.nullish() }).nullish(),
  permission: z.object({ push: z.boolean().optional(), admin: z.boolean().optional() }).nullish(),
});
export type Repository = z.infer<typeof Repository>;
export const Repositories = z.array(Repository);

export const Label = z.object({ name: z.string() });
export const LabelList = z.array(Label);

/**
 * `id` is global and not used in paths; check runs refer to it. `commits` is a count that webhooks have and a captured
 * answer lacks.
 */
export const PullRequest = z.object({
  id: z.number().int().positive().nullish(),
  number: z.number().int().positive(),
  html_url: z.string(),
  title: z.string().nullish(),
  state: z.string(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  user: User.nullish(),
  head: z.object({
    sha: z.string().min(7),
    ref: z.string().nullish(),
    repo: z.object({ id: z.number().nullish() }).nullish(),
  }),
  base: z.object({ sha: z.string().min(7), ref: z.string().nullish(), repo: Repository }),
  labels: LabelList.nullish(),
  commits: z.number().int().nonnegative().nullish(),
});
export type PullRequest = z.infer<typeof PullRequest>;
export const PullRequests = z.array(PullRequest);

const Signature = z.object({ name: z.string().nullish(), email: z.string().nullish() });
const Parent = z.object({ sha: z.string().optional() });

/** `parents` is one object in a pull request's list and an array elsewhere: both appear in captured answers. */
export const Commit = z.object({
  sha: z.string().min(7),
  commit: z.object({
    author: Signature.nullish(),
    committer: Signature.nullish(),
    /** Required: the co-authors stand in it, and none is known of a commit without it. */
    message: z.string(),
  }),
  author: User.nullish(),
  committer: User.nullish(),
  parents: z.union([z.array(Parent), Parent]).nullish(),
});
export type Commit = z.infer<typeof Commit>;
export const Commits = z.array(Commit);

/** A file of a commit. The patch is a string here and an object in `pulls/N/files`. */
const FileOfCommit = z.object({
  filename: z.string().min(1),
  status: z.string().nullish(),
  additions: z.coerce.number().int().nonnegative(),
  deletions: z.coerce.number().int().nonnegative(),
  patch: z.union([z.string(), z.object({ diff: z.string().nullish() })]).nullish(),
});
export type FileOfCommit = z.infer<typeof FileOfCommit>;

/** The answer for a single commit, with its changes. */
export const FullCommit = z.object({
  sha: z.string().min(7),
  parents: z.union([z.array(Parent), Parent]).nullish(),
  stats: z.object({ additions: z.number(), deletions: z.number() }).nullish(),
  files: z.array(FileOfCommit).nullish(),
});

export const Comparison = z.object({
  base_commit: z.object({ sha: z.string() }),
  merge_base_commit: z.object({ sha: z.string() }).nullish(),
  commits: Commits,
});
export type Comparison = z.infer<typeof Comparison>;

export const Comment = z.object({
  id: z.number().int().positive(),
  body: z.string().nullish(),
  user: User.nullish(),
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
  comment_type: z.string().nullish(),
  pull_request_url: z.string().nullish(),
});
export type Comment = z.infer<typeof Comment>;
export const Comments = z.array(Comment);

/** A file, or Gitee's answer if there is none: an empty list, a folder's list, or an object of nulls. */
export const Contents = z.union([
  z.array(z.unknown()),
  z.object({
    content: z.string().nullish(),
    encoding: z.string().nullish(),
    sha: z.string().nullish(),
    download_url: z.string().nullish(),
  }),
]);

/** Counts are strings here, and the patch is an object. */
export const ChangedFile = z.object({
  filename: z.string().min(1),
  additions: z.coerce.number().int().nonnegative(),
  deletions: z.coerce.number().int().nonnegative(),
  patch: z
    .object({
      diff: z.string().nullish(),
      old_path: z.string().nullish(),
      new_path: z.string().nullish(),
      renamed_file: z.boolean().nullish(),
      too_large: z.boolean().nullish(),
    })
    .nullish(),
});
export type ChangedFile = z.infer<typeof ChangedFile>;
export const ChangedFiles = z.array(ChangedFile);

export const Organization = z.object({ id: z.number().int().positive(), login: z.string().min(1) });
export type Organization = z.infer<typeof Organization>;
export const Organizations = z.array(Organization);
export const Users = z.array(User);

/** An account's permission in a repository; `permission` is `admin`, `write`, `read` or `none`. */
export const Permission = z.object({ id: z.number().optional(), permission: z.string() });

export const Collaborators = z.array(
  User.extend({ permissions: z.object({ admin: z.boolean().optional() }).nullish() }),
);

/** An entry of a pull request's log; the `content` of `add_label` names the label. */
export const OperateLogs = z.array(
  z.object({ action_type: z.string().nullish(), content: z.string().nullish(), user: User.nullish() }),
);

export const Branch = z.object({ name: z.string() });
export const Branches = z.array(
  Branch.extend({ commit: z.object({ sha: z.string().min(7) }), protected: z.boolean().nullish() }),
);

/** The answer to a written file; no field of it is needed. */
export const Written = z.object({});
