import { html } from "hono/html";
import { numberOf } from "../../../account.ts";
import type { Signer } from "../../../verdict/verdict.ts";
import { isKnownBot } from "../../../verdict/well-known.ts";
import { standingChip } from "../account/standing-chip.ts";
import { languageField } from "../layout/language-field.ts";
import type { Html } from "../layout/layout.ts";
import { commitRows, subjectOf } from "./pull-commits.ts";
import type { PullContext } from "./pull-context.ts";
import { pathOf, pullPagePath } from "./pull-path.ts";

/** How many people a page lists. */
const PEOPLE = 100;
/** How many commits of each person the page contains, folded; a link leads to the rest. */
const FOLDED = 20;
/** How many commits of one person a page lists. */
const COMMITS = 250;
/** The number of people from which the page offers a search. */
const MANY = 10;

interface Shown {
  readonly signer: Signer;
  readonly commits: readonly string[];
  /** Whether one of these commits matches the search. */
  readonly open: boolean;
}

/** Everybody behind the pull request with their commits; people who must still sign come first. */
export function peopleList(context: PullContext): Html {
  const { judgment, query, visitor } = context;
  const { pull: texts } = visitor.texts;
  const one = judgment.signers.find(({ account }) => account === query.of);
  if (one !== undefined) return onePerson(context, one);
  const order = { missing: 0, unknown: 1, signed: 2, exempt: 2 } as const;
  const found = judgment.signers
    .toSorted((a, b) => order[a.standing.kind] - order[b.standing.kind])
    .flatMap((signer) => matchOf(context, signer) ?? []);
  const shown = found.slice((query.page - 1) * PEOPLE, query.page * PEOPLE);
  const more = found.length > query.page * PEOPLE;
  return html`<section aria-labelledby="people">
    <h2 id="people">${texts.people}</h2>
    <p class="muted">${texts.peopleMore}</p>
    ${judgment.signers.length > MANY ? filterForm(context) : ""}
    ${
      shown.length === 0
        ? html`<p>${texts.nobody}</p>`
        : html`<ul class="rows">
            ${shown.map((each) => personRow(context, each))}
          </ul>`
    }
    ${more ? html`<p><a href="${addressOf(context, { page: String(query.page + 1) })}">${texts.nextPage}</a></p>` : ""}
  </section>`;
}

function matchOf({ query, commits, names }: PullContext, signer: Signer): Shown | null {
  if (query.onlyMissing && signer.standing.kind !== "missing") return null;
  const wanted = query.find.toLowerCase().replace(/^@/, "");
  if (wanted === "") return { signer, commits: signer.commits, open: false };
  const has = (text: string): boolean => text.toLowerCase().includes(wanted);
  const called = [signer.login ?? "", signer.account, ...(names.get(signer.account) ?? [])];
  if (called.some(has)) return { signer, commits: signer.commits, open: false };
  const fitting = signer.commits.filter((sha) => {
    const commit = commits.get(sha);
    return sha.startsWith(wanted) || (commit !== undefined && has(subjectOf(commit)));
  });
  return fitting.length === 0 ? null : { signer, commits: fitting, open: true };
}

function personRow(context: PullContext, { signer, commits, open }: Shown): Html {
  const { visitor, judgment, restricted } = context;
  const { texts, words } = visitor;
  const notes = [...signer.roles].map((role) => words.comment.roles[role]);
  // All covered people look the same.
  const isOpen = signer.standing.kind === "missing" || signer.standing.kind === "unknown";
  if (!signer.required && isOpen) notes.push(texts.pull.standing.warning);
  if (signer.account === visitor.account) notes.unshift(texts.pull.you);
  return html`<li>
    <span class="who"
      ><span class="name">${nameOf(context, signer)}</span
      ><span class="more">${notes.join(" · ")}</span></span
    >
    ${standingChip(signer, visitor, { unneeded: judgment.exemption !== null, restricted })}
    ${commits.length === 0 ? "" : folded(context, signer, commits, open)}
  </li>`;
}

