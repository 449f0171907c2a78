/** The panels of the page beside the pull requests: the bot and its commands, people, faults, the journal, costs. */
import { html } from "hono/html";
import { DOCUMENTED_COSTS, OWN_COSTS } from "./costs.ts";
import type { Entry } from "./journal.ts";
import { isOn } from "./faults.ts";
import { ROLES, type Role } from "./people.ts";
import { FAULTS, FAULTS_OF, HOST_FAULTS } from "../faults.ts";
import { NUMBER_SIGNS, type SiteHost, type State } from "./host/site-host.ts";
import { type Html, type View } from "./view.ts";
import { inWords } from "./sentence.ts";

/** The number of journal rows on the page. */
const SHOWN = 60;

export function adminPanel({ scene, texts }: View): Html {
  const { admin, acts } = texts;
  const { bot, agreement, terminal } = scene;
  const example = scene.sites
    .map(({ name, numberOf }) => `${name},${numberOf("unsigned")},icla,${agreement.version},2025-06-01`)
    .join("\n");
  return html`<section class="bot" aria-labelledby="bot-heading">
    <h2 id="bot-heading">${admin.heading}</h2>
    <div id="bot" data-live class="box">
      <p>
        <strong>${bot === null ? admin.killed : admin.running}</strong>
        ${bot === null ? "" : html`<a href="${bot.url}/sign/icla">${admin.pages}</a>`}
      </p>
      <p>${admin.version(agreement.version, agreement.graceDays)}</p>
      <p>${admin.time} <time>${new Date(Date.now()).toISOString().slice(0, 10)}</time></p>
    </div>
    <form method="post" action="/act/import" class="box form">
      <label for="csv">${admin.importing}</label>
      <textarea id="csv" name="csv" rows="4" data-live>
host,account_id,agreement,version,signed_at
${example}</textarea>
      <p class="quiet">${admin.importNote}</p>
      <button class="main">${acts.import}</button>
    </form>
    <form method="post" action="/act/revoke" class="box form">
      <label for="admin-host">${admin.host}</label>
      <select id="admin-host" name="host">
        ${scene.sites.map(({ name, title }) => html`<option value="${name}">${title}</option>`)}
      </select>
      <label for="admin-as">${admin.person}</label>
      <select id="admin-as" name="as">
        ${ROLES.map((role) => html`<option value="${role}">${loginsOf(scene.sites, role)}</option>`)}
      </select>
      <div class="buttons">
        ${(["revoke", "restrict", "unrestrict", "erase"] as const).map(
          (name) => html`<button formaction="/act/${name}">${acts[name]}</button>`,
        )}
      </div>
      <div class="buttons">
        <button formaction="/act/sweep">${acts.sweep}</button>
        <button formaction="/act/stats">${acts.stats}</button>
      </div>
    </form>
    <form method="post" action="/act/version" class="box form">
      <label for="grace">${admin.grace}</label>
      <input id="grace" name="grace" type="number" min="0" max="365" value="30" />
      <button>${acts.version}</button>
    </form>
    <form method="post" action="/act/clock" class="box form">
      <label for="days">${admin.days}</label>
      <input id="days" name="days" type="number" min="1" max="400" value="31" />
      <button>${acts.clock}</button>
    </form>
    <div id="terminal" data-live>
      ${
        terminal === null
          ? ""
          : html`<section class="box" aria-labelledby="terminal-heading">
              <h3 id="terminal-heading">${admin.terminal}</h3>
              <pre tabindex="0" aria-labelledby="terminal-heading"><code>$ ${terminal.command}
${terminal.output.trim()}</code></pre>
              <p class="quiet">${admin.exit(terminal.code)}</p>
            </section>`
      }
    </div>
  </section>`;
}

export function faultsPanel({ scene, texts }: View): Html {
  const own = FAULTS.filter((fault) => !(HOST_FAULTS as readonly string[]).includes(fault));
  const button = (fault: (typeof FAULTS)[number], host: string) =>
    html`<form method="post" action="/act/fault">
      <input type="hidden" name="host" value="${host}" />
      <button name="fault" value="${fault}">${texts.faults.names[fault]}</button>
    </form>`;
  return html`<section class="box" aria-labelledby="faults-heading">
    <h2 id="faults-heading">${texts.faults.heading}</h2>
    <p class="quiet">${texts.faults.note}</p>
    ${scene.sites.map(
      ({ name, title }) =>
        html`<h3>${title}</h3>
          <div class="buttons">${FAULTS_OF[name].map((fault) => button(fault, name))}</div>`,
    )}
    <h3>${texts.admin.heading}</h3>
    <div class="buttons">${own.map((fault) => button(fault, "github"))}</div>
    <form method="post" action="/act/recover">
      <button class="main">${texts.acts.recover}</button>
    </form>
    <div id="trial" data-live role="status">${trialOf({ scene, texts })}</div>
  </section>`;
}

