import { html } from "hono/html";
import { ICONS } from "../layout/icons.ts";
import type { Html } from "../layout/layout.ts";
import type { Headline } from "./headline.ts";

/** The result for a pull request, at a glance, and what the visitor can do about it. */
export function verdictBanner({ tone, heading, more }: Headline, action: Html | null): Html {
  return html`<div class="verdict ${tone}">
    ${ICONS[tone]}
    <div>
      <h2>${heading}</h2>
      ${more.map((line) => html`<p>${line}</p>`)} ${action ?? ""}
    </div>
  </div>`;
}
