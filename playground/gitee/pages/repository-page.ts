import { html } from "hono/html";
import { fullName, type Pull, type Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { commitFields } from "./commit-fields.ts";
import { layout, userSelect, type Html } from "./layout.ts";
import { labels } from "./pull-page.ts";

export function indexPage(world: World): Html {
  const shown = world.repositories.filter(({ deleted, fork }) => !deleted && fork === null);
  return layout(
    "Repositories",
    html`<h1>Repositories</h1>
      ${shown.length === 0 ? html`<p class="dim">There are none yet.</p>` : ""}
      ${shown.map(
        (repository) =>
          html`<h2><a href="/${fullName(repository)}">${fullName(repository)}</a></h2>
            ${pullList(repository)}`,
      )}`,
  );
}

export function repositoryPage(world: World, repository: Repository): Html {
  return layout(
    fullName(repository),
    html`<h1>${fullName(repository)}</h1>
      <h2>Pull Requests</h2>
      ${pullList(repository)}
      <h2>New Pull Request</h2>
      <form method="post" action="/${fullName(repository)}/pulls">
        ${userSelect("Opened by", "opener", world.people)}
        <label>Title <input name="title" required maxlength="200" /></label>
        ${commitFields(world)}
        <button>Create Pull Request</button>
      </form>
      ${protection(repository)}`,
  );
}

/** The settings of a protected branch: only checks that ran within the last week can be selected. */
function protection(repository: Repository): Html {
  const { defaultBranch: branch, requiredChecks, checkRuns } = repository;
  const names = [...new Set(checkRuns.map(({ name }) => name))];
  const required = requiredChecks.get(branch) ?? [];
  return html`<h2>Protected branch ${branch}</h2>
    <p>Require status checks to pass before merging (要求门禁状态成功才能合并)</p>
    ${
      names.length === 0
        ? html`<p class="dim">No check has run within the last week, so none can be chosen.</p>`
        : html`<form method="post" action="/${fullName(repository)}/protection">
            ${names.map(
              (name) =>
                html`<label
                  ><input
                    type="checkbox"
                    name="check"
                    value="${name}"
                    ${required.includes(name) ? "checked" : ""}
                  />
                  ${name}</label
                >`,
            )}
            <button>Save</button>
          </form>`
    }`;
}

function pullList(repository: Repository): Html {
  if (repository.pulls.length === 0) return html`<p class="dim">No pull requests.</p>`;
  return html`<ul class="rows">
    ${repository.pulls.toReversed().map(
      (pull) =>
        html`<li>
          <a href="${pathOf(pull)}">!${pull.number} ${pull.title}</a>
          <span class="state ${pull.state}">${pull.state}</span> ${labels(pull)}
          <span class="dim">by ${pull.opener.login}</span>
        </li>`,
    )}
  </ul>`;
}

function pathOf(pull: Pull): string {
  return `/${fullName(pull.repository)}/pulls/${pull.number}`;
}
