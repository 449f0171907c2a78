import { html } from "hono/html";
import { isByAssistant } from "../../../report/automated.ts";
import { commitsToOffer, waysOfCoauthor, whyUnlinked } from "../../../report/unlinked.ts";
import type { Unlinked } from "../../../verdict/verdict.ts";
import { foreign } from "../layout/foreign.ts";
import { chip, type Html } from "../layout/layout.ts";
import { renderLine } from "../layout/markdown.ts";
import { commitUrl } from "./pull-commits.ts";
import type { PullContext } from "./pull-context.ts";

/** How many commits the list shows; the host shows all of them. */
const SHOWN = 50;

/** The commits without a linked account, and how to fix that; empty if there are none. */
export function unlinkedSection(context: PullContext): Html | string {
  const { pull, judgment, host, visitor } = context;
  const parts = judgment.unlinked.filter((part) => part.waived || !isByAssistant(part));
  if (parts.length === 0 || judgment.exemption !== null) return "";
  const { pull: texts } = visitor.texts;
  const open = parts.filter(({ waived }) => !waived);
  const ordered = [...open, ...parts.filter(({ waived }) => waived)];
  return html`<section aria-labelledby="unlinked">
    <h2 id="unlinked">${texts.unlinked}</h2>
    ${
      open.length === 0
        ? ""
        : html`<p>${renderLine(whyUnlinked(open, visitor.words.comment, host))}${introOf(open, context)}</p>
            <ul class="ways">
              ${waysOf(open, context).map((way) => html`<li>${renderLine(way)}</li>`)}
              <li>${waiveCommands(open, context)}</li>
            </ul>`
    }
    <ul class="commit-list">
      ${ordered.slice(0, SHOWN).map(
        (part) =>
          html`<li>
            <a href="${commitUrl(pull, part.commit)}" rel="noopener"
              ><code>${part.commit.slice(0, 7)}</code></a
            >
            <span class="muted small">${visitor.words.comment.roles[part.role]}</span>
            ${foreign(part.name, texts.unnamed)} ${stateOf(part, context)}
          </li>`,
      )}
      ${ordered.length > SHOWN ? html`<li>${texts.more(ordered.length - SHOWN)}</li>` : ""}
    </ul>
  </section>`;
}

/** The full command for each commit that must be waived, to copy. */
export function waiveCommands(parts: readonly Unlinked[], { visitor }: PullContext): Html {
  const { fix } = visitor.words.comment;
  const commits = commitsToOffer(parts);
  const [first = "", ...others] = commits;
  if (others.length === 0) return html`${renderLine(fix.waive(first))}`;
  const commands = commits.slice(0, SHOWN).map((sha) => `/cla waive ${sha} ${visitor.words.comment.reason}`);
  return html`${fix.waiveEach}
    <pre><code>${commands.join("\n")}</code></pre>`;
}

function introOf(parts: readonly Unlinked[], { visitor }: PullContext): string {
  const { fix } = visitor.words.comment;
  return parts.some(({ required }) => required) ? fix.intro : fix.introOptional;
}

function stateOf({ waived, required }: Unlinked, { visitor }: PullContext): Html {
  const { standing } = visitor.texts.pull;
  if (waived) return chip("calm", standing.waived);
  return html`${chip(required ? "bad" : "doubt", standing.unlinked)}
  ${required ? "" : html`<span class="muted small">${standing.warning}</span>`}`;
}

function waysOf(parts: readonly Unlinked[], { host, visitor }: PullContext): string[] {
  const { fix } = visitor.words.comment;
  const author = parts.find(({ role }) => role === "author")?.commit;
  const ways: string[] = [];
  if (host.resolvesCoauthors || parts.some(({ role }) => role !== "coauthor"))
    ways.push(fix.link(host.emailsUrl));
  if (author !== undefined) ways.push(fix.author(author.slice(0, 7)));
  if (parts.some(({ role }) => role === "coauthor")) ways.push(...waysOfCoauthor(parts, fix, host));
  return ways;
}
