/** Maps GitHub's refusals to the failures of Countersign. Only this file reads GitHub's sentences. */
import { z } from "zod";
import { Failure, type FailureCode } from "../../error.ts";
import { LONGEST_WAIT } from "./window.ts";

const Headers = z.record(z.string(), z.union([z.string(), z.number()]).optional());

const RequestError = z.object({
  status: z.number(),
  response: z
    .object({
      url: z.string().optional(),
      headers: Headers,
      data: z.unknown(),
    })
    .optional(),
});

/** The text of a refusal: the reason of a 422 is among its errors. */
const Body = z.object({
  message: z.string(),
  errors: z.array(z.union([z.string(), z.object({ message: z.string().optional() })])).optional(),
});

/** An entry of a GraphQL answer's `errors`. */
export const GraphQLProblem = z.object({
  type: z.string().nullish(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  message: z.string().nullish(),
});
export type GraphQLProblem = z.infer<typeof GraphQLProblem>;

/**
 * The meaning of a refusal's sentence, most specific first. Sources of the sentences: IP allow list and single sign-on:
 * https://github.com/renovatebot/renovate/issues/20253,
 * https://docs.github.com/rest/authentication/authenticating-to-the-rest-api (`X-GitHub-SSO`); blocked repository:
 * https://docs.github.com/rest/repos/repos (451), `"Repository access blocked"`; blocked account:
 * https://docs.github.com/communities/maintaining-your-safety-on-github/blocking-a-user-from-your-personal-account.
 */
const SENTENCES: readonly (readonly [RegExp, FailureCode])[] = [
  [/IP allow list/i, "ip-not-allowed"],
  [/\bSAML\b|single sign-on|\bSSO\b/i, "sso-required"],
  [/suspended/i, "installation-suspended"],
  [/archived/i, "repository-archived"],
  [/(?:repository|access).*\b(?:blocked|disabled)\b|\bDMCA\b/i, "repository-blocked"],
  [/\bblocked\b/i, "account-blocked"],
  [/\blocked\b/i, "conversation-locked"],
  [/maximum number of statuses/i, "status-limit"],
  [/not accessible by|must have (?:admin|push|write)|permission/i, "permission-missing"],
];

/** The same sentences may also come with a 422. */
const UNPROCESSABLE = SENTENCES.filter(([, code]) =>
  ["status-limit", "account-blocked", "conversation-locked", "repository-archived"].includes(code),
);

/** A limit without an end time: the pace doubles the wait. */
const UNTOLD = "untold";

/** Whether a limit did not say when it ends. */
export function isUntold({ code, cause }: Failure): boolean {
  return code === "host-limit" && cause === UNTOLD;
}

function limit(end: number | null, now: number): Failure {
  const told = end === null ? { cause: UNTOLD } : { retryAt: Math.min(end, now + LONGEST_WAIT) };
  return new Failure("host-limit", undefined, told);
}

/**
 * @param route the request's template, e.g. `GET /app`: it names nobody
 * @param now milliseconds since the epoch
 * @returns null if it is not a refusal of the host but a bug. The cause of a refusal is its HTTP status.
 */
export function failureOf(error: unknown, route: string, now: number): Failure | null {
  if (error instanceof Failure) return error;
  const { data: refusal } = RequestError.safeParse(error);
  if (refusal === undefined) return null;
  const { status, response } = refusal;
  // Octokit reports a failed connection as a 500 without an answer.
  if (response === undefined) return new Failure("host-unreachable", `GitHub did not answer ${route}`);
  // GitHub's API answers in JSON, which Octokit parses; text is another server's or a proxy's, and says nothing of what is there.
  if (isMissing(status) && typeof response.data === "string" && response.data !== "")
    return new Failure(
      "host-answer",
      `${status} to ${route} came as a page, so this is not GitHub's API: check GHE_HOST and what answers there`,
    );
  const message = sentencesOf(response.data);
  const { headers } = response;
  if (isLimit(status, message, headers)) return limit(limitEnd(headers, now), now);
  const code = codeOf(status, message, response);
  return code === "permission-missing"
    ? permissionMissing(headers["x-accepted-github-permissions"], route)
    : new Failure(code, detailOf(code, status, route), { cause: status });
}

function sentencesOf(body: unknown): string {
  const { message = "", errors = [] } = Body.safeParse(body).data ?? {};
  return [message, ...errors.map((error) => (typeof error === "string" ? error : (error.message ?? "")))]
    .join("\n")
    .slice(0, LONGEST_SENTENCE);
}

/** More than any sentence of GitHub's, in characters. Reading more of a foreign one may cost its square. */
const LONGEST_SENTENCE = 2_000;

const LIMIT_SENTENCE = /secondary rate|rate limit|abuse detection/i;

/** https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit */
function isLimit(status: number, message: string, headers: z.infer<typeof Headers>): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    Number(headers["retry-after"]) > 0 ||
    String(headers["x-ratelimit-remaining"]) === "0" ||
    LIMIT_SENTENCE.test(message)
  );
}

/** When a limit ends, in milliseconds since the epoch; null: unknown. */
function limitEnd(headers: z.infer<typeof Headers>, now: number): number | null {
  const after = Number(headers["retry-after"]);
  if (after > 0) return now + after * 1000;
  // A proxy in front of GitHub may send a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
  const date = Number.isNaN(after) ? Date.parse(String(headers["retry-after"])) : Number.NaN;
  if (date > now) return date;
  const reset = Number(headers["x-ratelimit-reset"]);
  if (String(headers["x-ratelimit-remaining"]) === "0" && reset > 0)
    return Math.max(now, reset * 1000) + 1000;
  return null;
}

/** The request for an installation's token, which comes before every other request of the installation. */
const TOKEN = /\/app\/installations\/\d+\/access_tokens$/;

