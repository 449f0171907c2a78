import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv, { type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { z } from "zod";

// GitHub's own OpenAPI description (@octokit/openapi), against which every request is validated. It is read at the
// first request, and a schema is compiled at the first request of its endpoint.

const Parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  schema: z.unknown(),
});

const Operation = z.object({
  parameters: z.array(z.unknown()).default([]),
  requestBody: z
    .object({
      required: z.boolean().optional(),
      content: z.record(z.string(), z.object({ schema: z.unknown() })),
    })
    .optional(),
  responses: z.record(z.string(), z.unknown()),
});

const Description = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  "x-webhooks": z.record(z.string(), z.object({ post: Operation })),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
});

export interface Endpoint {
  path: ValidateFunction;
  query: ValidateFunction;
  /** null: the endpoint accepts no JSON body. */
  body: ValidateFunction | null;
  bodyRequired: boolean;
}

let description: z.infer<typeof Description> | undefined;
const endpoints = new Map<string, Endpoint | null>();
const ajv = addFormats.default(
  new Ajv.default({
    strict: false,
    allErrors: true,
    coerceTypes: false,
    validateFormats: true,
    logger: false,
  }),
);
const coercing = addFormats.default(
  new Ajv.default({ strict: false, allErrors: true, coerceTypes: true, logger: false }),
);

function load(): z.infer<typeof Description> {
  if (description) return description;
  const file = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
  description = Description.parse(JSON.parse(readFileSync(file, "utf8")));
  return description;
}

function resolved(value: unknown): unknown {
  const reference = z.object({ $ref: z.string() }).safeParse(value);
  if (!reference.success) return value;
  const [, , kind = "", name = ""] = reference.data.$ref.split("/");
  return load().components[kind]?.[name];
}

/** OpenAPI 3.0's schemas as JSON Schema: `nullable` becomes a type, references become ajv's. */
export function toJsonSchema(schema: unknown, register: (name: string) => void): unknown {
  if (Array.isArray(schema)) return schema.map((item) => toJsonSchema(item, register));
  if (schema === null || typeof schema !== "object") return schema;
  const { nullable, example: _example, examples: _examples, ...rest } = schema as Record<string, unknown>;
  const converted = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === "enum" ? value : toJsonSchema(value, register)]),
  );
  if (typeof converted["$ref"] === "string") {
    const name = converted["$ref"].split("/").at(-1) ?? "";
    register(name);
    converted["$ref"] = `component:${name}`;
  }
  return nullable === true ? { anyOf: [{ type: "null" }, converted] } : converted;
}

function compile(schema: unknown, with_: typeof ajv): ValidateFunction {
  const register = (name: string) => {
    const id = `component:${name}`;
    if (with_.schemas[id] !== undefined || waiting.has(id)) return;
    waiting.add(id);
    with_.addSchema({
      $id: id,
      ...(toJsonSchema(load().components["schemas"]?.[name], register) as object),
    });
    waiting.delete(id);
  };
  const waiting = new Set<string>();
  return with_.compile(toJsonSchema(schema, register) as object);
}

function parametersOf(operation: z.infer<typeof Operation>, place: string): ValidateFunction {
  const parameters = operation.parameters
    .map((parameter) => Parameter.parse(resolved(parameter)))
    .filter((parameter) => parameter.in === place);
  return compile(
    {
      type: "object",
      properties: Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])),
      required: parameters.filter(({ required }) => required).map(({ name }) => name),
    },
    coercing,
  );
}

function operationOf(method: string, template: string): z.infer<typeof Operation> | null {
  const found = load().paths[template]?.[method.toLowerCase()];
  return found === undefined ? null : Operation.parse(found);
}

/** An endpoint by method and path template; null if GitHub describes none. */
export function endpoint(method: string, template: string): Endpoint | null {
  const key = `${method} ${template}`;
  const known = endpoints.get(key);
  if (known !== undefined) return known;
  const operation = operationOf(method, template);
  const schema = operation?.requestBody?.content["application/json"]?.schema;
  const made = operation && {
    path: parametersOf(operation, "path"),
    query: parametersOf(operation, "query"),
    body: schema === undefined ? null : compile(schema, ajv),
    bodyRequired: operation.requestBody?.required ?? false,
  };
  endpoints.set(key, made);
  return made;
}

const Answer = z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })).optional() });

/** The validator of a JSON answer with that status, for tests of the simulation itself; null if none is described. */
export function answerCheck(method: string, template: string, status: number): ValidateFunction | null {
  const answer = Answer.safeParse(resolved(operationOf(method, template)?.responses[String(status)]));
  const schema = answer.data?.content?.["application/json"]?.schema;
  return schema === undefined ? null : compile(schema, ajv);
}

/** The validator of a webhook's payload by its name in the description, e.g. `pull-request-opened`. */
export function payloadCheck(name: string): ValidateFunction | null {
  const schema = load()["x-webhooks"][name]?.post.requestBody?.content["application/json"]?.schema;
  return schema === undefined ? null : compile(schema, ajv);
}
