import { schema as text } from "@octokit/graphql-schema";
import { buildClientSchema, parse, validate, type IntrospectionQuery } from "graphql";
import { describe, expect, it } from "vitest";
import * as queries from "../../src/github/query.ts";

const schema = buildClientSchema(text.json as unknown as IntrospectionQuery);

describe("a query to GitHub", () => {
  it.each(Object.entries(queries))("is valid by GitHub's own schema: %s", (_, query) => {
    expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
  });
});
