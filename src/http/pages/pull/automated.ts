import { html } from "hono/html";
import { numberOf } from "../../../account.ts";
import { automatedIn, automatedWays } from "../../../report/automated.ts";
import { foreign } from "../layout/foreign.ts";
import { chip, type Html } from "../layout/layout.ts";
import { renderLine } from "../layout/markdown.ts";
import { commitUrl } from "./pull-commits.ts";
import type { PullContext } from "./pull-context.ts";
import { waiveCommands } from "./unlinked.ts";

/** How many commits the list shows; the host shows all of them. */
const SHOWN = 50;

/** The commits of bots and assistants that need something, why, and the ways out; empty if there are none. */
export function automatedSection(context: PullContext): Html | string {
  const { pull, judgment, visitor } = context;
  const { texts, words } = visitor;
  const automated = automatedIn(judgment);
  if (judgment.exemption !== null || automated.signers.length + automated.unlinked.length === 0) return "";
  const rows = [
    ...automated.signers.flatMap(({ account, login, name, commits, required }) =>
      (commits.length === 0 ? [null] : commits).map((commit) => ({
        commit,
        name: login ?? name ?? `#${numberOf(account)}`,
        required,
      })),
    ),
    ...automated.unlinked,
  ];
  return html`<section aria-labelledby="automated">
    <h2 id="automated">${words.comment.automated}</h2>
    <p>${words.comment.automatedWhy}</p>
    <ul class="ways">
      ${automatedWays(automated, words).map((way) => html`<li>${renderLine(way)}</li>`)}
      ${automated.unlinked.length === 0 ? "" : html`<li>${waiveCommands(automated.unlinked, context)}</li>`}
    </ul>
    <ul class="commit-list">
      ${rows
        .slice(0, SHOWN)
        .map(
          ({ commit, name, required }) =>
            html`<li>
              ${
                commit === null
                  ? ""
                  : html`<a href="${commitUrl(pull, commit)}" rel="noopener"
                      ><code>${commit.slice(0, 7)}</code></a
                    >`
              }
              ${foreign(name, texts.pull.unnamed)}
              ${chip(required ? "bad" : "doubt", texts.pull.standing.automated)}
            </li>`,
        )}
      ${rows.length > SHOWN ? html`<li>${texts.pull.more(rows.length - SHOWN)}</li>` : ""}
    </ul>
  </section>`;
}
