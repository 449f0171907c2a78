import { globSync, readFileSync } from "node:fs";
import { schema as now } from "@octokit/graphql-schema";
import { schema as old } from "github-schema-2023";
import { buildClientSchema, parse, validate, type IntrospectionQuery } from "graphql";
import { describe, expect, it } from "vitest";
import * as queries from "../../src/github/read/query.ts";

const SCHEMAS = [
  ["now", now.json],
  // The oldest supported Enterprise Server, 3.9, has the schema of that time.
  ["in April 2023", old.json],
] as const;

describe("a query to GitHub", () => {
  const texts = Object.entries(queries).map(
    ([name, query]) => [name, typeof query === "string" ? query : query(3)] as const,
  );

  it.each(SCHEMAS)("is valid by GitHub's own schema as it is %s", (_, json) => {
    const schema = buildClientSchema(json as unknown as IntrospectionQuery);
    const wrong = texts.flatMap(([name, query]) =>
      validate(schema, parse(query)).map(({ message }) => [name, message]),
    );
    expect(wrong).toEqual([]);
    expect(texts.length).toBeGreaterThan(20);
  });

  it("is a text of this list, so that no query is sent unchecked", () => {
    const sources = globSync("src/**/*.ts", { exclude: ["src/github/read/query.ts"] });
    const others = sources.filter((file) =>
      /[`"'](?:query|mutation) \w+ ?[({]/.test(readFileSync(file, "utf8")),
    );
    expect(others).toEqual([]);
  });
});
