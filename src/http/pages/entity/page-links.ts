import { html } from "hono/html";
import type { Html } from "../layout/layout.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** How many members a page shows; each member's login costs a lookup. */
export const PAGE_SIZE = 50;

/** The page number that a URL asks for, or the nearest one that exists. */
export function pageOf(asked: string | undefined, count: number): number {
  const page = Math.trunc(Number(asked ?? 1)) || 1;
  return Math.min(Math.max(1, page), Math.max(1, Math.ceil(count / PAGE_SIZE)));
}

/** Links to the pages before and after. */
export function pageLinks(
  { texts, link }: Visitor,
  path: string,
  { page, count, find }: { readonly page: number; readonly count: number; readonly find: string },
): Html | string {
  const pages = Math.ceil(count / PAGE_SIZE);
  if (pages < 2) return "";
  const { entity } = texts;
  const to = (number: number): string => {
    const query = new URLSearchParams({ ...(find === "" ? {} : { find }), page: String(number) });
    return link(`${path}?${query.toString()}`);
  };
  return html`<nav aria-label="${entity.pages}">
    <p class="pages">
      ${page > 1 ? html`<a href="${to(page - 1)}" rel="prev">${entity.previous}</a>` : ""}
      <span>${entity.page(page, pages)}</span>
      ${page < pages ? html`<a href="${to(page + 1)}" rel="next">${entity.next}</a>` : ""}
    </p>
  </nav>`;
}
