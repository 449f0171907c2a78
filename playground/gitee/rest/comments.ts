import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import {
  answerPage,
  param,
  pullOf,
  readBody,
  repositoryOf,
  type ApiContext,
  type ApiEnv,
} from "./request.ts";
import { addComment, deleteComment, editComment } from "../state/pull-actions.ts";
import { commentShape } from "./pull-shapes.ts";
import type { Comment, Pull } from "../state/records.ts";

const MAX_BODY = 65_535;
const commentBody = z.object({ body: z.string().min(1).max(MAX_BODY) });

export const commentRoutes = new Hono<ApiEnv>({ strict: false })
  .get("/repos/:owner/:repo/pulls/:number{[0-9]+}/comments", (c) => {
    const pull = pullOf(c);
    const type = c.req.query("comment_type");
    const listed = pull.comments.filter(
      ({ path }) => type === undefined || (type === "diff_comment") === (path !== null),
    );
    const ordered = c.req.query("direction") === "desc" ? listed.toReversed() : listed;
    return answerPage(c, ordered, (comment) => commentShape(c.get("world"), pull, comment));
  })
  .post("/repos/:owner/:repo/pulls/:number{[0-9]+}/comments", async (c) => {
    const world = c.get("world");
    const pull = pullOf(c);
    const { body } = await readBody(c, commentBody);
    const comment = addComment(world, pull, c.get("grant").user, body);
    return c.json(commentShape(world, pull, comment), 201);
  })
  .get("/repos/:owner/:repo/pulls/comments", (c) => {
    const all = repositoryOf(c).pulls.flatMap((pull) => pull.comments.map((comment) => ({ pull, comment })));
    return answerPage(c, all, ({ pull, comment }) => commentShape(c.get("world"), pull, comment));
  })
  .get("/repos/:owner/:repo/pulls/comments/:id", (c) => {
    const { pull, comment } = commentOf(c);
    return c.json(commentShape(c.get("world"), pull, comment));
  })
  .patch("/repos/:owner/:repo/pulls/comments/:id", async (c) => {
    const world = c.get("world");
    const { pull, comment } = ownCommentOf(c);
    const { body } = await readBody(c, commentBody);
    editComment(world, pull, comment, body, c.get("grant").user);
    return c.json(commentShape(world, pull, comment));
  })
  .delete("/repos/:owner/:repo/pulls/comments/:id", async (c) => {
    const { pull, comment } = ownCommentOf(c);
    deleteComment(c.get("world"), pull, comment, c.get("grant").user);
    return c.body(null, 204);
  });

function commentOf(c: ApiContext): { pull: Pull; comment: Comment } {
  const id = Number(param(c, "id"));
  for (const pull of repositoryOf(c).pulls) {
    const comment = pull.comments.find((each) => each.id === id);
    if (comment !== undefined) return { pull, comment };
  }
  throw new ApiError(404, "404 Note Not Found");
}

/** Other people's comments require an administrator. */
function ownCommentOf(c: ApiContext): { pull: Pull; comment: Comment } {
  const found = commentOf(c);
  if (found.comment.user !== c.get("grant").user) repositoryOf(c, "admin");
  return found;
}
