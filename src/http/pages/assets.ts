import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Hono } from "hono";

const TYPES = { css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8", svg: "image/svg+xml" };

interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

/** The address holds the content's digest, so that whoever has it need never ask again. */
function load(name: string, kind: keyof typeof TYPES): Asset {
  const text = readFileSync(new URL(`../assets/${name}.${kind}`, import.meta.url), "utf8");
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 16);
  return { path: `/assets/${name}.${digest}.${kind}`, type: TYPES[kind], text };
}

export const STYLESHEET = load("style", "css");
export const SCRIPT = load("update", "js");
export const ICON = load("icon", "svg");

/** Serves the three files that a page may ask for. */
export function assetRoutes(): Hono {
  const routes = new Hono();
  for (const { path, type, text } of [STYLESHEET, SCRIPT, ICON])
    routes.get(path, (context) =>
      context.body(text, 200, {
        "content-type": type,
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
      }),
    );
  return routes;
}
