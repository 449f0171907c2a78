import { Hono } from "hono";
import { csrf } from "hono/csrf";
import type { Core } from "../core.ts";
import { mergeRefusal } from "../state/branch-rule.ts";
import type { Pull } from "../state/model.ts";
import { actFromForm, openFromForm } from "./actions.ts";
import { indexPage } from "./index-page.ts";
import { pullPage } from "./pull-page.ts";
import { STYLE } from "./style.ts";

function pullAt(core: Core, { owner, repo, number }: Record<string, string>): Pull | undefined {
  return core.world.find(owner ?? "", repo ?? "")?.pulls.get(Number(number));
}

/** The website: repositories, pull requests, and forms to act as one of the simulated people. */
export function pages(core: Core): Hono {
  const web = new Hono();
  web.use(csrf());
  web.use(async (c, next) => {
    await next();
    c.header("content-security-policy", "default-src 'none'; style-src 'self'");
  });
  web.get("/", (c) => c.html(indexPage(core)));
  web.get("/style.css", (c) => c.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
  web.post("/pulls", async (c) => {
    const pull = openFromForm(core, await c.req.parseBody());
    return pull ? c.redirect(`/${pull.repository.fullName}/pull/${pull.number}`, 303) : c.notFound();
  });
  web.get("/:owner/:repo/pull/:number", (c) => {
    const pull = pullAt(core, c.req.param());
    return pull ? c.html(pullPage(core, pull)) : c.notFound();
  });
  web.post("/:owner/:repo/pull/:number/:kind{comment|act}", async (c) => {
    const pull = pullAt(core, c.req.param());
    const form = await c.req.parseBody();
    // As the API says it: docs.github.com/rest/pulls/pulls#merge-a-pull-request
    const refusal = pull?.state === "open" && form["act"] === "merge" ? mergeRefusal(pull) : null;
    if (refusal !== null) return c.text(refusal, 405);
    if (!pull || !actFromForm(core, pull, c.req.param("kind"), form)) return c.notFound();
    return c.redirect(`/${pull.repository.fullName}/pull/${pull.number}`, 303);
  });
  return web;
}
