import { z } from "zod";
import type { HostCall, ObserveCall } from "../../ports/host.ts";

const Refused = z.object({
  status: z.number(),
  response: z.object({ headers: z.record(z.string(), z.unknown()) }).optional(),
});
const Answered = z.object({
  data: z.object({
    data: z.unknown().optional(),
    errors: z.array(z.object({ type: z.string().nullish() })),
  }),
});

/** Sends a request and reports its result. */
export async function observed<Answer>(
  observe: ObserveCall | undefined,
  { method, path }: { readonly method: string; readonly path: string },
  send: () => Promise<Answer>,
): Promise<Answer> {
  if (observe === undefined) return send();
  const startedAt = Date.now();
  const tell = (result: HostCall["result"]): void =>
    observe({
      kind: method === "GET" || path.endsWith("/graphql") ? "read" : "write",
      result,
      what: `${method} ${path}`,
      startedAt,
      endedAt: Date.now(),
    });
  try {
    const answer = await send();
    tell(path.endsWith("/graphql") ? graphQLResult(answer) : "ok");
    return answer;
  } catch (error) {
    tell(resultOf(error));
    throw error;
  }
}

/** GraphQL answers 200 even if it refuses. */
function graphQLResult(answer: unknown): HostCall["result"] {
  const { data: answered } = Answered.safeParse(answer);
  if (answered === undefined) return "ok";
  const { data, errors } = answered.data;
  if (errors.some(({ type }) => type?.startsWith("RATE_LIMIT") === true)) return "limit";
  return data === null || data === undefined ? "error" : "ok";
}

/**
 * GitHub reports a limit as 429, or as 403 with no remaining calls or with a wait:
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
function resultOf(error: unknown): HostCall["result"] {
  const { data: refused } = Refused.safeParse(error);
  if (refused?.response === undefined) return "unreachable";
  const { status, response } = refused;
  const isLimit =
    status === 429 ||
    (status === 403 &&
      (response.headers["x-ratelimit-remaining"] === "0" || response.headers["retry-after"] !== undefined));
  if (isLimit) return "limit";
  return status >= 500 ? "error" : "refused";
}
