import { html, raw } from "hono/html";
import MarkdownIt from "markdown-it";
import { fullName, type Comment, type Commit, type Pull } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { latestRuns, runsOf, unmetChecks } from "../state/check-actions.ts";
import type { CheckRun } from "../state/records.ts";
import { commitFields } from "./commit-fields.ts";
import { layout, userSelect, type Html } from "./layout.ts";

const markdown = new MarkdownIt({ html: false, linkify: true });

export function pullPage(world: World, pull: Pull): Html {
  const path = `/${fullName(pull.repository)}/pulls/${pull.number}`;
  const commits = world.commits.between(world.baseSha(pull), pull.headSha);
  return layout(
    `!${pull.number} ${pull.title}`,
    html`<p><a href="/${fullName(pull.repository)}">${fullName(pull.repository)}</a></p>
      <h1>!${pull.number} ${pull.title} <span class="state ${pull.state}">${pull.state}</span></h1>
      <p>
        <span class="dim"
          >${pull.opener.login} wants to merge ${pull.headBranch} into ${pull.baseBranch}</span
        >
        ${labels(pull)}
      </p>
      ${pull.body === "" ? "" : html`<article><div>${rendered(pull.body)}</div></article>`}
      <h2>Commits (${commits.length})</h2>
      <ul class="rows">
        ${commits.map((commit) => commitRow(world, commit))}
      </ul>
      <h2>Comments (${pull.comments.length})</h2>
      ${pull.comments.map(commentBox)} ${checks(world, pull, path)}
      ${pull.state === "merged" ? "" : forms(world, pull, path)}`,
  );
}

/** The pull request's labels; those that end in "yes" are green, in "no" red. */
export function labels(pull: Pull): Html {
  const kind = (name: string): string => /(yes|no)$/.exec(name)?.[0] ?? "";
  return html`${pull.labels.map((name) => html`<span class="label ${kind(name)}">${name}</span> `)}`;
}

/** The newest check run of each name on the head, and whether the branch allows the merge. */
function checks(world: World, pull: Pull, path: string): Html {
  const runs = latestRuns(runsOf(pull));
  const unmet = pull.state === "open" ? unmetChecks(pull) : [];
  return html`<h2>Checks (${runs.length})</h2>
    <ul class="rows">
      ${runs.map((run) => checkRow(world, run, path))}
    </ul>
    ${
      unmet.length === 0
        ? ""
        : html`<p>
            <strong>Merging is blocked.</strong> ${pull.baseBranch} requires
            ${unmet.map((name) => html`<code>${name}</code> `)} to pass. An administrator may merge all the
            same.
          </p>`
    }`;
}

function checkRow(world: World, run: CheckRun, path: string): Html {
  const name = run.detailsUrl === null ? run.name : html`<a href="${run.detailsUrl}">${run.name}</a>`;
  return html`<li>
    ${name}
    <span class="label ${run.conclusion === "success" ? "yes" : "no"}">${run.conclusion ?? run.status}</span>
    <span class="dim">${run.output?.title ?? ""}</span>
    <form method="post" action="${path}/checks/${run.id}/rerequest">
      ${userSelect("As", "user", world.people)}
      <button class="second">Re-run</button>
    </form>
  </li>`;
}

function commitRow(world: World, commit: Commit): Html {
  const login = world.userByEmail(commit.author.email)?.login;
  const [subject, ...rest] = commit.message.split("\n");
  const trailers = rest.filter((line) => line.startsWith("Co-authored-by:"));
  return html`<li>
    <code>${commit.sha.slice(0, 10)}</code> ${subject}
    <span class="dim">by ${login ?? html`${commit.author.name} (no account)`}</span>
    ${trailers.map((line) => html`<br /><span class="dim">${line}</span>`)}
  </li>`;
}

function commentBox(comment: Comment): Html {
  return html`<article id="note_${comment.id}">
    <header>
      <strong>${comment.user.login}</strong>
      ${comment.path === null ? "" : html`<span class="dim">on <code>${comment.path}</code></span>`}
      ${comment.updatedAt === comment.createdAt ? "" : html`<span class="dim">edited</span>`}
    </header>
    <div>${rendered(comment.body)}</div>
  </article>`;
}

/** The real page hides hidden markers, too. */
function rendered(text: string): Html {
  return raw(markdown.render(text.replace(/<!--[\s\S]*?-->/g, "")));
}

function forms(world: World, pull: Pull, path: string): Html {
  const open = pull.state === "open";
  return html`<h2>Comment</h2>
    <form method="post" action="${path}/comments">
      ${userSelect("As", "user", world.people)}
      <label>Text <textarea name="body" required></textarea></label>
      <button>Comment</button>
    </form>
    ${
      open
        ? html`<h2>Push</h2>
            <form method="post" action="${path}/push">
              ${commitFields(world)}
              <button>Push a commit</button>
            </form>`
        : ""
    }
    <h2>State</h2>
    <form method="post" action="${path}/state">
      ${userSelect("As", "user", world.people)}
      ${
        open
          ? html`<button name="to" value="closed" class="second">Close</button>
              <button name="to" value="merged">Merge</button>`
          : html`<button name="to" value="open">Reopen</button>`
      }
    </form>`;
}
