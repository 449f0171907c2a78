/** GitHub's answers, by the fields that are read. */
import { z } from "zod";
import { Failure } from "../../error.ts";
import type { GraphQLAnswer } from "../traffic/client.ts";
import { graphQLFailure, GraphQLProblem, isNotThere } from "../traffic/failure.ts";

/**
 * Replaces a null that GraphQL answered because of an error, so that it is never read as "none". `gone`: GitHub
 * reported that exactly this part does not exist, and no other error there.
 */
export const Unanswered = z.object({ unanswered: z.array(GraphQLProblem), gone: z.boolean() });
export type Unanswered = z.infer<typeof Unanswered>;

export function isUnanswered(value: unknown): value is Unanswered {
  return typeof value === "object" && value !== null && "unanswered" in value;
}

/** The list entries that GitHub returned. */
export function answered<Value>(values: readonly (Value | Unanswered | null)[]): Value[] {
  return values.filter((value): value is Value => value !== null && !isUnanswered(value));
}

/** GitHub's answer; null if it gave none for any reason. */
export function told<Value>(value: Value | Unanswered | null | undefined): Value | null {
  return value === undefined || value === null || isUnanswered(value) ? null : value;
}

/** The entries of a list, or null if the whole list is unknown. */
export function entriesOf<Value>(list: { nodes: Value[] | Unanswered | null }): Value[] | null {
  return told(list.nodes);
}

/** Null if it does not exist, {@link Unanswered} if GitHub did not answer. */
export const perhaps = <Schema extends z.ZodType>(schema: Schema) => z.union([Unanswered, schema]).nullable();

/** The `nodes` of a connection: GitHub may leave out some or all of them. */
export const nodes = <Schema extends z.ZodType>(schema: Schema) => perhaps(z.array(perhaps(schema)));

const number = z.number().int().positive();
export const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: perhaps(z.string()) });
export type PageInfo = z.infer<typeof PageInfo>;

/**
 * The cursor of the next page; null: this is the last page. @throws Failure `host-answer` when GitHub did not say where
 */
export function nextPage({ hasNextPage, endCursor }: PageInfo): string | null {
  if (!hasNextPage) return null;
  const cursor = told(endCursor);
  if (cursor === null) throw new Failure("host-answer", "GitHub did not say where a list continues");
  return cursor;
}

export const Account = z.object({
  type: z.string(),
  login: z.string(),
  databaseId: perhaps(number).optional(),
  user: perhaps(z.object({ databaseId: perhaps(number).optional(), login: z.string() })).optional(),
});
export type Account = z.infer<typeof Account>;

/** A commit's name. An answer with anything else in its place does not say which commit is meant. */
export const sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

export const Person = z.object({
  name: perhaps(z.string()),
  email: perhaps(z.string()),
  user: perhaps(z.object({ id: z.string().optional(), databaseId: perhaps(number), login: z.string() })),
});
export type Person = z.infer<typeof Person>;

export const Authors = z.object({
  totalCount: z.number(),
  pageInfo: PageInfo,
  nodes: nodes(Person),
});
export type Authors = z.infer<typeof Authors>;

export const Commit = z.object({
  oid: sha,
  message: z.string(),
  parents: z.object({ totalCount: z.number() }),
  authors: z.union([Unanswered, Authors]),
  committer: perhaps(Person),
  signature: perhaps(z.object({ wasSignedByGitHub: z.boolean() })),
});
export type Commit = z.infer<typeof Commit>;

export const Commits = z.object({
  totalCount: z.number(),
  pageInfo: PageInfo,
  nodes: nodes(z.object({ commit: z.union([Unanswered, Commit]) })),
});
export type Commits = z.infer<typeof Commits>;

const Status = z.object({
  context: z.string(),
  state: z.string(),
  description: perhaps(z.string()),
  targetUrl: perhaps(z.string()),
  creator: perhaps(z.object({ type: z.string(), databaseId: perhaps(number).optional() })),
});
export type Status = z.infer<typeof Status>;

const CheckRun = z.object({
  databaseId: perhaps(number),
  name: z.string(),
  conclusion: perhaps(z.string()),
  title: perhaps(z.string()),
  summary: perhaps(z.string()),
  detailsUrl: perhaps(z.string()),
});
export type CheckRun = z.infer<typeof CheckRun>;

const CheckSuites = z.object({
  nodes: nodes(z.object({ status: z.string(), checkRuns: perhaps(z.object({ nodes: nodes(CheckRun) })) })),
});
export type CheckSuites = z.infer<typeof CheckSuites>;

export const Marks = z.object({
  oid: sha,
  status: perhaps(z.object({ contexts: z.array(Status) })),
  checkSuites: perhaps(CheckSuites),
});
export type Marks = z.infer<typeof Marks>;

const PolicyBlob = perhaps(
  z.object({
    __typename: z.string(),
    text: perhaps(z.string()).optional(),
    isBinary: perhaps(z.boolean()).optional(),
    isTruncated: z.boolean().nullish(),
  }),
);
export type PolicyBlob = z.infer<typeof PolicyBlob>;

/** The policy file under the wrong name `cla.yaml`. */
const Misnamed = perhaps(z.object({ __typename: z.string() })).optional();

/** The policy file at the tip of a default branch, and the other names in its folder: a null alone may be a gap. */
const PolicyPlace = z.object({
  object: PolicyBlob,
  misnamed: Misnamed,
  folder: perhaps(
    z.object({ entries: perhaps(z.array(z.object({ name: z.string() }))).optional() }),
  ).optional(),
});
export type PolicyPlace = z.infer<typeof PolicyPlace>;

