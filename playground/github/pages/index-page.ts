import { html } from "hono/html";
import type { Core } from "../core.ts";
import type { Pull, Repository } from "../state/model.ts";
import { layout } from "./layout.ts";
import { people } from "./people.ts";

export function stateOf(pull: Pull): string {
  return pull.state === "open" && pull.draft ? "draft" : pull.state;
}

function listed(pull: Pull) {
  return html`<li>
    <span class="badge ${stateOf(pull)}">${stateOf(pull)}</span>
    <a href="/${pull.repository.fullName}/pull/${pull.number}">${pull.title}</a>
    <span class="quiet">#${pull.number} by ${pull.opener?.login ?? "ghost"}</span>
  </li>`;
}

function repositoryBox(repository: Repository) {
  const pulls = [...repository.pulls.values()].toReversed();
  return html`<section class="box">
    <header><strong>${repository.fullName}</strong></header>
    <ul>
      ${pulls.length > 0 ? pulls.map(listed) : html`<li class="quiet">No pull request yet.</li>`}
    </ul>
  </section>`;
}

/** The front page: the repositories and pull requests, and a form to open a pull request. */
export function indexPage(core: Core) {
  const all = [...core.world.repositories.values()];
  const served = all.filter(({ parent }) => parent === null);
  return layout(
    "Simulated GitHub",
    html`<h1>Repositories</h1>
      ${served.map(repositoryBox)}
      <h2>Open a pull request</h2>
      <section class="box">
        <form class="row" method="post" action="/pulls">
          <label
            >Repository
            <select name="repository">
              ${served.map(({ id, fullName }) => html`<option value="${id}">${fullName}</option>`)}
            </select></label
          >
          <label
            >Opened by
            <select name="opener">
              ${people(core)}
            </select></label
          >
          <label
            >Commit by
            <select name="author">
              ${people(core, { unlinked: true })}
            </select></label
          >
          <label class="wide">Title <input name="title" required value="Fix a spoon" /></label>
          <button class="main">Open pull request</button>
        </form>
      </section>`,
  );
}
