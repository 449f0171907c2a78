import {
  getNamedType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
} from "graphql";
import { failure } from "./context.ts";

// Source: docs.github.com, "Rate limits and query limits for the GraphQL API".
const MOST_RECORDS = 100;
const MOST_NODES = 500_000;

function numberOf(field: FieldNode, name: string, variables: Record<string, unknown>): number | null {
  const value = field.arguments?.find((argument) => argument.name.value === name)?.value;
  if (value?.kind === Kind.INT) return Number(value.value);
  if (value?.kind !== Kind.VARIABLE) return null;
  const given = variables[value.name.value];
  return typeof given === "number" ? given : null;
}

/**
 * The cost of a query on GitHub: its nodes, by its own limits, and its points.
 * @throws GraphQLError when a connection has no limit or a limit over 100, or when all together are too many
 */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Record<string, unknown>,
): { points: number; nodes: number } {
  const info = new TypeInfo(schema);
  const multipliers = [1];
  let [nodes, requests] = [0, 1];
  // Fragments are counted once, where they are defined: accurate enough for a limit.
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        enter(field) {
          const type = getNamedType(info.getType());
          const around = multipliers.at(-1) ?? 1;
          const bounded = info.getFieldDef()?.args.some(({ name }) => name === "first") ?? false;
          if (!type?.name.endsWith("Connection") || !bounded) {
            multipliers.push(around);
            return;
          }
          const name = field.name.value;
          const first = numberOf(field, "first", variables);
          const last = numberOf(field, "last", variables);
          const bound = first ?? last;
          if (bound === null)
            throw failure(
              "MISSING_PAGINATION_BOUNDARIES",
              `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
            );
          if (bound > MOST_RECORDS || bound < 0)
            throw failure(
              "EXCESSIVE_PAGINATION",
              `Requesting ${bound} records on the \`${name}\` connection exceeds the \`${first === null ? "last" : "first"}\` limit of ${MOST_RECORDS} records.`,
            );
          requests += around;
          nodes += around * bound;
          multipliers.push(around * bound);
        },
        leave() {
          multipliers.pop();
        },
      },
    }),
  );
  if (nodes > MOST_NODES)
    throw failure(
      "MAX_NODE_LIMIT_EXCEEDED",
      `This query requests up to ${nodes.toLocaleString("en")} possible nodes which exceeds the maximum limit of ${MOST_NODES.toLocaleString("en")}.`,
    );
  return { points: Math.max(1, Math.round(requests / 100)), nodes };
}
