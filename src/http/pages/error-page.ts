import { html } from "hono/html";
import { HOSTS } from "../../account.ts";
import type { Page } from "./layout/layout.ts";
import type { PagesOptions } from "./options.ts";
import type { PageError } from "./page-error.ts";
import { signInLinks } from "./sign-in/sign-in-links.ts";
import type { Visitor } from "./sign-in/visitor.ts";

/** The page that says what is wrong, and what to do. */
export function errorPage(
  { kind, retryAfter }: PageError,
  visitor: Visitor,
  hosts: PagesOptions["hosts"],
): Page {
  const { error } = visitor.texts;
  const title = error[kind];
  const lines = [kind === "busy" ? error.busyMore(retryAfter ?? 60) : error[`${kind}More`]];
  const [, , name] = visitor.here.split("/");
  const host = HOSTS.find((each) => each === name);
  const offer = kind === "pullNotFound" && visitor.account === null && host !== undefined;
  if (kind === "pullNotFound" && visitor.account !== null) lines.push(error.pullNotYours);
  // A session ends after half an hour, and reading a long text may take that time.
  const again = kind === "stale" && visitor.account === null;
  const body = html`<h1>${title}</h1>
    ${lines.map((line) => html`<p class="lead">${line}</p>`)}
    ${offer ? signInLinks(visitor, hosts, new Set([host])) : ""} ${again ? signInLinks(visitor, hosts) : ""}`;
  return { title, body };
}
