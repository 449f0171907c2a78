import type { Route } from "../../ports/queue.ts";

/** Gitee has no installations, and its API takes paths, which must not be stored. */
export const ROUTE: Route = { installation: null, handle: null };
