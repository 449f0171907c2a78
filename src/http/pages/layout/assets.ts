import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { compress } from "hono/compress";

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The URL contains the content's digest, so that a browser that has the file never asks again. */
export function assetOf(name: string, ending: string, type: string, content: string | Uint8Array): Asset {
  const bytes = new Uint8Array(Buffer.from(content));
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 16);
  return { path: `/assets/${name}.${digest}.${ending}`, type, bytes };
}

function load(name: string, ending: string, type: string): Asset {
  const content = readFileSync(new URL(`../../assets/${name}.${ending}`, import.meta.url));
  return assetOf(name, ending, type, content);
}

export const STYLESHEET = load("style", "css", "text/css; charset=utf-8");
export const SCRIPT = load("update", "js", "text/javascript; charset=utf-8");
export const ICON = load("icon", "svg", "image/svg+xml");

/** Serves the files that a page may ask for. */
export function assetRoutes(dress: { readonly logo: Asset | null; readonly stylesheet: Asset | null }): Hono {
  const routes = new Hono();
  routes.use("/assets/*", compress());
  for (const asset of [STYLESHEET, SCRIPT, ICON, dress.logo, dress.stylesheet]) {
    if (asset === null) continue;
    routes.get(asset.path, (context) =>
      context.body(asset.bytes, 200, {
        "content-type": asset.type,
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        // A logo may be an SVG, which can contain a script; the header stops it from running when somebody opens the
        // file itself.
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
      }),
    );
  }
  return routes;
}
