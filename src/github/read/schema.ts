/** GitHub's answers, by the fields that are read. */
import { z } from "zod";
import { Failure } from "../../error.ts";
import type { GraphQLAnswer } from "../traffic/client.ts";
import { graphQLFailure, type GraphQLProblem } from "../traffic/failure.ts";

/** Stands where GraphQL answered null because of an error, so that it is never taken for "there is none". */
export const Unanswered = z.object({ unanswered: z.string() });
export type Unanswered = z.infer<typeof Unanswered>;

export function isUnanswered(value: unknown): value is Unanswered {
  return typeof value === "object" && value !== null && "unanswered" in value;
}

/** Those of a list about which GitHub answered. */
export function answered<Value>(values: readonly (Value | Unanswered | null)[]): Value[] {
  return values.filter((value): value is Value => value !== null && !isUnanswered(value));
}

/** Null where there is none, {@link Unanswered} where GitHub did not say. */
const perhaps = <Schema extends z.ZodType>(schema: Schema) => z.union([Unanswered, schema]).nullable();

const number = z.number().int().positive();
const PageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

export const Account = z.object({
  __typename: z.string(),
  login: z.string(),
  databaseId: number.nullish(),
  user: z.object({ databaseId: number.nullish(), login: z.string() }).nullish(),
});
export type Account = z.infer<typeof Account>;

export const Person = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  user: perhaps(z.object({ databaseId: number, login: z.string() })),
});
export type Person = z.infer<typeof Person>;

export const Authors = z.object({
  totalCount: z.number(),
  pageInfo: PageInfo,
  nodes: z.array(perhaps(Person)),
});
export type Authors = z.infer<typeof Authors>;

export const Commit = z.object({
  oid: z.string(),
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
  nodes: z.array(perhaps(z.object({ commit: z.union([Unanswered, Commit]) }))),
});
export type Commits = z.infer<typeof Commits>;

const Status = z.object({
  context: z.string(),
  state: z.string(),
  description: z.string().nullable(),
  targetUrl: z.string().nullable(),
  creator: perhaps(z.object({ login: z.string() })),
});
export type Status = z.infer<typeof Status>;

const CheckRun = z.object({
  databaseId: number,
  name: z.string(),
  conclusion: z.string().nullable(),
  title: z.string().nullable(),
  summary: z.string().nullable(),
  detailsUrl: z.string().nullable(),
});
export type CheckRun = z.infer<typeof CheckRun>;

export const Marks = z.object({
  oid: z.string(),
  status: perhaps(z.object({ contexts: z.array(Status) })),
  checkSuites: perhaps(
    z.object({
      nodes: z.array(
        perhaps(
          z.object({
            status: z.string(),
            checkRuns: perhaps(z.object({ nodes: z.array(perhaps(CheckRun)) })),
          }),
        ),
      ),
    }),
  ),
});
export type Marks = z.infer<typeof Marks>;

const PolicyBlob = perhaps(
  z.object({ __typename: z.string(), text: z.string().nullish(), isTruncated: z.boolean().nullish() }),
);
export type PolicyBlob = z.infer<typeof PolicyBlob>;

/** The policy file under the name `cla.yaml`, which is a mistake. */
const Misnamed = perhaps(z.object({ __typename: z.string() })).optional();

export const Repository = z.object({
  databaseId: number,
  nameWithOwner: z.string(),
  isPrivate: z.boolean(),
  isArchived: z.boolean(),
  object: PolicyBlob,
  misnamed: Misnamed,
  owner: z.object({ repository: perhaps(z.object({ object: PolicyBlob, misnamed: Misnamed })) }),
});
export type Repository = z.infer<typeof Repository>;

export const Comments = z.object({
  totalCount: z.number(),
  pageInfo: PageInfo,
  nodes: z.array(
    perhaps(
      z.object({
        id: z.string(),
        // GraphQL's BigInt: a string, or a number where it still fits one.
        fullDatabaseId: z.coerce.number().int().positive(),
        viewerDidAuthor: z.boolean(),
        isMinimized: z.boolean(),
        body: z.string(),
      }),
    ),
  ),
});
export type Comments = z.infer<typeof Comments>;

export const PullRequest = z.object({
  number,
  title: z.string(),
  url: z.string(),
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  locked: z.boolean(),
  headRefOid: z.string(),
  baseRefOid: z.string(),
  author: perhaps(Account),
  viewerDidAuthor: z.boolean(),
  labels: perhaps(z.object({ nodes: z.array(perhaps(z.object({ name: z.string() }))) })),
  comments: Comments,
  commits: Commits,
  last: z.object({ nodes: z.array(perhaps(z.object({ commit: z.union([Unanswered, Marks]) }))) }),
});
export type PullRequest = z.infer<typeof PullRequest>;

/** A pull request's place in a merge queue, with what the queue built for it. */
export const QueueEntry = z.object({
  baseCommit: z.object({ oid: z.string() }),
  headCommit: z.object({ oid: z.string() }),
  pullRequest: z.object({ number }),
});
export type QueueEntry = z.infer<typeof QueueEntry>;

export const Viewer = z.object({ login: z.string() });

/**
 * Reads a GraphQL answer. Where a part failed stands {@link Unanswered}; where the schema does not allow for
 * that, the whole has failed.
 * @throws Failure of what the host said; `host-answer` when it said nothing and yet the shape is another
 */
export function readAnswer<Schema extends z.ZodType>(
  schema: Schema,
  { data, problems }: GraphQLAnswer,
): z.infer<Schema> {
  for (const problem of problems) markUnanswered(data, problem);
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  // That an organisation shares no policy is a problem too, and none of these.
  const places = placesIn(parsed.error);
  const blamed = problems.filter(({ path }) => {
    const at = path?.join(".") ?? "";
    return places.some((place) => place.startsWith(at) || at.startsWith(place));
  });
  throw blamed.length > 0 ? graphQLFailure(blamed, Date.now()) : notAsDocumented(parsed.error);
}

/** Reads a REST answer. @throws Failure `host-answer` */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw notAsDocumented(parsed.error);
}

/** Null where GitHub says that there is none; true where it says nothing more than that there is. */
export async function unlessGone(request: Promise<unknown>): Promise<unknown> {
  try {
    return (await request) ?? true;
  } catch (error) {
    if (error instanceof Failure && error.code === "not-found") return null;
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

/** Where the fault lies, within the alternatives too; never its value, which may be somebody's. */
function placesOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  if (issue.code !== "invalid_union") return [path.map(String).join(".") || "the whole"];
  const meant = issue.errors.filter((issues) => !issues.some(({ path: [first] }) => first === "unanswered"));
  return meant.flatMap((issues) => issues.flatMap((inner) => placesOf(inner, path)));
}

/** Lays a mark on the null that a problem's path leads to, or on the one above it to which it rose. */
function markUnanswered(data: unknown, problem: GraphQLProblem): void {
  let place = data;
  for (const step of problem.path ?? []) {
    if (typeof place !== "object" || place === null) return;
    const next: unknown = Reflect.get(place, step);
    if (next === null) {
      Reflect.set(place, step, { unanswered: problem.type ?? "error" } satisfies Unanswered);
      return;
    }
    place = next;
  }
}
