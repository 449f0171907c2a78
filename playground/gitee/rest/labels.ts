import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import { answerPage, param, pullOf, readBody, repositoryOf, type ApiEnv } from "./request.ts";
import { setLabels } from "../state/pull-actions.ts";
import { addLabel } from "../state/repository-actions.ts";
import { pullLabels } from "./pull-shapes.ts";
import { labelShape } from "./shapes.ts";

/** A bare JSON array, contrary to the swagger file, as existing clients send it; `{"labels": [...]}` is refused. */
const labelNames = z.array(z.string()).min(1);
const newLabel = z.object({ name: z.string(), color: z.string().regex(/^#?[0-9A-Fa-f]{6}$/) });

export const labelRoutes = new Hono<ApiEnv>({ strict: false })
  .get("/repos/:owner/:repo/labels", (c) => {
    const repository = repositoryOf(c);
    return c.json(repository.labels.map((label) => labelShape(c.get("world"), repository, label)));
  })
  .post("/repos/:owner/:repo/labels", async (c) => {
    const world = c.get("world");
    const repository = repositoryOf(c, "write");
    const { name, color } = await readBody(c, newLabel);
    addLabel(world, repository, name, `#${color.replace("#", "")}`);
    const label = repository.labels.find((each) => each.name === name);
    return c.json(label && labelShape(world, repository, label), 201);
  })
  .get("/repos/:owner/:repo/pulls/:number{[0-9]+}/labels", (c) =>
    answerPage(c, pullLabels(c.get("world"), pullOf(c)), (label) => label),
  )
  .post("/repos/:owner/:repo/pulls/:number{[0-9]+}/labels", async (c) => {
    const world = c.get("world");
    const pull = pullOf(c, "write");
    const names = await readBody(c, labelNames);
    setLabels(world, pull, [...pull.labels, ...names], c.get("grant").user);
    return c.json(pullLabels(world, pull), 201);
  })
  .put("/repos/:owner/:repo/pulls/:number{[0-9]+}/labels", async (c) => {
    const world = c.get("world");
    const pull = pullOf(c, "write");
    setLabels(world, pull, await readBody(c, z.array(z.string())), c.get("grant").user);
    return c.json(pullLabels(world, pull), 202);
  })
  .delete("/repos/:owner/:repo/pulls/:number{[0-9]+}/labels/:name", async (c) => {
    const pull = pullOf(c, "write");
    const names = param(c, "name").split(",");
    if (!names.some((name) => pull.labels.includes(name))) throw new ApiError(404, "404 Label Not Found");
    const left = pull.labels.filter((name) => !names.includes(name));
    setLabels(c.get("world"), pull, left, c.get("grant").user);
    return c.body(null, 204);
  });
