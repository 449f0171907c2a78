import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { User } from "../state/records.ts";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export function layout(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Simulated Gitee</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header><a href="/">Gitee</a><small>simulated on this machine</small></header>
        <main>${content}</main>
      </body>
    </html>`;
}

/** A choice among the simulated users, by number, optionally with "none". */
export function userSelect(
  label: string,
  name: string,
  users: readonly User[],
  none: { first?: string; last?: string } = {},
): Html {
  const empty = (text: string | undefined): Html | string =>
    text === undefined ? "" : html`<option value="">${text}</option>`;
  return html`<label
    >${label}
    <select name="${name}">
      ${empty(none.first)} ${users.map((user) => html`<option value="${user.id}">${user.login}</option>`)}
      ${empty(none.last)}
    </select></label
  >`;
}
