/** GitHub's refusals, as the failures that Countersign foresees. Its sentences are read here and nowhere else. */
import { z } from "zod";
import { Failure, type FailureCode } from "../../error.ts";

const Headers = z.record(z.string(), z.union([z.string(), z.number()]).optional());

const RequestError = z.object({
  status: z.number(),
  response: z
    .object({
      headers: Headers,
      data: z.unknown(),
    })
    .optional(),
});

const Body = z.object({ message: z.string() });

/** An entry of a GraphQL answer's `errors`. */
export const GraphQLProblem = z.object({
  type: z.string().nullish(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
});
export type GraphQLProblem = z.infer<typeof GraphQLProblem>;

/** Seconds to wait after a secondary limit that does not say how long. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const UNSAID_WAIT = 60;

/** What a refusal's sentence means, most telling first. */
const SENTENCES: readonly (readonly [RegExp, FailureCode])[] = [
  [/suspended/i, "installation-suspended"],
  [/archived/i, "repository-archived"],
  [/\blocked\b/i, "conversation-locked"],
  [/not accessible by integration|must have (?:admin|push|write)/i, "permission-missing"],
];

/**
 * @param route the request's template, e.g. `GET /app`: it names nobody
 * @param now milliseconds since the epoch
 * @returns null for what is no refusal of the host: a bug. The cause of a refusal is its HTTP status.
 */
export function failureOf(error: unknown, route: string, now: number): Failure | null {
  if (error instanceof Failure) return error;
  const { data: refusal } = RequestError.safeParse(error);
  if (refusal === undefined) return null;
  const { status, response } = refusal;
  // Octokit calls a connection that failed a 500 without an answer.
  if (response === undefined) return new Failure("host-unreachable", `GitHub did not answer ${route}`);
  const message = Body.safeParse(response.data).data?.message ?? "";
  const retryAt = retryTime(status, message, response.headers, now);
  if (retryAt !== null) return new Failure("host-limit", undefined, { retryAt });
  const code = codeOf(status, message);
  return code === "permission-missing"
    ? permissionMissing(response.headers["x-accepted-github-permissions"], route)
    : new Failure(code, detailOf(code, status, route), { cause: status });
}

/** When a limit ends, in milliseconds since the epoch; null: the refusal is no limit. */
function retryTime(
  status: number,
  message: string,
  headers: z.infer<typeof Headers>,
  now: number,
): number | null {
  if (status !== 403 && status !== 429) return null;
  const after = Number(headers["retry-after"]);
  if (after > 0) return now + after * 1000;
  if (String(headers["x-ratelimit-remaining"]) === "0")
    return Math.max(now, Number(headers["x-ratelimit-reset"]) * 1000) + 1000;
  return status === 429 || /secondary rate|rate limit|abuse/i.test(message) ? now + UNSAID_WAIT * 1000 : null;
}

function codeOf(status: number, message: string): FailureCode {
  if (status === 401) return "host-credentials";
  if (status === 404 || status === 410) return "not-found";
  if (status === 403)
    return SENTENCES.find(([sentence]) => sentence.test(message))?.[1] ?? "permission-missing";
  return "host-refused";
}

function detailOf(code: FailureCode, status: number, route: string): string | undefined {
  switch (code) {
    case "host-credentials":
      return "GitHub did not accept the app's credentials: check APP_ID and PRIVATE_KEY";
    case "installation-suspended":
      return "the app's installation is suspended: unsuspend it in the account's settings";
    case "host-refused":
      return `GitHub answered ${status} to ${route}`;
    default:
      return undefined;
  }
}

/** @param accepted e.g. `statuses=write; checks=write`: any of these would have done */
export function permissionMissing(accepted: string | number | undefined, what: string): Failure {
  const needed = accepted === undefined || accepted === "" ? `that ${what} needs` : `“${accepted}”`;
  return new Failure(
    "permission-missing",
    `the app lacks the permission ${needed}: grant it to the app and accept it in the installation's settings`,
  );
}

/** The failure behind a GraphQL answer of which nothing can be used. */
export function graphQLFailure(problems: readonly GraphQLProblem[], now: number): Failure {
  const has = (type: string): boolean => problems.some((problem) => problem.type === type);
  if (has("RATE_LIMITED")) return new Failure("host-limit", undefined, { retryAt: now + UNSAID_WAIT * 1000 });
  if (has("FORBIDDEN") || has("INSUFFICIENT_SCOPES"))
    return permissionMissing(undefined, `the part ${problems[0]?.path?.join(".") ?? "asked for"}`);
  if (has("NOT_FOUND")) return new Failure("not-found");
  return new Failure("host-refused", `GitHub answered a query with: ${problems[0]?.type ?? "an error"}`);
}
