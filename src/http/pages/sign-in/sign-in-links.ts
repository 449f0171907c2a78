import { html } from "hono/html";
import { HOSTS, type HostName } from "../../../account.ts";
import type { Html } from "../layout/layout.ts";
import type { PagesOptions } from "../options.ts";
import type { Visitor } from "./visitor.ts";

/**
 * A sign-in button for each host.
 * @param only the hosts that make sense here; null: all
 * @param label what a button says; `Sign in with …` if it is omitted
 */
export function signInLinks(
  visitor: Visitor,
  hosts: PagesOptions["hosts"],
  only: ReadonlySet<HostName> | null = null,
  label: (host: string) => string = visitor.texts.site.signIn,
): Html {
  const offered = HOSTS.flatMap((name) => {
    const host = hosts.get(name);
    return host === undefined || host.signIn === null || only?.has(name) === false
      ? []
      : [{ name, title: host.title }];
  });
  if (offered.length === 0) return html`<p>${visitor.texts.sign.noSignIn}</p>`;
  const query = new URLSearchParams({ return_to: visitor.link(visitor.here) }).toString();
  return html`<p class="buttons">
    ${offered.map(
      ({ name, title }) =>
        html`<a class="button" href="${visitor.link(`/sign-in/${name}?${query}`)}">${label(title)}</a>`,
    )}
  </p>`;
}
