import { html } from "hono/html";
import type { PullView } from "../../../ports/pages.ts";
import type { Html } from "../layout/layout.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** What is wrong with a policy file, each mistake with a link to its line on the host; empty for other findings. */
export function policyProblems({ pull, finding }: PullView, { texts, words }: Visitor): Html | string {
  if (finding.kind !== "policy-broken") return "";
  const file = new URL(`/${pull.path}/blob/HEAD/${finding.path}`, pull.url).href;
  return html`<section aria-labelledby="policy">
    <h2 id="policy">
      <a href="${file}" rel="noopener"><code>${finding.path}</code></a>
    </h2>
    <ul>
      ${finding.problems.map(({ line, field, message }) => {
        const place = texts.pull.problem(line, field);
        const href = line === null ? file : `${file}#L${line}`;
        return html`<li>
          ${place === "" ? "" : html`<a href="${href}" rel="noopener">${place}</a>${texts.site.colon}`}
          ${words.problem(message)}
        </li>`;
      })}
    </ul>
  </section>`;
}
