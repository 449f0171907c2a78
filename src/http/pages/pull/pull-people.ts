import { html } from "hono/html";
import { numberOf } from "../../../account.ts";
import type { PageHost } from "../../../ports/pages.ts";
import type { Pull } from "../../../pull.ts";
import type { Judgement, Signer, Unlinked } from "../../../verdict/verdict.ts";
import type { Html } from "../layout.ts";
import { renderLine } from "../markdown.ts";
import { standingChip } from "../account/standing-chip.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** Everybody behind the pull request, those who have still to sign first. */
export function peopleList(pull: Pull, judgement: Judgement, host: PageHost, visitor: Visitor): Html {
  const { pull: texts } = visitor.texts;
  const order = { missing: 0, unknown: 1, signed: 2, exempt: 3 } as const;
  const signers = judgement.signers.toSorted((a, b) => order[a.standing.kind] - order[b.standing.kind]);
  return html`<section aria-labelledby="people">
    <h2 id="people">${texts.people}</h2>
    <p class="muted">${texts.peopleMore}</p>
    <ul class="rows">
      ${signers.map((signer) => personRow(pull, signer, host, visitor))}
    </ul>
  </section>`;
}

function personRow(pull: Pull, signer: Signer, host: PageHost, visitor: Visitor): Html {
  const { texts, words } = visitor;
  const name =
    signer.login === null
      ? html`${signer.name ?? texts.site.numbered(host.title, numberOf(signer.account))}`
      : html`<a href="${new URL(`/${encodeURIComponent(signer.login)}`, pull.url).href}" rel="noopener"
          >@${signer.login}</a
        >`;
  const notes = [...signer.roles].map((role) => words.comment.roles[role]);
  if (signer.commits.length > 0) notes.push(texts.pull.inCommits(signer.commits.length));
  if (!signer.required) notes.push(texts.pull.standing.warning);
  if (signer.account === visitor.account) notes.unshift(texts.pull.you);
  return html`<li>
    <span class="who"><span class="name">${name}</span><span class="more">${notes.join(" · ")}</span></span>
    ${standingChip(signer, visitor)}
  </li>`;
}

/** The commits behind which no account stands, and the ways to mend that; nothing where there are none. */
export function unlinkedSection(judgement: Judgement, host: PageHost, visitor: Visitor): Html | string {
  const parts = judgement.unlinked.filter(({ waived }) => !waived);
  if (parts.length === 0) return "";
  const { comment } = visitor.words;
  const whole = (parts.find(({ required }) => required) ?? parts[0])?.commit ?? "";
  const example = whole.slice(0, 7);
  const ways: string[] = [];
  if (host.resolvesCoauthors || parts.some(({ role }) => role !== "coauthor"))
    ways.push(comment.fix.link(host.emailsUrl));
  if (parts.some(({ role }) => role === "author")) ways.push(comment.fix.author(example));
  if (parts.some(({ role }) => role === "coauthor"))
    ways.push(host.resolvesCoauthors ? comment.fix.coauthor : comment.fix.coauthorUnresolved(host.title));
  ways.push(comment.fix.waive(whole));
  return html`<section aria-labelledby="unlinked">
    <h2 id="unlinked">${comment.unlinked}</h2>
    <p>${comment.unlinkedWhy(host.title)}</p>
    <ul>
      ${parts.map((part) => html`<li><code>${part.commit.slice(0, 7)}</code> ${whoIs(part, visitor)}</li>`)}
    </ul>
    <p>${comment.fix.intro.trim()}</p>
    <ul class="mend">
      ${ways.map((way) => html`<li>${renderLine(way)}</li>`)}
    </ul>
  </section>`;
}

function whoIs(part: Unlinked, { texts, words }: Visitor): string {
  const role = words.comment.roles[part.role];
  const name = part.name ?? texts.pull.unnamed;
  return part.required ? `${role}: ${name}` : `${role}: ${name} (${texts.pull.standing.warning})`;
}
