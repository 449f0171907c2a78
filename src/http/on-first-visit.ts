import { Hono } from "hono";

/**
 * Pages that are loaded when somebody first asks for one, so that a bot that only takes deliveries starts sooner
 * and stays smaller.
 */
export function onFirstVisit(open: () => Promise<Hono>): Hono {
  let opened: Promise<Hono> | null = null;
  const pages = new Hono();
  pages.all("*", async (context) => {
    opened ??= open();
    return (await opened).fetch(context.req.raw, context.env);
  });
  return pages;
}