function codeOf(
  status: number,
  message: string,
  { url = "", headers }: { readonly url?: string | undefined; readonly headers: z.infer<typeof Headers> },
): FailureCode {
  if (status === 401) return "host-credentials";
  // Any other path may name something else than what the caller asks about: see `isNotThere`.
  if (isMissing(status)) return TOKEN.test(url) ? "not-found" : "host-refused";
  if (status === 451) return "repository-blocked";
  if (status === 422)
    return UNPROCESSABLE.find(([sentence]) => sentence.test(message))?.[1] ?? "host-refused";
  if (status !== 403) return "host-refused";
  if (headers["x-github-sso"] !== undefined) return "sso-required";
  return SENTENCES.find(([sentence]) => sentence.test(message))?.[1] ?? "host-refused";
}

function isMissing(status: unknown): boolean {
  return status === 404 || status === 410;
}

/**
 * Whether GitHub answered a REST request with "not found" or "gone". Only the caller knows whether its path leads to
 * the very thing that it asks about; for every other caller it is a refusal like any other.
 */
export function isNotThere(error: unknown): boolean {
  return error instanceof Failure && error.code === "host-refused" && isMissing(error.cause);
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

/** @param accepted e.g. `statuses=write; checks=write`: any of these would have sufficed */
export function permissionMissing(accepted: string | number | undefined, what: string): Failure {
  const needed = accepted === undefined || accepted === "" ? `that ${what} needs` : `“${accepted}”`;
  return new Failure(
    "permission-missing",
    `the app lacks the permission ${needed}: grant it to the app and accept it in the installation's settings`,
  );
}

/** Both spellings of the type are sent. */
const LIMIT_TYPES = ["RATE_LIMITED", "RATE_LIMIT"];
/** The sentences of a secondary limit, which may have another type or none. */
const SECONDARY_SENTENCE = /secondary rate|abuse detection/i;
/** The sentence of a limit of any kind, e.g. "API rate limit already exceeded for installation ID 1". */
const EXCEEDED_SENTENCE = /rate limit (?:already )?exceeded/i;

/** The limit that a GraphQL answer reports, whatever its HTTP status; null: none. */
export function graphQLLimit(
  problems: readonly GraphQLProblem[],
  headers: Readonly<Record<string, string | number | undefined>>,
  now: number,
): Failure | null {
  const limited = problems.some(
    ({ type, message }) =>
      LIMIT_TYPES.includes(type ?? "") ||
      SECONDARY_SENTENCE.test(message ?? "") ||
      EXCEEDED_SENTENCE.test(message ?? "") ||
      ((type === null || type === undefined) && LIMIT_SENTENCE.test(message ?? "")),
  );
  if (!limited) return null;
  // A secondary limit may have the type and the hour's end of a primary one, which is not its own end.
  const secondary = problems.some(({ message }) => SECONDARY_SENTENCE.test(message ?? ""));
  const typed = !secondary && problems.some(({ type }) => LIMIT_TYPES.includes(type ?? ""));
  const reset = Number(headers["x-ratelimit-reset"]);
  const told = limitEnd(headers, now);
  return limit(told ?? (typed && reset > 0 ? Math.max(now, reset * 1000) + 1000 : null), now);
}

/** The mark in {@link Failure.cause} of a query that is too large for GitHub. */
const SIZE = "size";

/** Whether a smaller query may be answered: GitHub gives up after ten seconds, or at a limit of its own. */
export function isTooLarge(error: unknown): boolean {
  return (
    error instanceof Failure &&
    error.code === "host-refused" &&
    [502, 504, SIZE].some((is) => is === error.cause)
  );
}

/** Types and sentences with which GitHub gives up on a query. */
function gaveUp({ type, message }: GraphQLProblem): boolean {
  if (type === "RESOURCE_LIMITS_EXCEEDED" || type === "MAX_NODE_LIMIT_EXCEEDED") return true;
  return (
    (type === null || type === undefined) &&
    /something went wrong|timeout|timed out|resource limit/i.test(message ?? "")
  );
}

/** Whether GitHub left parts out because the query was too large. */
export function isCutBySize(problems: readonly GraphQLProblem[]): boolean {
  return problems.some(gaveUp);
}

/** Where the answers have the organization's `.github`. */
const SHARED = "node.owner.repository";

/**
 * The failure of a part that GitHub did not answer. It never says that something is gone: only the reader knows whether
 * it requested that part.
 */
export function graphQLFailure(problems: readonly GraphQLProblem[]): Failure {
  // An installation may be refused the organization's `.github` in every answer, so another error is the cause.
  const others = problems.filter(({ path }) => path?.join(".") !== SHARED);
  // A missing part does not count if there is another error.
  const told = (others.length > 0 ? others : problems).filter(({ type }) => type !== "NOT_FOUND");
  const isRefusal = ({ type }: GraphQLProblem): boolean =>
    type === "FORBIDDEN" || type === "INSUFFICIENT_SCOPES";
  const passing = told.find((problem) => !isRefusal(problem));
  const [refused] = told;
  if (refused !== undefined && passing === undefined) {
    const codes = told.map(
      ({ message }) =>
        SENTENCES.find(([sentence]) => sentence.test((message ?? "").slice(0, LONGEST_SENTENCE)))?.[1],
    );
    const code = codes.find((one) => one !== undefined && one !== "permission-missing");
    if (code !== undefined) return new Failure(code);
    return permissionMissing(undefined, `the part ${refused.path?.join(".") ?? "asked for"}`);
  }
  return new Failure(
    "host-refused",
    `GitHub answered a query with: ${(passing ?? problems[0])?.type ?? "an error"}`,
    problems.some(gaveUp) ? { cause: SIZE } : {},
  );
}
