import {
  execute,
  getOperationAST,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
} from "graphql";
import { z } from "zod";
import type { Principal } from "../access/principal.ts";
import type { Core } from "../core.ts";
import { admit } from "../traffic/admit.ts";
import type { Fault } from "../traffic/faults.ts";
import { costOf } from "./cost.ts";
import { failure } from "./context.ts";
import { resolveField, resolveType, schema } from "./schema.ts";

const Body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** GitHub puts an error's `type` beside its message. */
function presentError(error: GraphQLError): Record<string, unknown> {
  const { type, ...extensions } = error.extensions;
  return {
    ...(typeof type === "string" ? { type } : {}),
    ...(error.path ? { path: error.path } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    locations: error.locations ?? [],
    message: error.message,
  };
}

const parsed = new Map<string, DocumentNode | readonly GraphQLError[]>();

/** A query's document, or what is wrong with it. A bot asks few different queries, so they are kept. */
function documentOf(query: string): DocumentNode | readonly GraphQLError[] {
  const known = parsed.get(query);
  if (known) return known;
  let result: DocumentNode | readonly GraphQLError[];
  try {
    const document = parse(query);
    const errors = validate(schema(), document);
    result = errors.length > 0 ? errors : document;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    result = [error];
  }
  if (parsed.size > 200) parsed.clear();
  parsed.set(query, result);
  return result;
}

function isErrors(value: DocumentNode | readonly GraphQLError[]): value is readonly GraphQLError[] {
  return Array.isArray(value);
}

async function run(
  core: Core,
  principal: Principal,
  fault: Fault | null,
  { query, variables, operationName }: z.infer<typeof Body>,
): Promise<{ data?: unknown; errors?: unknown[] }> {
  if (fault?.kind === "graphql rate limited")
    return { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for installation." }] };
  const document = documentOf(query);
  const refuse = (errors: readonly GraphQLError[]) => {
    for (const { message } of errors)
      core.violations.push({ route: `graphql ${operationName ?? ""}`.trim(), problem: message });
    return { errors: errors.map(presentError) };
  };
  if (isErrors(document)) return refuse(document);
  let result: ExecutionResult;
  try {
    const cost = costOf(schema(), document, variables ?? {});
    result = await execute({
      schema: schema(),
      document,
      contextValue: { core, principal, fault, cost },
      variableValues: variables ?? {},
      ...(operationName ? { operationName } : {}),
      fieldResolver: resolveField,
      typeResolver: resolveType,
    });
  } catch (error) {
    if (error instanceof GraphQLError) return refuse([error]);
    throw error;
  }
  if (result.data === undefined) return refuse(result.errors ?? []);
  return {
    data: result.data,
    ...(result.errors ? { errors: result.errors.map(presentError) } : {}),
  };
}

function described(query: string | undefined): { name: string; write: boolean } {
  const document = query === undefined ? [] : documentOf(query);
  const operation = isErrors(document) ? null : getOperationAST(document);
  if (!operation) return { name: "invalid", write: false };
  const first = operation.selectionSet.selections[0];
  const field = first?.kind === Kind.FIELD ? first.name.value : operation.operation;
  return { name: operation.name?.value ?? field, write: operation.operation === OperationTypeNode.MUTATION };
}

/** The number of a pull request and the ids that a query's variables hold. */
function aboutOf(variables: Readonly<Record<string, unknown>> | null | undefined): string {
  const { number, ...others } = variables ?? {};
  const ids = Object.values(others).filter((value) => typeof value === "string");
  return (typeof number === "number" ? [`#${number}`, ...ids] : ids).join(" ");
}

/** Answers `POST /api/graphql`. Null: the connection is to be cut. */
export async function serveGraphql(core: Core, raw: globalThis.Request): Promise<Response | null> {
  const principal = core.tokens.principalOf(raw.headers.get("authorization") ?? undefined);
  const body = Body.safeParse(await raw.json().catch(() => null));
  const { name, write } = described(body.data?.query);
  const call = {
    kind: "graphql" as const,
    method: "POST",
    route: name,
    about: aboutOf(body.data?.variables),
    write,
  };
  return admit(core, call, principal, write, async (limits, fault) => {
    const refuse = (status: number, message: string) =>
      Response.json({ message }, { status, headers: limits });
    if (typeof principal === "string") return refuse(401, principal);
    if (principal.kind === "anonymous") return refuse(401, "This endpoint requires you to be authenticated.");
    if (principal.kind === "app")
      return Response.json({
        errors: [presentError(failure("FORBIDDEN", "Resource not accessible by integration"))],
      });
    if (!body.success) return refuse(400, "A query attribute must be specified and must be a string.");
    return Response.json(await run(core, principal, fault, body.data), { headers: limits });
  });
}
