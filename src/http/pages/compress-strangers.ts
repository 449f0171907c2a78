import type { MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import type { PagesEnv } from "./sign-in/visitor.ts";

/**
 * Compresses pages of visitors who are not signed in. A page with a session contains a secret, and the length of the
 * compressed page would reveal part of it to a stranger who can put text into the page (breachattack.com).
 */
export function compressStrangers(): MiddlewareHandler<PagesEnv> {
  const compressed = compress();
  return async (context, next) => {
    await next();
    if (context.get("visitor").session !== null || context.res.headers.has("set-cookie")) return;
    await compressed(context, async () => {});
  };
}
