/**
 * Each field that GitHub's schema declares nullable, in each query that is sent: null once, alone and with an error. A
 * check then is never green where it was not, takes nothing for gone, and is right again when the answer is whole.
 */
import { schema as text } from "@octokit/graphql-schema";
import {
  buildClientSchema,
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  type IntrospectionQuery,
  type SelectionSetNode,
} from "graphql";
import { describe, expect, it } from "vitest";
import { Failure } from "../../src/error.ts";
import { work } from "../../src/check/work.ts";
import * as queries from "../../src/github/read/query.ts";
import type { AnswerPath, Fault } from "../../playground/github/traffic/faults.ts";
import { checkScene } from "../check/reconcile-scene.ts";
import { takeOne } from "../ports/engine-scene.ts";
import { refOf, routeOf } from "./sim.ts";

const schema = buildClientSchema(text.json as unknown as IntrospectionQuery);

/** The places of a query that may be null, entries of lists by their first. */
function nullablePlaces(query: string): AnswerPath[] {
  const document = parse(query);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const found = new Map<string, AnswerPath>();
  const add = (path: AnswerPath): void => void found.set(path.join("."), path);

  function visit(type: GraphQLOutputType, path: AnswerPath, set: SelectionSetNode | undefined): void {
    const nullable = !isNonNullType(type);
    const inner = isNonNullType(type) ? type.ofType : type;
    if (nullable && path.length > 0) add(path);
    if (isListType(inner)) return visit(inner.ofType as GraphQLOutputType, [...path, 0], set);
    if (set !== undefined && isCompositeType(inner)) select(set, getNamedType(inner).name, path);
  }

  function select(set: SelectionSetNode, typeName: string, path: AnswerPath): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment) select(fragment.selectionSet, fragment.typeCondition.name.value, path);
      } else if (selection.kind === Kind.INLINE_FRAGMENT)
        select(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, path);
      else {
        const type = fieldType(schema, typeName, selection.name.value);
        const key = selection.alias?.value ?? selection.name.value;
        if (type !== null) visit(type, [...path, key], selection.selectionSet);
      }
    }
  }

  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) select(definition.selectionSet, "Query", []);
  return [...found.values()];
}

function fieldType(from: GraphQLSchema, typeName: string, field: string): GraphQLOutputType | null {
  const type = from.getType(typeName);
  return isObjectType(type) || (type && "getFields" in type)
    ? ((type as { getFields(): Record<string, { type: GraphQLOutputType }> }).getFields()[field]?.type ??
        null)
    : null;
}

const FAULTS: readonly ((path: AnswerPath) => Fault)[] = [
  (path) => ({ kind: "graphql null", path }),
  (path) => ({ kind: "graphql error", path, type: "RESOURCE_LIMITS_EXCEEDED" }),
  (path) => ({ kind: "graphql error", path, type: "FORBIDDEN", message: "Resource not accessible" }),
  (path) => ({ kind: "graphql error", path, type: null }),
  (path) => ({ kind: "graphql error", path, type: "INTERNAL", risesTo: ["node"] }),
  (path) => ({ kind: "graphql error", path, type: "SERVICE_UNAVAILABLE", pathless: true }),
];

/** A pull request of Alice's and Bob's, of whom Alice has signed; the organization's policy asks co-authors, too. */
async function scene(signed: boolean) {
  const world = await checkScene();
  const { github, engine, repository } = world;
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  repository.setBranch("main", repository.tip("main"), repository.owner);
  const shared = github.repository({ owner: repository.owner, name: ".github" });
  shared.writeFile(".github/cla.yml", "require: {committers: require}\n");
  await world.sign(alice);
  if (signed) await world.sign(bob);
  const pull = repository.openPull({
    opener: alice,
    commits: [{ author: alice, committer: bob }, { author: alice }],
  });
  pull.addLabel("enhancement");
  pull.comment(alice, "Hello");
  const route = routeOf(github, repository);
  const check = async (): Promise<string | null> => {
    await engine.queue.mark([{ task: { kind: "pull", ...refOf(pull) }, route }]);
    await work(world.work, await takeOne(engine)).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
    });
    for (const one of await engine.queue.take({ limit: 9, leaseMs: 1, skip: [] }))
      await engine.queue.done(one, null);
    return repository.statusesOf(pull.head.sha)[0]?.state ?? null;
  };
  return { ...world, pull, check, route };
}

describe("a null in the answer about a pull request", () => {
  const places = nullablePlaces(queries.PULL_QUERY);

  it("may stand at many places", () => {
    expect(places.length).toBeGreaterThan(40);
    expect(places).toContainEqual(["node", "pullRequest", "author"]);
    expect(places).toContainEqual(["node", "owner", "repository", "object", "text"]);
    expect(places).toContainEqual(["node", "pullRequest", "comments", "nodes", 0]);
  });

  it.each(FAULTS.map((fault) => [fault(["…"]), fault] as const))(
    "never makes an unsigned one green, forgets nothing, and is right again with the next answer: %j",
    async (_, fault) => {
      const { github, engine, pull, check, repository } = await scene(false);
      expect(await check()).toBe("failure");
      const place = { host: "github", id: repository.id } as const;
      for (const path of places) {
        github.fail(fault(path));
        const state = await check();
        expect([path.join("."), state]).toEqual([path.join("."), state === "error" ? "error" : "failure"]);
        github.faults.clear();
        expect(await engine.pulls.route(place)).not.toBeNull();
        expect([path.join("."), await check()]).toEqual([path.join("."), "failure"]);
        expect(pull.comments.filter(({ viaApp }) => viaApp)).toHaveLength(1);
      }
    },
    180_000,
  );
});
