import { html } from "hono/html";
import type { PullView } from "../../../ports/pages.ts";
import { noticeLine } from "../../../report/notices.ts";
import type { Html } from "../layout/layout.ts";
import { renderLine } from "../layout/markdown.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** The answers to comments that did not do what their authors may have meant; empty if there are none. */
export function noticeList({ notices }: PullView, { texts, words }: Visitor): Html | string {
  if (notices.length === 0) return "";
  return html`<section aria-labelledby="notices">
    <h2 id="notices">${texts.pull.notices}</h2>
    <ul class="ways">
      ${notices.map((notice) => html`<li>${renderLine(noticeLine(notice, words))}</li>`)}
    </ul>
  </section>`;
}
