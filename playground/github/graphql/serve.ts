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
import { admit, retryHeader, SECONDARY } from "../traffic/admit.ts";
import type { Fault } from "../traffic/faults.ts";
import { costOf } from "./cost.ts";
import { failure } from "./context.ts";
import { resolveField, resolveType, schema } from "./schema.ts";

const Body = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** GitHub puts an error's `type` next to its message. */
function presentError(error: GraphQLError): Record<string, unknown> {
  const { type, pathless, ...extensions } = error.extensions;
  return {
    ...(typeof type === "string" ? { type } : {}),
    ...(error.path && pathless !== true ? { path: error.path } : {}),
    ...(Object.keys(extensions).length > 0 ? { extensions } : {}),
    locations: error.locations ?? [],
    message: error.message,
  };
}

const parsed = new Map<string, DocumentNode | readonly GraphQLError[]>();

/** A query's document, or its error. A bot sends few different queries, so they are cached. */
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
  if (fault?.kind === "graphql rate limited") {
    const type = fault.type ?? "RATE_LIMITED";
    return { errors: [{ type, message: "API rate limit exceeded for installation." }] };
  }
  if (fault?.kind === "graphql secondary limit") return { data: null, errors: [{ message: SECONDARY }] };
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
  const errors = (result.errors ?? []).map(presentError);
  const size = core.faults.refusesSize(sizeOf(variables ?? {}));
  const risen = size === null ? fault : TOO_LARGE;
  const data = risen?.kind === "graphql error" ? withRisen(result.data, errors, risen) : result.data;
  return { data, ...(errors.length > 0 ? { errors } : {}) };
}

/** A query that exceeds GitHub's limit, as recorded: the null propagates further than the schema says. */
const TOO_LARGE: Fault = {
  kind: "graphql error",
  type: "RESOURCE_LIMITS_EXCEEDED",
  message: "Resource limits for this query exceeded.",
  path: ["node", "pullRequest", "commits", "nodes", 9, "commit", "authors"],
  risesTo: ["node"],
};

/** The number of commits, comments or entries of a queue that a query requests at once. */
function sizeOf({ commits, comments, pulls, entries }: Record<string, unknown>): number {
  return Math.max(
    ...[commits, comments, pulls, entries].map((count) => (typeof count === "number" ? count : 0)),
  );
}

/** The data with a null at the place to which a fault propagates it. */
function withRisen(data: unknown, errors: unknown[], fault: Fault & { kind: "graphql error" }): unknown {
  const { path, risesTo, type = "SERVICE_UNAVAILABLE", message = "Something went wrong", pathless } = fault;
  if (risesTo === undefined) return data;
  const changed = structuredClone(data);
  let place: unknown = changed;
  for (const step of risesTo.slice(0, -1)) place = Object(place)[step];
  if (typeof place === "object" && place !== null) Reflect.set(place, risesTo.at(-1) ?? "", null);
  errors.push({
    ...(type === null ? {} : { type }),
    ...(pathless === true ? {} : { path }),
    message,
  });
  return changed;
}

function described(query: string | undefined): { name: string; write: boolean } {
  const document = query === undefined ? [] : documentOf(query);
  const operation = isErrors(document) ? null : getOperationAST(document);
  if (!operation) return { name: "invalid", write: false };
  const first = operation.selectionSet.selections[0];
  const field = first?.kind === Kind.FIELD ? first.name.value : operation.operation;
  return { name: operation.name?.value ?? field, write: operation.operation === OperationTypeNode.MUTATION };
}

/** The number of a pull request and the ids in a query's variables. */
function aboutOf(variables: Readonly<Record<string, unknown>> | null | undefined): string {
  const { number, ...others } = variables ?? {};
  const ids = Object.values(others).filter((value) => typeof value === "string");
  return (typeof number === "number" ? [`#${number}`, ...ids] : ids).join(" ");
}

/** The limit that an answer with status 200 reports. */
function limitHeaders({ world }: Core, fault: Fault | null): Record<string, string> {
  if (fault?.kind === "graphql secondary limit") return retryHeader(fault.retryAfter);
  if (fault?.kind !== "graphql rate limited" || fault.resetIn === undefined) return {};
  const reset = Math.ceil(world.now().getTime() / 1000) + fault.resetIn;
  return { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) };
}

/** Answers `POST /api/graphql`. Null: close the connection. */
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
    if (core.faults.refusesSize(sizeOf(body.data.variables ?? {})) === "502")
      return new Response("<html><title>502 Bad Gateway</title></html>", { status: 502 });
    const headers = { ...limits, ...limitHeaders(core, fault) };
    return Response.json(await run(core, principal, fault, body.data), { headers });
  });
}
