import { Hono } from "hono";
import { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import { answerPage, param, readBody, repositoryOf, type ApiContext, type ApiEnv } from "./request.ts";
import { pushPayload } from "../webhooks/payloads.ts";
import { addHook } from "../state/repository-actions.ts";
import { hookShape } from "./shapes.ts";
import type { Hook, Repository } from "../state/records.ts";

/** A form sends "true", JSON sends true. */
const flag = z.union([z.boolean(), z.stringbool()]).optional();
const hookBody = z.object({
  url: z.url({ protocol: /^https?$/ }),
  encryption_type: z.coerce.number().int().min(0).max(1).default(0),
  password: z.string().default(""),
  push_events: flag,
  tag_push_events: flag,
  issues_events: flag,
  note_events: flag,
  merge_requests_events: flag,
});
const changedHook = hookBody.extend({
  encryption_type: z.coerce.number().int().min(0).max(1).optional(),
  password: z.string().optional(),
});

async function change(c: ApiContext): Promise<Response> {
  const { repository, hook } = hookOf(c);
  const body = await readBody(c, changedHook);
  hook.url = body.url;
  hook.password = body.password ?? hook.password;
  if (body.encryption_type !== undefined) hook.encryption = encryptionOf(body.encryption_type);
  hook.pushEvents = body.push_events ?? hook.pushEvents;
  hook.tagPushEvents = body.tag_push_events ?? hook.tagPushEvents;
  hook.issuesEvents = body.issues_events ?? hook.issuesEvents;
  hook.noteEvents = body.note_events ?? hook.noteEvents;
  hook.mergeRequestsEvents = body.merge_requests_events ?? hook.mergeRequestsEvents;
  return c.json(hookShape(repository, hook));
}

/** All of them require an administrator. */
export const hookRoutes = new Hono<ApiEnv>({ strict: false })
  .get("/repos/:owner/:repo/hooks", (c) => {
    const repository = repositoryOf(c, "admin");
    return answerPage(c, repository.hooks, (hook) => hookShape(repository, hook));
  })
  .post("/repos/:owner/:repo/hooks", async (c) => {
    const repository = repositoryOf(c, "admin");
    const body = await readBody(c, hookBody);
    const hook = addHook(c.get("world"), repository, {
      url: body.url,
      encryption: encryptionOf(body.encryption_type),
      password: body.password,
      pushEvents: body.push_events ?? true,
      tagPushEvents: body.tag_push_events ?? false,
      issuesEvents: body.issues_events ?? false,
      noteEvents: body.note_events ?? false,
      mergeRequestsEvents: body.merge_requests_events ?? false,
    });
    return c.json(hookShape(repository, hook), 201);
  })
  .get("/repos/:owner/:repo/hooks/:id", (c) => {
    const { repository, hook } = hookOf(c);
    return c.json(hookShape(repository, hook));
  })
  .patch("/repos/:owner/:repo/hooks/:id", change)
  .put("/repos/:owner/:repo/hooks/:id", change)
  .delete("/repos/:owner/:repo/hooks/:id", (c) => {
    const { repository, hook } = hookOf(c);
    repository.hooks.splice(repository.hooks.indexOf(hook), 1);
    return c.body(null, 204);
  })
  .post("/repos/:owner/:repo/hooks/:id/tests", async (c) => {
    const { repository, hook } = hookOf(c);
    const world = c.get("world");
    const { user } = c.get("grant");
    const content = pushPayload(world, repository, repository.defaultBranch, null, [], user);
    await world.deliveries.send(hook, { event: "Push Hook", content, ping: true }, world.settings);
    return c.body(null, 204);
  });

function hookOf(c: ApiContext): { repository: Repository; hook: Hook } {
  const repository = repositoryOf(c, "admin");
  const hook = repository.hooks.find((each) => each.id === Number(param(c, "id")));
  if (hook === undefined) throw new ApiError(404, "404 Hook Not Found");
  return { repository, hook };
}

function encryptionOf(type: number): Hook["encryption"] {
  return type === 1 ? "signature" : "password";
}
