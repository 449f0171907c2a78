import { readFileSync } from "node:fs";
import {
  buildSchema,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
} from "graphql";
import { SimulatedCheckRun } from "../state/check-run.ts";
import { SimulatedComment } from "../state/comment.ts";
import { SimulatedPull } from "../state/pull.ts";
import { SimulatedRepository } from "../state/repository.ts";
import { User } from "../state/user.ts";
import { botResolvers, enterpriseAccountResolvers, organizationResolvers, userResolvers } from "./account.ts";
import {
  appResolvers,
  blobOidResolvers,
  checkRunResolvers,
  checkSuiteResolvers,
  commitResolvers,
  comparisonResolvers,
  gitActorResolvers,
  rollupResolvers,
  signatureResolvers,
  statusContextResolvers,
  statusResolvers,
} from "./commit.ts";
import { failure, type Args, type Context, type FieldResolver } from "./context.ts";
import { isAt } from "../traffic/faults.ts";
import { mutationResolvers } from "./mutation.ts";
import { changedFileResolvers, commentResolvers, pullResolvers } from "./pull.ts";
import { queryResolvers } from "./query.ts";
import {
  blobResolvers,
  labelResolvers,
  mergeQueueResolvers,
  refResolvers,
  repositoryResolvers,
  treeResolvers,
} from "./repository.ts";
import { BlobSource, CommitSource, StatusSource, TreeSource } from "./sources.ts";

let built: GraphQLSchema | undefined;

/** GitHub's public schema (@octokit/graphql-schema), built once at its first use. */
export function schema(): GraphQLSchema {
  if (built) return built;
  // The package exports only a module that also parses five megabytes of JSON; the text file is next to it.
  const file = new URL("schema.graphql", import.meta.resolve("@octokit/graphql-schema"));
  built = buildSchema(readFileSync(file, "utf8"), { assumeValid: true, noLocation: true });
  return built;
}

const resolvers = {
  Query: queryResolvers,
  Mutation: mutationResolvers,
  Repository: repositoryResolvers,
  Ref: refResolvers,
  Comparison: comparisonResolvers,
  MergeQueue: mergeQueueResolvers,
  Label: labelResolvers,
  Blob: { ...blobResolvers, ...blobOidResolvers },
  Tree: treeResolvers,
  PullRequest: pullResolvers,
  PullRequestChangedFile: changedFileResolvers,
  IssueComment: commentResolvers,
  Commit: commitResolvers,
  GitActor: gitActorResolvers,
  Status: statusResolvers,
  StatusContext: statusContextResolvers,
  StatusCheckRollup: rollupResolvers,
  CheckSuite: checkSuiteResolvers,
  CheckRun: checkRunResolvers,
  App: appResolvers,
  User: userResolvers,
  EnterpriseUserAccount: enterpriseAccountResolvers,
  Mannequin: userResolvers,
  Bot: botResolvers,
  Organization: organizationResolvers,
  GpgSignature: signatureResolvers,
} as unknown as Record<string, Record<string, FieldResolver<unknown>>>;

/** Answers a field as a fault demands, else from the resolvers. */
export const resolveField: GraphQLFieldResolver<unknown, Context, Args> = (source, args, context, info) => {
  const { fault } = context;
  const { parentType, fieldName } = info;
  if (fault?.kind === "graphql field" && fault.field === `${parentType.name}.${fieldName}`)
    throw broken(fault.type, fault.message);
  if (context.core.faults.isRefused(() => pathOf(info.path)))
    throw failure("FORBIDDEN", "Resource not accessible by integration");
  const place = fault?.kind === "graphql error" || fault?.kind === "graphql null" ? fault : null;
  if (place === null || (place.kind === "graphql error" && place.risesTo !== undefined))
    return answerOf(source, args, context, info);
  const lie = (): Error | null =>
    place.kind === "graphql null" ? null : broken(place.type, place.message, place.pathless);
  const path = pathOf(info.path);
  if (isAt(place.path, path)) {
    const lied = lie();
    if (lied !== null) throw lied;
    return null;
  }
  const value = answerOf(source, args, context, info);
  // An entry of a list has no resolver of its own.
  return Array.isArray(value)
    ? value.map((entry: unknown, index) => (isAt(place.path, [...path, index]) ? lie() : entry))
    : value;
};

function pathOf(path: GraphQLResolveInfo["path"] | undefined): (string | number)[] {
  return path === undefined ? [] : [...pathOf(path.prev), path.key];
}

/** An error in GitHub's own form. @param type null: none */
function broken(type: string | null = "SERVICE_UNAVAILABLE", message?: string, pathless = false): Error {
  return new GraphQLError(message ?? "Something went wrong while executing your query.", {
    extensions: { ...(type === null ? {} : { type }), ...(pathless ? { pathless } : {}) },
  });
}

/** Answers a field from the resolvers, else from a plain object; all other fields are not simulated. */
function answerOf(
  source: unknown,
  args: Args,
  context: Context,
  { parentType, fieldName }: GraphQLResolveInfo,
): unknown {
  const { core } = context;
  const resolver = resolvers[parentType.name]?.[fieldName];
  if (resolver) return resolver(source, args, context);
  const plain = typeof source === "object" && source !== null && fieldName in source;
  if (plain) return (source as Record<string, unknown>)[fieldName];
  const problem = `${parentType.name}.${fieldName} is not simulated`;
  core.violations.push({ route: "graphql", problem });
  throw new Error(problem);
}

export const resolveType: GraphQLTypeResolver<unknown, Context> = (source) => {
  if (source instanceof User) return source.type;
  if (source instanceof SimulatedRepository) return "Repository";
  if (source instanceof SimulatedPull) return "PullRequest";
  if (source instanceof SimulatedComment) return "IssueComment";
  if (source instanceof SimulatedCheckRun) return "CheckRun";
  if (source instanceof CommitSource) return "Commit";
  if (source instanceof BlobSource) return "Blob";
  if (source instanceof TreeSource) return "Tree";
  if (source instanceof StatusSource) return "StatusContext";
  if (typeof source === "object" && source !== null && "wasSignedByGitHub" in source) return "GpgSignature";
  return undefined;
};
