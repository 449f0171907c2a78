import { GraphQLError } from "graphql";
import { may, sees, type Principal } from "../access/principal.ts";
import type { Core } from "../core.ts";
import type { Repository } from "../state/model.ts";
import type { Fault } from "../traffic/faults.ts";

export interface Context {
  core: Core;
  principal: Principal;
  fault: Fault | null;
  cost: { points: number; nodes: number };
}

export type Args = Record<string, unknown>;
export type FieldResolver<S> = (source: S, args: Args, context: Context) => unknown;
export type TypeResolvers<S> = Record<string, FieldResolver<S>>;

/** An error with GitHub's `type`, e.g. NOT_FOUND. */
export function failure(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

export function unresolved(kind: string, what: string): GraphQLError {
  return failure("NOT_FOUND", `Could not resolve to a ${kind} with the ${what}.`);
}

/** @throws FORBIDDEN when the caller has none of the permissions */
export function permit({ principal }: Context, repository: Repository, ...names: string[]): void {
  if (!names.some((name) => may(principal, repository, name, "read")))
    throw failure("FORBIDDEN", "Resource not accessible by integration");
}

export function visible({ principal }: Context, repository: Repository): boolean {
  return sees(principal, repository);
}
