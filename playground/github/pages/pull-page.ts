import { html } from "hono/html";
import type { Core } from "../core.ts";
import { latestByContext } from "../state/commit-status.ts";
import type { Commit } from "../state/git.ts";
import type { Comment, Pull } from "../state/model.ts";
import { stateOf } from "./index-page.ts";
import { layout } from "./layout.ts";
import { rendered } from "./markdown.ts";
import { people } from "./people.ts";

const SIGNS: Record<string, string> = { success: "✓", failure: "✗", error: "!", pending: "•" };

interface Check {
  name: string;
  state: string;
  text: string;
  url: string | null;
}

function checksOf(pull: Pull): Check[] {
  const { repository, head } = pull;
  const statuses = latestByContext(repository.statusesOf(head.sha)).map(
    ({ context, state, description, targetUrl }): Check => ({
      name: context,
      state,
      text: description ?? "",
      url: targetUrl,
    }),
  );
  const runs = repository.checkRunsOf(head.sha).map(({ fields }): Check => ({
    name: fields.name,
    state: fields.conclusion === "success" ? "success" : fields.conclusion ? "failure" : "pending",
    text: fields.output.title ?? "",
    url: fields.detailsUrl,
  }));
  return [...statuses, ...runs];
}

function checkLine({ name, state, text, url }: Check) {
  return html`<li data-context="${name}" data-state="${state}">
    <span class="${state}" title="${state}">${SIGNS[state] ?? "•"}</span> <strong>${name}</strong> — ${text}
    ${url ? html`<a href="${url}">Details</a>` : ""}
  </li>`;
}

function commitLine(core: Core, commit: Commit) {
  const names = [commit.author, ...commit.coauthors].map(({ name, email }) => {
    const user = core.world.userByEmail(email);
    return user
      ? html`<strong>${user.login}</strong> `
      : html`${name} <span class="quiet">(no account)</span> `;
  });
  return html`<li>
    <span class="sha">${commit.sha.slice(0, 7)}</span> ${commit.headline}
    <span class="quiet">by ${names}</span>
  </li>`;
}

function commentBox({ author, body, createdAt, lastEditedAt, id }: Comment) {
  return html`<article class="box" id="issuecomment-${id}">
    <header>
      <strong>${author.deleted ? "ghost" : author.login}</strong>
      <span class="quiet"
        >commented
        ${createdAt.toISOString().slice(0, 16).replace("T", " ")}${lastEditedAt ? " · edited" : ""}</span
      >
    </header>
    <div>${rendered(body)}</div>
  </article>`;
}

function forms(core: Core, pull: Pull) {
  const action = `/${pull.repository.fullName}/pull/${pull.number}`;
  const open = pull.state === "open";
  const buttons = open
    ? [
        ["push", "Push a commit"],
        ["close", "Close"],
        ["merge", "Merge"],
      ]
    : pull.state === "closed"
      ? [["reopen", "Reopen"]]
      : [];
  return html`<h2>Act as somebody</h2>
    <section class="box">
      <form class="row" method="post" action="${action}/comment">
        <label
          >Comment as
          <select name="user">
            ${people(core)}
          </select></label
        >
        <label class="wide">Comment <textarea name="body" required></textarea></label>
        <button class="main">Comment</button>
      </form>
    </section>
    <section class="box">
      <form class="row" method="post" action="${action}/act">
        <label
          >As
          <select name="user">
            ${people(core)}
          </select></label
        >
        <label
          >Commit by
          <select name="author">
            ${people(core, { unlinked: true })}
          </select></label
        >
        ${buttons.map(([value, text]) => html`<button name="act" value="${value}">${text}</button>`)}
      </form>
    </section>`;
}

/** A pull request as GitHub would show it, with forms to act as one of the simulated people. */
export function pullPage(core: Core, pull: Pull) {
  const state = stateOf(pull);
  const checks = checksOf(pull);
  const from = pull.headRepository ? `${pull.from.owner.login}:${pull.branch}` : "a repository that is gone";
  return layout(
    `${pull.title} · ${pull.repository.fullName}#${pull.number}`,
    html`<p class="quiet"><a href="/">${pull.repository.fullName}</a></p>
      <h1>${pull.title} <small>#${pull.number}</small></h1>
      <p>
        <span class="badge ${state}">${state}</span>
        <strong>${pull.opener?.login ?? "ghost"}</strong>
        <span class="quiet"
          >wants to merge ${pull.commits.length} ${pull.commits.length === 1 ? "commit" : "commits"} into
          <code>${pull.base}</code> from <code>${from}</code></span
        >
        ${[...pull.labels.values()].map(({ name }) => html`<span class="label">${name}</span> `)}
      </p>
      ${pull.body ? html`<article class="box"><div>${rendered(pull.body)}</div></article>` : ""}
      <section class="box">
        <header><strong>Commits</strong></header>
        <ul>
          ${pull.commits.map((commit) => commitLine(core, commit))}
        </ul>
      </section>
      ${pull.comments.map(commentBox)}
      <section class="box">
        <header>
          <strong>Checks</strong>
          <span class="quiet">on <span class="sha">${pull.head.sha.slice(0, 7)}</span></span>
        </header>
        <ul>
          ${checks.length > 0 ? checks.map(checkLine) : html`<li class="quiet">None yet.</li>`}
        </ul>
      </section>
      ${forms(core, pull)}`,
  );
}