export const Repository = PolicyPlace.extend({
  databaseId: perhaps(number),
  nameWithOwner: z.string(),
  isPrivate: z.boolean(),
  isArchived: z.boolean(),
  owner: z.object({ repository: perhaps(PolicyPlace) }),
});
export type Repository = z.infer<typeof Repository>;

export const Comments = z.object({
  totalCount: z.number(),
  pageInfo: PageInfo,
  nodes: nodes(
    z.object({
      id: z.string(),
      // GraphQL's BigInt: a string, or a number where it still fits one.
      fullDatabaseId: perhaps(z.union([z.string(), z.number()]).transform(Number).pipe(number)),
      viewerDidAuthor: z.boolean(),
      isMinimized: z.boolean(),
      body: z.string(),
    }),
  ),
});
export type Comments = z.infer<typeof Comments>;

export const PullRequest = z.object({
  number,
  title: z.string(),
  url: z.string(),
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  locked: z.boolean(),
  headRefOid: sha,
  baseRefOid: z.string(),
  baseRefName: z.string(),
  updatedAt: z.iso.datetime(),
  author: perhaps(Account),
  viewerDidAuthor: z.boolean(),
  labels: perhaps(z.object({ nodes: nodes(z.object({ name: z.string() })) })),
  comments: Comments,
  commits: Commits,
  last: z.object({ nodes: nodes(z.object({ commit: z.union([Unanswered, Marks]) })) }),
});
export type PullRequest = z.infer<typeof PullRequest>;

const Oid = z.object({ oid: sha });

/**
 * A pull request's entry in a merge queue, with the commits that the queue built for it; null until it has built them.
 */
export const QueueEntry = z.object({
  baseCommit: perhaps(Oid),
  headCommit: perhaps(Oid),
  pullRequest: perhaps(z.object({ number })),
});
export type QueueEntry = z.infer<typeof QueueEntry>;

export const Viewer = z.object({ login: z.string(), databaseId: perhaps(number).optional() });
export type Viewer = z.infer<typeof Viewer>;

/**
 * Reads a GraphQL answer. {@link Unanswered} replaces a failed part; if the schema does not allow that, the whole
 * answer failed.
 * @throws Failure for the host's errors; `host-answer` when it reported no error but the shape is wrong
 */
export function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  { data, problems }: GraphQLAnswer,
): z.infer<Schema> {
  for (const problem of problems)
    // An error without a path may explain any null.
    if (!markUnanswered(data, problem)) throw graphQLFailure([problem]);
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  // A few show which error explains them; comparing all with all would cost their square.
  const places = placesIn(parsed.error).slice(0, 100);
  const blamed = problems.filter(({ path }) => {
    const at = path?.join(".") ?? "";
    return places.some((place) => place.startsWith(at) || at.startsWith(place));
  });
  throw blamed.length > 0 ? graphQLFailure(blamed) : notAsDocumented(parsed.error);
}

/**
 * An object that was requested by its id.
 * @param what for the failure, e.g. `the repository`
 * @throws Failure `not-found` only if GitHub said that this object does not exist
 */
export function existing<Value>(value: Value | Unanswered | null | undefined, what: string): Value {
  if (isUnanswered(value))
    throw value.gone
      ? new Failure("not-found", `GitHub says that ${what} does not exist, or does not show it to the app`)
      : graphQLFailure(value.unanswered);
  if (value === undefined || value === null)
    throw new Failure("host-answer", `GitHub answered nothing about ${what}`);
  return value;
}

/** Reads a REST answer. @throws Failure `host-answer` */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw notAsDocumented(parsed.error);
}

/** Null if GitHub says that it does not exist; true if GitHub only says that it exists. */
export async function unlessGone(request: Promise<unknown>): Promise<unknown> {
  try {
    return (await request) ?? true;
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}

/**
 * The body of what a REST path names by its id, or by the name that a person gave.
 * @throws Failure `not-found` when GitHub says that there is none
 */
export async function existingBody(request: Promise<unknown>): Promise<unknown> {
  try {
    return await request;
  } catch (error) {
    if (isNotThere(error)) throw new Failure("not-found", undefined, { cause: error });
    throw error;
  }
}

function notAsDocumented(error: z.ZodError): Failure {
  const fields = placesIn(error).slice(0, 5);
  return new Failure("host-answer", `GitHub's answer is not of the shape it documents: ${fields.join(", ")}`);
}

function placesIn(error: z.ZodError): readonly string[] {
  return [...new Set(error.issues.flatMap((issue) => placesOf(issue, [])))];
}

/** The path of the fault, also within alternatives; never its value, which may be personal data. */
function placesOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union") return [path.map(String).join(".") || "the whole"];
  const meant = issue.errors.filter((issues) => !issues.some(({ path: [first] }) => first === "unanswered"));
  return meant.flatMap((issues) => issues.flatMap((inner) => placesOf(inner, path)));
}

/**
 * Marks the null at an error's path, or the null above it to which the error propagated.
 * @returns false when the path leads to no null
 */
function markUnanswered(data: unknown, problem: GraphQLProblem): boolean {
  const path = problem.path ?? [];
  let place = data;
  for (const [index, step] of path.entries()) {
    if (typeof place !== "object" || place === null) return false;
    const next: unknown = Reflect.get(place, step);
    if (isUnanswered(next)) {
      next.unanswered.push(problem);
      next.gone = false;
      return true;
    }
    if (next === null) {
      const gone = problem.type === "NOT_FOUND" && index === path.length - 1;
      Reflect.set(place, step, { unanswered: [problem], gone } satisfies Unanswered);
      return true;
    }
    place = next;
  }
  return false;
}
