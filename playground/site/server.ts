/**
 * Serves the playground's page on loopback. Every form works without scripts; with scripts, server-sent events keep the
 * page up to date. A reset replaces the whole scene.
 */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { serve, type ServerType } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { streamSSE } from "hono/streaming";
import { Failure } from "../../src/error.ts";
import { act, isAct } from "./acts.ts";
import { isOn } from "./faults.ts";
import { startGuide } from "./guide.ts";
import { playgroundPage } from "./page.ts";
import { openScene, type Scene, type SceneOptions } from "./scene.ts";
import { playStory } from "./story.ts";
import { TEXTS, type Language } from "./texts/index.ts";
import { inWords, sentence, SiteRefusal, type Sentence } from "./sentence.ts";

export interface SiteOptions extends SceneOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The page's language until somebody changes it. */
  readonly language: Language;
  /** Starts with the random story of this seed; null: starts empty. */
  readonly seed: number | null;
}

export interface Site {
  readonly url: string;
  readonly scene: Scene;
  stop(): Promise<void>;
}

/** The interval of reading the hosts, in milliseconds. */
const LOOK_MS = 150;
const ASSETS = {
  "site.css": "text/css; charset=utf-8",
  "live.js": "text/javascript; charset=utf-8",
} as const;

export async function startSite(options: SiteOptions): Promise<Site> {
  const begin = async (): Promise<Scene> => {
    const opened = await openScene(options);
    if (options.seed !== null) await playStory(opened, options.seed);
    return opened;
  };
  let scene: Scene;
  let guide = startGuide();
  /** Increases whenever the page may have changed. */
  let version = 1;
  let last = "";
  const app = new Hono();
  const languageOf = (context: Context): Language => {
    const chosen = getCookie(context, "lang");
    return chosen === "en" || chosen === "zh-CN" ? chosen : options.language;
  };
  const page = (context: Context, said: Sentence | null, status: 200 | 422) => {
    const texts = TEXTS[languageOf(context)];
    const notice = said === null ? null : inWords(said, texts.sentences);
    if (context.req.method === "POST" && context.req.header("x-live") !== undefined)
      return context.text(notice ?? "", status);
    return context.html(playgroundPage({ scene, guide, texts, notice }), status);
  };
  /** With scripts, the answer is only the sentence to show; without, it is the whole page. */
  const answer = async (context: Context, work: () => Promise<Sentence | null | void>) => {
    const isScripted = context.req.header("x-live") !== undefined;
    try {
      const said = (await work()) ?? null;
      version += 1;
      return said === null && !isScripted ? context.redirect("/", 303) : page(context, said, 200);
    } catch (error) {
      if (!(error instanceof SiteRefusal)) throw error;
      return page(context, error.sentence, 422);
    }
  };

  let resetting: Promise<void> | null = null;
  const reset = async (): Promise<void> => {
    await scene.stop();
    scene = await begin();
    guide = startGuide();
  };

  // The page acts for any of its people, so no other site may send its forms.
  const ready = Promise.withResolvers<void>();
  app.use(async (context, next) => {
    await ready.promise;
    const origin = context.req.header("origin");
    if (context.req.method === "POST" && origin !== undefined && origin !== new URL(context.req.url).origin)
      return context.text("This form is not of this page.", 403);
    // An act that is sent during a reset belongs to the new scene.
    if (context.req.method === "POST" && context.req.path !== "/reset") await resetting;
    await next();
    context.header("content-security-policy", "default-src 'self'; img-src data:; frame-ancestors 'none'");
    return undefined;
  });
  app.get("/", (context) => page(context, null, 200));
  for (const [name, type] of Object.entries(ASSETS)) {
    const text = readFileSync(new URL(name, import.meta.url), "utf8");
    app.get(`/${name}`, (context) => context.body(text, 200, { "content-type": type }));
  }
  app.get("/events", (context) =>
    streamSSE(context, async (stream) => {
      for (let seen = 0; !stream.aborted; await stream.sleep(LOOK_MS)) {
        if (seen === version) continue;
        seen = version;
        await stream.writeSSE({ event: "changed", data: String(seen) });
      }
    }),
  );
  app.post("/act/:name", async (context) => {
    const name = context.req.param("name");
    if (!isAct(name)) return context.text("There is no such act.", 404);
    const form = await context.req.parseBody();
    return answer(context, () => act(scene, name, form));
  });
  app.post("/guide/next", (context) => answer(context, () => guide.next(scene)));
  app.post("/language", (context) => {
    setCookie(context, "lang", languageOf(context) === "en" ? "zh-CN" : "en", { sameSite: "Lax" });
    return context.redirect("/", 303);
  });
  app.post("/reset", (context) =>
    answer(context, async () => {
      resetting ??= reset().finally(() => {
        resetting = null;
      });
      await resetting;
      return sentence("everything-new");
    }),
  );

  // The port comes first: if it is taken, nothing was started that must be stopped.
  const { promise, resolve, reject } = Promise.withResolvers<AddressInfo>();
  const server: ServerType = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: options.port }, resolve);
  server.once("error", reject);
  const { port } = await promise.catch((error: unknown) => {
    throw new Failure(
      "refused",
      `the playground can't listen on 127.0.0.1:${options.port}: choose another port, or leave out --port`,
      { cause: error },
    );
  });
  scene = await begin().catch((error: unknown) => {
    server.close();
    throw error;
  });
  ready.resolve();
  const look = setInterval(() => {
    scene.history.collect(scene.sites);
    const news = scene.journal.collect();
    const shown = JSON.stringify([
      scene.sites.map((site) => site.pulls()),
      scene.sites.map((site) => site.exemptsSmall()),
      guide.done,
      scene.bot?.url,
      scene.trial,
      scene.trial?.faults.map(({ fault, host }) => isOn(scene, fault, host)),
    ]);
    if (news || shown !== last) version += 1;
    last = shown;
  }, LOOK_MS);

  return {
    url: `http://127.0.0.1:${port}`,
    get scene() {
      return scene;
    },
    async stop() {
      clearInterval(look);
      if ("closeAllConnections" in server) server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
      await scene.stop();
    },
  };
}
