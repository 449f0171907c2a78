/**
 * The fields of Gitee's deliveries that name work; everything else in them is dropped unread. Older and newer
 * names (`project` and `repository`, `iid` and `number`) stand side by side in captured ones, or alone.
 */
import { z } from "zod";

const id = z.number().int().positive();

/** `full_name` and `path_with_namespace` are the path that the API takes; `name_with_namespace` is display text. */
const Repository = z
  .object({
    id,
    full_name: z.string().nullish(),
    path_with_namespace: z.string().nullish(),
    default_branch: z.string().nullish(),
  })
  .transform(({ id, full_name: path, path_with_namespace: older, default_branch: branch }) => ({
    id,
    path: path ?? older ?? null,
    default_branch: branch ?? null,
  }));
export type SourceRepository = z.output<typeof Repository>;

/** The base repository. */
export const Source = z
  .object({ repository: Repository.nullish(), project: Repository.nullish() })
  .transform(({ repository, project }, context) => {
    const found = repository ?? project ?? null;
    if (found !== null) return found;
    context.addIssue({ code: "custom", path: ["repository"], message: "expected a repository" });
    return z.NEVER;
  });

export const PullPayload = z
  .object({
    action: z.string(),
    action_desc: z.string().nullish(),
    number: id.nullish(),
    iid: id.nullish(),
    pull_request: z.object({ number: id.nullish() }).nullish(),
    sender: z.object({ id: z.number().nullish() }).nullish(),
  })
  .transform(({ number, iid, pull_request: pull, ...rest }, context) => {
    const found = number ?? iid ?? pull?.number ?? null;
    if (found !== null) return { ...rest, number: found };
    context.addIssue({ code: "custom", path: ["number"], message: "expected the pull request's number" });
    return z.NEVER;
  });
export type PullPayload = z.output<typeof PullPayload>;

/** On an issue there is no pull request; on a commit neither. */
export const NotePayload = z.object({
  action: z
    .string()
    .nullish()
    .transform((action) => action ?? "comment"),
  noteable_type: z.string(),
  comment: z
    .object({ id, body: z.string().nullish() })
    .nullish()
    .transform((comment) => comment ?? null),
  pull_request: z
    .object({ number: id })
    .nullish()
    .transform((pull) => pull ?? null),
});
export type NotePayload = z.output<typeof NotePayload>;

const paths = z.array(z.string()).nullish();

export const PushPayload = z.object({
  ref: z.string(),
  commits: z
    .array(z.object({ added: paths, removed: paths, modified: paths }))
    .nullish()
    .transform((commits) => commits ?? []),
  commits_more_than_ten: z.boolean().nullish(),
  total_commits_count: z.number().nullish(),
});
export type PushPayload = z.output<typeof PushPayload>;
