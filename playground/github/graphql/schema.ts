import { readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLFieldResolver,
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

/** GitHub's public schema (@octokit/graphql-schema), built once, when it is first asked for. */
export function schema(): GraphQLSchema {
  if (built) return built;
  // The package exports only a module that parses five megabytes of JSON besides; the text stands next to it.
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

/** Answers a field from the resolvers, else from a plain object; what neither has is not simulated. */
export const resolveField: GraphQLFieldResolver<unknown, Context, Args> = (source, args, context, info) => {
  const { parentType, fieldName } = info;
  const { fault, core } = context;
  if (fault?.kind === "graphql field" && fault.field === `${parentType.name}.${fieldName}`)
    throw failure(
      fault.type ?? "SERVICE_UNAVAILABLE",
      fault.message ?? "Something went wrong while executing your query.",
    );
  const resolver = resolvers[parentType.name]?.[fieldName];
  if (resolver) return resolver(source, args, context);
  const plain = typeof source === "object" && source !== null && fieldName in source;
  if (plain) return (source as Record<string, unknown>)[fieldName];
  const problem = `${parentType.name}.${fieldName} is not simulated`;
  core.violations.push({ route: "graphql", problem });
  throw new Error(problem);
};

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
