import { z } from "zod";
import { GraphQLProblem } from "./failure.ts";

/** A field of another shape counts as absent. */
const Entry = z.object({
  type: GraphQLProblem.shape.type.catch(null),
  path: GraphQLProblem.shape.path.catch(null),
  message: GraphQLProblem.shape.message.catch(null),
  extensions: z.object({ code: z.string() }).nullish().catch(null),
});
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

/** An entry of `errors`. A type that another one contradicts never says that something is gone. */
function problemOf(entry: unknown): GraphQLProblem {
  const { extensions, ...problem } = Entry.safeParse(entry).data ?? {};
  const code = extensions?.code ?? "NOT_FOUND";
  const isOpen = typeof problem.type !== "string" || problem.type === "NOT_FOUND";
  return isOpen && code !== "NOT_FOUND" ? { ...problem, type: code } : problem;
}
