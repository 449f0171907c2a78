import { Failure } from "../../error.ts";

/** A description of the request for errors. It names nobody; a path would name people. */
export type Asked = string;

/** The longest wait that the bot accepts from a host. */
const LONGEST_WAIT = 3_600_000;

/** An answer outside 2xx, with its status for a caller that knows its meaning. */
export class Refusal extends Failure {
  readonly status: number;

  constructor(status: number, ...[code, detail, options]: ConstructorParameters<typeof Failure>) {
    super(code, detail, { cause: status, ...options });
    this.status = status;
  }
}

/**
 * Maps an answer outside 2xx to a failure. Gitee's own message is left out: it may name people.
 * @param text the body, read only to tell a used-up limit from a missing permission, both 403
 * @param method of the request. Gitee answers 404 for resources that it does not show. For a write, 404 means that the
 * bot lacks a permission, never that a resource it just read is gone.
 * @param now milliseconds since the epoch
 */
export function failureOf(
  response: Response,
  text: string,
  { asked, method }: { readonly asked: Asked; readonly method: string },
  now: number,
): Failure {
  const { status, headers } = response;
  const said = `Gitee answered ${status} when asked for ${asked}`;
  switch (status) {
    case 401:
      return new Refusal(
        status,
        "host-credentials",
        `${said}: give the bot a token that is in force (GITEE_TOKEN)`,
      );
    case 403:
      if (isLimit(headers, text)) return limit(said, headers, now);
      return unpermitted(status, said);
    case 429:
      return limit(said, headers, now);
    case 404:
      if (method !== "GET") return unpermitted(status, said);
      return new Refusal(
        status,
        "not-found",
        `${said}: it is gone, or the repository does not show it to the bot's account`,
      );
    default:
      return new Refusal(status, "host-refused", said, { retryAt: retryAt(headers, now) });
  }
}

/** Maps what `fetch` throws without an answer: refused, reset, timed out. */
export function unreachable(cause: unknown, asked: Asked): Failure {
  const timedOut = cause instanceof Error && cause.name === "TimeoutError";
  return new Failure(
    "host-unreachable",
    `Gitee did not answer${timedOut ? " in time" : ""} when asked for ${asked}`,
    { cause },
  );
}

/** A 2xx whose body does not match Gitee's documentation. */
export function badAnswer(asked: Asked, field: string): Failure {
  return new Failure(
    "host-answer",
    `Gitee's answer, when asked for ${asked}, was not of the shape it documents: ${field}`,
  );
}

function unpermitted(status: number, said: string): Failure {
  return new Refusal(
    status,
    "permission-missing",
    `${said}: give the bot's account the right to it in the repository, and its token the scope`,
  );
}

function limit(said: string, headers: Headers, now: number): Failure {
  return new Failure("host-limit", `${said}: its rate limit is used up`, { retryAt: retryAt(headers, now) });
}

function isLimit(headers: Headers, text: string): boolean {
  return (
    headers.has("retry-after") ||
    headers.get("x-ratelimit-remaining") === "0" ||
    /rate limit|too many requests|access frequency|频率|频繁/i.test(text)
  );
}

/** `Retry-After` in seconds or as a date, else `X-RateLimit-Reset`; null if the host names no time. */
export function retryAt(headers: Headers, now: number): number | null {
  const after = headers.get("retry-after");
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN);
  const at =
    after !== null
      ? /^\d+$/.test(after)
        ? now + Number(after) * 1000
        : Date.parse(after)
      : headers.get("x-ratelimit-remaining") === "0"
        ? // It is not documented whether it counts seconds from now or since the epoch.
          reset * 1000 > now / 2
          ? reset * 1000
          : now + reset * 1000
        : Number.NaN;
  return Number.isFinite(at) ? Math.min(Math.max(at, now), now + LONGEST_WAIT) : null;
}
