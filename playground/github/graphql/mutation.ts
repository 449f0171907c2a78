import { may } from "../access/principal.ts";
import { readNodeId } from "../state/node-id.ts";
import type { User } from "../state/user.ts";
import { failure, unresolved, type Args, type Context, type TypeResolvers } from "./context.ts";

function numberIn(id: unknown, prefix: string): number {
  const read = readNodeId(String(id));
  return read?.prefix === prefix ? Number(read.parts[0]) : 0;
}

function actor({ core, principal }: Context): User {
  return principal.kind === "user" ? principal.user : core.world.bot;
}

function forbidden() {
  return failure("FORBIDDEN", "Resource not accessible by integration");
}

function minimize(args: Args, minimized: boolean, context: Context): unknown {
  const { subjectId } = args["input"] as { subjectId: string };
  const comment = context.core.world.comments.get(numberIn(subjectId, "IC"));
  if (!comment) throw unresolved("node", `global id of '${subjectId}'`);
  const { repository } = comment.pull;
  if (!["issues", "pull_requests"].some((name) => may(context.principal, repository, name, "write")))
    throw forbidden();
  comment.minimized = minimized;
  return { clientMutationId: null };
}

export const mutationResolvers: TypeResolvers<unknown> = {
  addComment(_, args, context) {
    const { subjectId, body } = args["input"] as { subjectId: string; body: string };
    const pull = context.core.world.pulls.get(numberIn(subjectId, "PR"));
    if (!pull) throw unresolved("node", `global id of '${subjectId}'`);
    const { principal } = context;
    const writes = ["issues", "pull_requests"].some((name) => may(principal, pull.repository, name, "write"));
    if (!writes || pull.locked) throw forbidden();
    const node = pull.comment(actor(context), body, { viaApp: principal.kind === "installation" });
    return { clientMutationId: null, subject: pull, commentEdge: { cursor: "", node } };
  },
  minimizeComment: (_, args, context) => minimize(args, true, context),
  unminimizeComment: (_, args, context) => minimize(args, false, context),
  updateIssueComment(_, args, context) {
    const { id, body } = args["input"] as { id: string; body: string };
    const comment = context.core.world.comments.get(numberIn(id, "IC"));
    if (!comment) throw unresolved("node", `global id of '${id}'`);
    if (comment.author !== actor(context)) throw forbidden();
    return { clientMutationId: null, issueComment: comment.edit(body) };
  },
};
