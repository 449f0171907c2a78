/** The payloads of GitHub's webhooks, by the fields that are read. https://docs.github.com/webhooks */
import { z } from "zod";

const number = z.number().int().positive();
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** The origin of a payload: on every event about a repository. */
const source = {
  // It is stored as it is. https://docs.github.com/graphql/guides/using-global-node-ids
  repository: z.object({ id: number, node_id: z.string().regex(/^[\w+/=-]{1,128}$/) }),
  installation: z.object({ id: number }).nullish(),
};
export const Source = z.object(source);
export type Source = z.infer<typeof Source>;

/** An event of the repository itself; `changes` says what it was before. */
export const RepositoryPayload = z.object({
  ...source,
  repository: source.repository.extend({ name: z.string(), default_branch: z.string().nullish() }),
  changes: z
    .object({
      default_branch: z.looseObject({}).nullish(),
      repository: z.object({ name: z.object({ from: z.string() }).nullish() }).nullish(),
    })
    .nullish(),
});

export const Action = z.object({ action: z.string() });

export const PullRequestPayload = z.object({
  ...source,
  pull_request: z.object({
    number,
    head: z.object({ sha }).nullish(),
    base: z.object({ ref: z.string() }).nullish(),
    state: z.enum(["open", "closed"]).nullish(),
    updated_at: z.iso.datetime().nullish(),
  }),
});
export const PullRequestEdited = z.object({ changes: z.object({ base: z.looseObject({}).optional() }) });

export const IssueCommentPayload = z.object({
  ...source,
  issue: z.object({ number, pull_request: z.looseObject({}).nullish() }),
  comment: z.object({ id: number, body: z.string() }),
});

export const MergeGroupPayload = z.object({
  ...source,
  merge_group: z.object({ head_sha: sha, base_sha: sha }),
});

const rerun = z.object({
  pull_requests: z
    .array(z.object({ number, base: z.object({ repo: z.object({ id: number }) }) }))
    .nullish()
    .transform((pulls) => pulls ?? []),
});
export const CheckRunPayload = z.object({ ...source, check_run: rerun });
export const CheckSuitePayload = z.object({ ...source, check_suite: rerun });

const paths = z.array(z.string()).nullish();
export const PushPayload = z.object({
  ref: z.string(),
  after: sha.nullish(),
  deleted: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  repository: source.repository.extend({ name: z.string(), default_branch: z.string() }),
  installation: source.installation,
  commits: z
    .array(z.object({ added: paths, modified: paths, removed: paths }))
    .nullish()
    .transform((commits) => commits ?? []),
});

export const InstallationPayload = z.object({ installation: z.object({ id: number }) });

const repositories = z
  .array(source.repository.extend({ name: z.string().nullish() }))
  .nullish()
  .transform((list) => list ?? []);
export const InstallationRepositoriesPayload = z.object({
  installation: z.object({ id: number }),
  repositories_added: repositories,
  repositories_removed: repositories,
});
