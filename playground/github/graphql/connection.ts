import { failure, type Args } from "./context.ts";

export interface Connection<T> {
  totalCount: number;
  nodes: readonly T[];
  edges: readonly { cursor: string; node: T }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

function cursorOf(index: number): string {
  return Buffer.from(`cursor:${index}`).toString("base64");
}

function indexOf(cursor: unknown): number {
  const [, index] = /^cursor:(\d+)$/.exec(Buffer.from(String(cursor), "base64").toString()) ?? [];
  if (index === undefined)
    throw failure("INVALID_CURSOR_ARGUMENTS", `\`${String(cursor)}\` does not appear to be a valid cursor.`);
  return Number(index);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The part of a list that `first`, `after`, `last` and `before` select. */
export function connection<S, T>(items: readonly S[], args: Args, present: (item: S) => T): Connection<T> {
  let from = isGiven(args["after"]) ? indexOf(args["after"]) + 1 : 0;
  let to = isGiven(args["before"]) ? indexOf(args["before"]) : items.length;
  if (isGiven(args["first"])) to = Math.min(to, from + Number(args["first"]));
  if (isGiven(args["last"])) from = Math.max(from, to - Number(args["last"]));
  const nodes = items.slice(from, to).map(present);
  return {
    totalCount: items.length,
    nodes,
    edges: nodes.map((node, index) => ({ cursor: cursorOf(from + index), node })),
    pageInfo: {
      hasNextPage: to < items.length,
      hasPreviousPage: from > 0,
      startCursor: nodes.length > 0 ? cursorOf(from) : null,
      endCursor: nodes.length > 0 ? cursorOf(from + nodes.length - 1) : null,
    },
  };
}

export function same<T>(item: T): T {
  return item;
}
