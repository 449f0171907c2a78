import { z } from "zod";
import { GraphQLProblem } from "./failure.ts";

const Extended = z.object({ extensions: z.object({ code: z.string() }) });
const Spoken = z.object({ message: z.string() });

/**
 * Normalizes the body of a GraphQL answer. GitHub's front end may answer 200 with only a message, and a server may send
 * an error's type as `extensions.code`. Neither ever says that something is gone.
 */
export function graphQLBody(body: unknown): { readonly data: unknown; readonly errors?: readonly object[] } {
  if (typeof body !== "object" || body === null) return { data: null, errors: [{}] };
  const data: unknown = Reflect.get(body, "data") ?? null;
  const errors: unknown = Reflect.get(body, "errors");
  if (Array.isArray(errors) && errors.length > 0) return { data, errors: errors.map(problemOf) };
  const isWithoutErrors = errors === undefined || errors === null || Array.isArray(errors);
  if (isWithoutErrors && data !== null) return { data };
  return { data, errors: [Spoken.safeParse(body).data ?? {}] };
}

/** An entry of `errors`; one of another shape counts as an error without details. */
function problemOf(entry: unknown): object {
  const problem = GraphQLProblem.safeParse(entry).data ?? {};
  const code = Extended.safeParse(entry).data?.extensions.code;
  if (typeof problem.type === "string" || code === undefined || code === "NOT_FOUND") return problem;
  return { ...problem, type: code };
}