/** Opens without a script and without a request. */
function folded(context: PullContext, signer: Signer, commits: readonly string[], open: boolean): Html {
  const { pull: texts } = context.visitor.texts;
  const rest = commits.length - FOLDED;
  return html`<details class="commits" id="commits-${signer.account.replace(":", "-")}" ${open ? "open" : ""}>
    <summary>${texts.inCommits(commits.length)}</summary>
    <ul>
      ${commitRows(context, signer, commits.slice(0, FOLDED))}
    </ul>
    ${
      rest > 0
        ? html`<p>
            <a href="${addressOf(context, { of: signer.account })}">${texts.allCommits(commits.length)}</a>
          </p>`
        : ""
    }
  </details>`;
}

function onePerson(context: PullContext, signer: Signer): Html {
  const { visitor, query, judgment, restricted } = context;
  const { pull: texts, site } = visitor.texts;
  const shown = signer.commits.slice((query.page - 1) * COMMITS, query.page * COMMITS);
  const more = signer.commits.length > query.page * COMMITS;
  const name =
    signer.login === null ? site.numbered(context.host.title, numberOf(signer.account)) : signer.login;
  return html`<section aria-labelledby="people">
    <h2 id="people">${texts.commitsOf(name)}</h2>
    <p>${standingChip(signer, visitor, { unneeded: judgment.exemption !== null, restricted })}</p>
    <ul class="commit-list">
      ${commitRows(context, signer, shown)}
    </ul>
    <p>
      ${
        more
          ? html`<a href="${addressOf(context, { of: signer.account, page: String(query.page + 1) })}"
                >${texts.more(signer.commits.length - query.page * COMMITS)}</a
              ><br />`
          : ""
      }
      <a href="${addressOf(context, {})}">${texts.filterAll(judgment.signers.length)}</a>
    </p>
  </section>`;
}

function filterForm(context: PullContext): Html {
  const { query, visitor, judgment } = context;
  const { pull: texts } = visitor.texts;
  const narrowed = query.find !== "" || query.onlyMissing;
  return html`<form class="filter" method="get" action="${pullPagePath(pathOf(context.pull))}">
    ${languageField(visitor)}
    <div>
      <label for="find">${texts.filter}</label>
      <input
        id="find"
        name="find"
        value="${query.find}"
        maxlength="100"
        autocomplete="off"
        spellcheck="false"
      />
    </div>
    <label class="check"
      ><input type="checkbox" name="show" value="missing" ${query.onlyMissing ? "checked" : ""} />
      ${texts.onlyMissing}</label
    >
    <button class="button quiet" type="submit">${texts.filterButton}</button>
    ${
      narrowed
        ? html`<a href="${addressOf(context, { find: "", show: "" })}"
            >${texts.filterAll(judgment.signers.length)}</a
          >`
        : ""
    }
  </form>`;
}

/** This page with a changed search. */
function addressOf({ pull, query, visitor }: PullContext, changes: Readonly<Record<string, string>>): string {
  const all = { find: query.find, show: query.onlyMissing ? "missing" : "", ...changes };
  const search = new URLSearchParams(Object.entries(all).filter(([, value]) => value !== "")).toString();
  return visitor.link(`${pullPagePath(pathOf(pull))}${search === "" ? "" : `?${search}`}#people`);
}

/**
 * A login as a link to its account. GitHub's GraphQL leaves out the `[bot]` of a bot's login, and without it the login
 * may be a stranger's, so a bot is named and not linked.
 */
function nameOf({ pull, host, visitor }: PullContext, { login, account, automated, standing }: Signer): Html {
  if (login === null) return html`${visitor.texts.site.numbered(host.title, numberOf(account))}`;
  // Of who is covered nobody may see why: a policy can list an account.
  const bot =
    (automated && standing.kind === "missing") ||
    login.endsWith("[bot]") ||
    isKnownBot(account) ||
    (standing.kind === "exempt" && standing.by === "bot");
  if (bot || !/^[\w.-]+$/.test(login)) return html`<bdi dir="auto">${login}</bdi>`;
  const href = new URL(`/${encodeURIComponent(login)}`, pull.url).href;
  return html`<a href="${href}" rel="noopener"><bdi dir="auto">@${login}</bdi></a>`;
}
