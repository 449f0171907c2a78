import { schema as text } from "@octokit/graphql-schema";
import { buildClientSchema, parse, validate, type IntrospectionQuery } from "graphql";
import { describe, expect, it } from "vitest";
import * as queries from "../../src/github/read/query.ts";

const schema = buildClientSchema(text.json as unknown as IntrospectionQuery);

describe("a query to GitHub", () => {
  const texts = Object.entries(queries).map(
    ([name, query]) => [name, typeof query === "string" ? query : query(3)] as const,
  );

  it.each(texts)("is valid by GitHub's own schema: %s", (_, query) => {
    expect(validate(schema, parse(query)).map(({ message }) => message)).toEqual([]);
  });
});
