import { Hono, type Context } from "hono";
import { z } from "zod";
import { SimulatedRepository } from "../repository.ts";
import { SimulatedPull } from "../pull.ts";
import { ApiError } from "../state/api-error.ts";
import type { CommitSpec } from "../state/commits.ts";
import { fullName, type Repository, type User } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { layout } from "./layout.ts";
import { pullPage } from "./pull-page.ts";
import { indexPage, repositoryPage } from "./repository-page.ts";
import { html } from "hono/html";

const commitForm = z.object({ author: z.string(), coauthor: z.string(), message: z.string() });
const pullForm = commitForm.extend({ opener: z.string(), title: z.string().min(1) });
const commentForm = z.object({ user: z.string(), body: z.string().min(1) });
const stateForm = z.object({ user: z.string(), to: z.enum(["open", "closed", "merged"]) });

/** The web pages, on which one can act as any simulated user; forms, no script. */
export function pages(world: World): Hono {
  const app = new Hono();
  app.onError((error, c) => {
    if (error instanceof ApiError) {
      return c.html(
        layout(
          "Refused",
          html`<h1>Refused</h1>
            <p>${error.message}</p>`,
        ),
        error.status,
      );
    }
    throw error;
  });
  return app
    .get("/", (c) => c.html(indexPage(world)))
    .get("/:owner/:repo", (c) => c.html(repositoryPage(world, repositoryOf(world, c))))
    .post("/:owner/:repo/pulls", async (c) => {
      const repository = new SimulatedRepository(world, repositoryOf(world, c));
      const form = await readForm(c, pullForm);
      const opener = userOf(world, form.opener);
      const pull = repository.openPull({ opener, title: form.title, commits: [commitOf(world, form)] });
      return c.redirect(pull.url, 303);
    })
    .post("/:owner/:repo/protection", async (c) => {
      const repository = repositoryOf(world, c);
      const { check = [] } = await c.req.parseBody({ all: true });
      const names = z.array(z.string()).parse([check].flat());
      new SimulatedRepository(world, repository).requireChecks(names);
      return c.redirect(`/${fullName(repository)}`, 303);
    })
    .post("/:owner/:repo/pulls/:number{[0-9]+}/checks/:id{[0-9]+}/rerequest", async (c) => {
      const pull = pullOf(world, c);
      const form = await readForm(c, z.object({ user: z.string() }));
      const run = pull.checkRuns.find(({ id }) => id === Number(c.req.param("id")));
      if (run === undefined) throw new ApiError(404, "There is no such check on this head.");
      pull.rerequest(run, userOf(world, form.user));
      return c.redirect(pull.url, 303);
    })
    .get("/:owner/:repo/pulls/:number{[0-9]+}", (c) => c.html(pullPage(world, pullOf(world, c).record)))
    .post("/:owner/:repo/pulls/:number{[0-9]+}/push", async (c) => {
      const pull = pullOf(world, c);
      pull.push([commitOf(world, await readForm(c, commitForm))]);
      return c.redirect(pull.url, 303);
    })
    .post("/:owner/:repo/pulls/:number{[0-9]+}/comments", async (c) => {
      const pull = pullOf(world, c);
      const form = await readForm(c, commentForm);
      pull.comment(userOf(world, form.user), form.body);
      return c.redirect(pull.url, 303);
    })
    .post("/:owner/:repo/pulls/:number{[0-9]+}/state", async (c) => {
      const pull = pullOf(world, c);
      const form = await readForm(c, stateForm);
      const user = userOf(world, form.user);
      if (form.to === "merged") pull.merge(user);
      else if (form.to === "closed") pull.close(user);
      else pull.reopen(user);
      return c.redirect(pull.url, 303);
    });
}

function repositoryOf(world: World, c: Context): Repository {
  const repository = world.repositoryAt(c.req.param("owner") ?? "", c.req.param("repo") ?? "");
  if (repository === undefined) throw new ApiError(404, "There is no such repository.");
  return repository;
}

function pullOf(world: World, c: Context): SimulatedPull {
  const pull = repositoryOf(world, c).pulls.find(({ number }) => number === Number(c.req.param("number")));
  if (pull === undefined) throw new ApiError(404, "There is no such pull request.");
  return new SimulatedPull(world, pull);
}

function userOf(world: World, id: string): User {
  const user = world.users.find((each) => each.id === Number(id));
  if (user === undefined) throw new ApiError(400, "Choose one of the users.");
  return user;
}

function commitOf(world: World, form: z.infer<typeof commitForm>): CommitSpec {
  const author =
    form.author === "" ? { name: "Unknown", email: "unknown@nowhere.example" } : userOf(world, form.author);
  return {
    author,
    ...(form.coauthor === "" ? {} : { coauthors: [userOf(world, form.coauthor)] }),
    ...(form.message === "" ? {} : { message: form.message }),
  };
}

async function readForm<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const result = schema.safeParse(await c.req.parseBody());
  if (!result.success) throw new ApiError(400, `${result.error.issues[0]?.path.join(".")} is missing.`);
  return result.data;
}
