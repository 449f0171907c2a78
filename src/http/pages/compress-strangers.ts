import type { MiddlewareHandler } from "hono";
import { compress } from "hono/compress";
import type { PagesEnv } from "./sign-in/visitor.ts";

/**
 * Compresses pages of visitors who are not signed in. A page with a session holds its secret, of which the length of
 * the compressed page would tell a bit when a stranger can put a text of their own into it (breachattack.com).
 */
export function compressStrangers(): MiddlewareHandler<PagesEnv> {
  const compressed = compress();
  return async (context, next) => {
    await next();
    if (context.get("visitor").session !== null || context.res.headers.has("set-cookie")) return;
    await compressed(context, async () => {});
  };
}
