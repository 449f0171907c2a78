/** The JSON Schemas of the files that people write, from the schemas by which the bot reads them. */
import { z } from "zod";
import { ConfigurationFile } from "../../src/bot/configuration.ts";
import { PolicyShape } from "../../src/verdict/policy.ts";

interface Node {
  [key: string]: unknown;
  properties?: Record<string, Node>;
  required?: readonly string[];
}

const BASE = "https://raw.githubusercontent.com/countersign/countersign/main/schema";
const ACCOUNT = { type: "string", pattern: "^(github|gitee):[1-9][0-9]*$" };
const ORGANIZATION = { anyOf: [{ type: "integer", minimum: 1 }, ACCOUNT] };

function schemaOf(shape: z.ZodType): Node {
  return z.toJSONSchema(shape, { io: "input", unrepresentable: "any", target: "draft-7" }) as Node;
}

/** A key with nothing after it is the same as an absent key. */
function orEmpty(schema: Node): Node {
  const required = schema.required ?? [];
  const properties = Object.entries(schema.properties ?? {}).map(([key, { description, ...inner }]) => [
    key,
    required.includes(key)
      ? { ...inner, ...(description === undefined ? {} : { description }) }
      : { ...(description === undefined ? {} : { description }), anyOf: [inner, { type: "null" }] },
  ]);
  return { ...schema, properties: Object.fromEntries(properties) as Record<string, Node> };
}

/** @param organization how an organization is written: the server's policy applies on every host */
function policy(organization: object): Node {
  const schema = schemaOf(PolicyShape);
  delete schema["$schema"];
  const { require, exempt } = schema.properties ?? {};
  const accounts = exempt?.properties ?? {};
  for (const key of ["accounts", "authors"]) accounts[key] = { ...accounts[key], items: ACCOUNT };
  accounts["organizations"] = { ...accounts["organizations"], items: organization };
  return orEmpty({
    ...schema,
    properties: { ...schema.properties, require: orEmpty(require ?? {}), exempt: orEmpty(exempt ?? {}) },
  });
}

export function policySchema(): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: `${BASE}/policy.schema.json`,
    title: "Countersign: a repository's policy, .github/cla.yml or .gitee/cla.yml",
    ...policy(ORGANIZATION),
    // A file that is empty or has only comments.
    type: ["object", "null"],
  };
}

/** An agreement has one of the two, and only a document is signed here. Zod's refinements are in no JSON Schema. */
function withText(agreements: Node): Node {
  const items = {
    ...(agreements["items"] as Node),
    oneOf: [{ required: ["url"] }, { required: ["document"] }],
    dependencies: { sign: ["document"] },
  };
  return { ...agreements, items };
}

export function configurationSchema(): object {
  const { $schema, properties, ...schema } = schemaOf(ConfigurationFile);
  const { policy: described, agreements, ...own } = properties ?? {};
  return {
    $schema,
    $id: `${BASE}/countersign.schema.json`,
    title: "Countersign: countersign.yml",
    ...schema,
    properties: {
      agreements: withText(agreements ?? {}),
      ...own,
      policy: { ...policy(ACCOUNT), description: described?.["description"] },
    },
  };
}
