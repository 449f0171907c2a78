/**
 * The fields of Gitee's deliveries that identify the work; all others are dropped unread. Older and newer names
 * (`project` and `repository`, `iid` and `number`) appear together or alone in captured deliveries.
 */
import { z } from "zod";
import type { Mark } from "../../ports/queue.ts";
import { momentOf, toldOfPull } from "./told.ts";

const id = z.number().int().positive();
/** An empty word says no more than a missing one. */
const word = z
  .string()
  .nullish()
  .transform((text) => text || null);

/**
 * `path_with_namespace` is the path for the API, and so are `namespace` and `path` together. `full_name` equals it in
 * captured payloads, but the help page's list of types calls it display text, so it is tried last, as a guess.
 */
const Repository = z
  .object({
    id,
    path_with_namespace: z.string().nullish(),
    namespace: z.unknown().optional(),
    path: z.string().nullish(),
    full_name: z.string().nullish(),
    default_branch: z.string().nullish(),
  })
  .transform(
    ({ id, path_with_namespace: whole, namespace, path, full_name: guess, default_branch: branch }) => ({
      id,
      path: whole || joined(namespace, path) || guess || null,
      default_branch: branch ?? null,
    }),
  );
/** Gitee's page does not say whether `path` holds the namespace, too. */
function joined(namespace: unknown, path: string | null | undefined): string | null {
  if (!path) return null;
  if (path.includes("/")) return path;
  const named = z.object({ path: z.string() }).safeParse(namespace);
  const owner = named.success ? named.data.path : namespace;
  return typeof owner === "string" && owner !== "" ? `${owner}/${path}` : null;
}
export type SourceRepository = z.output<typeof Repository>;

/** An empty object says no more than a missing one. */
const Given = z.preprocess(
  (value) => (z.strictObject({}).safeParse(value).success ? null : value),
  Repository.nullish(),
);

/** The base repository. */
export const Source = z
  .object({ repository: Given, project: Given })
  .transform(({ repository, project }, context) => {
    const found = repository ?? project ?? null;
    if (found !== null) return found;
    context.addIssue({ code: "custom", path: ["repository"], message: "expected a repository" });
    return z.NEVER;
  });

/** What a delivery says of a pull request, to compare with what the API shows; undefined: nothing. */
function stateOf({
  head,
  state,
  updated_at: at,
}: {
  head?: { sha: string } | null | undefined;
  state?: string | null | undefined;
  updated_at?: string | null | undefined;
}): Pick<Mark, "told" | "toldAt"> | undefined {
  const told = toldOfPull(head?.sha, state);
  return told === undefined ? undefined : { told, ...momentOf(at) };
}

/** The sample on the help page has no `action`: then the change is unknown, and the pull request is checked. */
export const PullPayload = z
  .object({
    action: word,
    action_desc: word,
    number: id.nullish(),
    iid: id.nullish(),
    pull_request: z
      .object({
        number: id.nullish(),
        iid: id.nullish(),
        head: z.object({ sha: z.string() }).nullish().catch(null),
        state: z.string().nullish().catch(null),
        updated_at: z.string().nullish().catch(null),
      })
      .nullish(),
    sender: z.object({ id: z.number().nullish() }).nullish(),
  })
  .transform(({ number, iid, pull_request: pull, ...rest }, context) => {
    const found = number ?? iid ?? pull?.number ?? pull?.iid ?? null;
    if (found !== null) return { ...rest, number: found, state: stateOf(pull ?? {}) };
    context.addIssue({ code: "custom", path: ["number"], message: "expected the pull request's number" });
    return z.NEVER;
  });
export type PullPayload = z.output<typeof PullPayload>;

/** Comments on issues and commits have no pull request. `note` repeats the comment's text. */
export const NotePayload = z.object({
  noteable_iid: id.nullish().catch(null),
  action: z
    .string()
    .nullish()
    .transform((action) => action || "comment"),
  noteable_type: z.string(),
  note: z.string().nullish(),
  comment: z
    .object({ id, body: z.string().nullish() })
    .nullish()
    .transform((comment) => comment ?? null),
  pull_request: z
    .object({ number: id.nullish(), iid: id.nullish() })
    .nullish()
    .transform((pull) => pull?.number ?? pull?.iid ?? null),
});
export type NotePayload = z.output<typeof NotePayload>;

/** @throws ZodError always: a delivery that asks for work does not say for which */
export function missing(field: string): never {
  const message = `expected ${field}`;
  throw new z.ZodError([{ code: "custom", path: [field], message, input: undefined }]);
}

const paths = z.array(z.string()).nullish();

export const PushPayload = z.object({
  ref: z.string(),
  /** The branch's commit before the push. */
  before: z.string().nullish().catch(null),
  after: z.string().nullish().catch(null),
  /** At most ten of them. */
  commits: z
    .array(
      z.object({
        added: paths,
        removed: paths,
        modified: paths,
        parent_ids: z.array(z.string()).nullish().catch(null),
      }),
    )
    .nullish()
    .transform((commits) => commits ?? null),
  /** Anything but `false` means that there may be more commits than those listed. */
  commits_more_than_ten: z.unknown().optional(),
  total_commits_count: z.coerce.number().nullish().catch(null),
});
export type PushPayload = z.output<typeof PushPayload>;

/** A check event. No source documents its header or the fields of `check_run`; it names no pull request. */
export const CheckPayload = z.object({
  action: z.string().nullish(),
  check_run: z.object({
    id: id.nullish().catch(null),
    head_sha: z.string().nullish().catch(null),
    name: z.string().nullish().catch(null),
    conclusion: z.string().nullish().catch(null),
    details_url: z.string().nullish().catch(null),
  }),
});
export type CheckPayload = z.output<typeof CheckPayload>;

/** Whether a delivery is about a check run, whatever its header says. */
export function isCheckPayload(payload: unknown): boolean {
  return z.object({ check_run: z.looseObject({}) }).safeParse(payload).success;
}
