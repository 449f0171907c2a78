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
import type { AnswerPath, Fault } from "../../playground/github/traffic/faults.ts";

const schema = buildClientSchema(text.json as unknown as IntrospectionQuery);

/** The nullable places of a query; the first entry represents a list. */
export function nullablePlaces(query: string): AnswerPath[] {
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

/** The possible faults at a nullable place. */
export const FAULTS: readonly ((path: AnswerPath) => Fault)[] = [
  (path) => ({ kind: "graphql null", path }),
  (path) => ({ kind: "graphql error", path, type: "RESOURCE_LIMITS_EXCEEDED" }),
  (path) => ({ kind: "graphql error", path, type: "FORBIDDEN", message: "Resource not accessible" }),
  (path) => ({ kind: "graphql error", path, type: null }),
  (path) => ({ kind: "graphql error", path, type: "INTERNAL", risesTo: ["node"] }),
  (path) => ({ kind: "graphql error", path, type: "SERVICE_UNAVAILABLE", pathless: true }),
];