/** The current faults, the statuses meanwhile, and whether the final state is the same. */
function trialOf({ scene, texts }: Pick<View, "scene" | "texts">): Html | string {
  const { trial, history } = scene;
  const { faults: words } = texts;
  if (trial === null) return "";
  const title = (host: string): string => scene.sites.find(({ name }) => name === host)?.title ?? host;
  const said = history.since();
  const faults = trial.faults.map(({ fault, host }) => {
    const name = host === null ? words.names[fault] : `${title(host)}${texts.colon}${words.names[fault]}`;
    return { name, on: isOn(scene, fault, host) };
  });
  return html`<h3>${faults.some(({ on }) => on) ? words.now : words.before}</h3>
    <ul>
      ${faults.map(({ name, on }) => html`<li>${name}${on ? "" : ` ${words.over}`}</li>`)}
    </ul>
    <h3>${words.meanwhile}</h3>
    ${
      said.length === 0
        ? html`<p>${words.nothing}</p>`
        : html`<ul>
            ${said.map(
              ({ host, number, said: states }) =>
                html`<li>
                  ${title(host)} ${NUMBER_SIGNS[host]}${number}${texts.colon}${verdictsInWords(states, texts)}
                </li>`,
            )}
          </ul>`
    }
    <p class="${trial.same === null ? "quiet" : trial.same ? "held" : "not-held"}">
      <strong
        >${trial.same === null ? (trial.running ? words.running : words.repair) : trial.same ? `✓ ${words.same}` : `✗ ${words.differs}`}</strong
      >
    </p>`;
}

/** A sequence of verdicts, e.g. `no verdict yet → red → green`. */
export function verdictsInWords(states: readonly State[], texts: View["texts"]): string {
  return states.map((state) => texts.pulls.verdict[state]).join(" → ");
}

export function journalPanel({ scene, texts }: View): Html {
  const entries = scene.journal.entries.slice(0, SHOWN);
  return html`<section class="box" aria-labelledby="journal-heading">
    <h2 id="journal-heading">${texts.journal.heading}</h2>
    <p class="quiet">${texts.journal.note}</p>
    <ol id="journal" data-live-list class="journal" tabindex="0" aria-labelledby="journal-heading" reversed>
      ${
        entries.length === 0
          ? html`<li id="journal-none" data-live class="quiet">${texts.journal.empty}</li>`
          : entries.map((entry) => journalRow(entry, texts, "entry"))
      }
    </ol>
  </section>`;
}

/** @param list names the list that it is in: the same entry can be in two */
export function journalRow(entry: Entry, texts: View["texts"], list: "entry" | "call"): Html {
  const { host, pull } = entry;
  const where = host === null ? "" : `${host}${pull === null ? "" : ` ${NUMBER_SIGNS[host]}${pull}`}`;
  const at = new Date(entry.at).toISOString();
  const bad = entry.status !== null && entry.status >= 400;
  return html`<li
    id="${list}-${entry.id}"
    ${list === "entry" ? "data-live" : ""}
    class="${entry.kind} ${bad ? "bad" : ""}"
  >
    <time datetime="${at}">${at.slice(5, 10)} ${at.slice(11, 19)}</time>
    <span class="kind">${texts.journal.kinds[entry.kind]}</span>
    <span class="where">${where}</span>
    <bdi>${typeof entry.says === "string" ? entry.says : inWords(entry.says, texts.sentences)}</bdi>
    <span class="status">${entry.status === 0 ? "…" : (entry.status ?? "")}</span>
  </li>`;
}

/** A person's login, and on which host if it differs. */
function loginsOf(sites: readonly SiteHost[], role: Role): string {
  const logins = sites.map(({ title, loginOf }) => ({ title, login: loginOf(role) }));
  if (new Set(logins.map(({ login }) => login)).size === 1) return logins[0]?.login ?? "";
  return logins.map(({ title, login }) => `${login} (${title})`).join(", ");
}

export function peoplePanel({ texts, scene }: View): Html {
  return html`<section class="box" aria-labelledby="people-heading">
    <h2 id="people-heading">${texts.people.heading}</h2>
    <p class="quiet">${texts.people.note}</p>
    <dl class="people">
      ${ROLES.map(
        (role) =>
          html`<dt>
              ${loginsOf(scene.sites, role)}
              <span class="quiet"
                >${scene.sites.map(({ name, numberOf }) => `${name}:${numberOf(role)}`).join(" ")}</span
              >
            </dt>
            <dd>${texts.people.says[role]}</dd>`,
      )}
    </dl>
  </section>`;
}

export function costsPanel({ texts, scene }: View): Html {
  const { costs } = texts;
  return html`<section class="box" aria-labelledby="costs-heading">
    <h2 id="costs-heading">${costs.heading}</h2>
    <div class="scroll" tabindex="0" role="group" aria-labelledby="costs-heading">
      <table>
        <thead>
          <tr>
            <th scope="col">${costs.bot}</th>
            <th scope="col">${costs.calls}</th>
            <th scope="col">${costs.again}</th>
            <th scope="col">${costs.source}</th>
          </tr>
        </thead>
        <tbody>
          ${OWN_COSTS.map(
            ({ host, unsigned, unchanged }) =>
              html`<tr>
                <th scope="row">Countersign, ${scene.site(host).title}</th>
                <td>${costs.count(unsigned.reads, unsigned.writes)}</td>
                <td>${costs.count(unchanged.reads, unchanged.writes)}</td>
                <td>${costs.own}</td>
              </tr>`,
          )}
          ${DOCUMENTED_COSTS.map(
            ({ bot, unsigned, unchanged, more, sources }) =>
              html`<tr>
                <th scope="row">${bot}</th>
                <td>${costs.count(unsigned.reads, unsigned.writes)}${costs.more[more]}</td>
                <td>${costs.count(unchanged.reads, unchanged.writes)}${costs.more[more]}</td>
                <td>${sources.map(([name, url]) => html`<a href="${url}" rel="noreferrer">${name}</a> `)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}
