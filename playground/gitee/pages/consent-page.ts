import { html } from "hono/html";
import type { World } from "../state/world.ts";
import { layout, type Html } from "./layout.ts";

/** The real Gitee asks for a password here; the simulation lets anybody choose an account. */
export function consentPage(world: World, request: URL, scopes: readonly string[]): Html {
  const choice = (login: string): string => {
    const url = new URL(request);
    url.searchParams.set("as", login);
    return `${url.pathname}${url.search}`;
  };
  return layout(
    "Authorize",
    html`<h1>Sign in to Gitee</h1>
      <p>An application asks for: <code>${scopes.join(" ")}</code>. Continue as</p>
      <ul class="rows">
        ${world.people.map(
          ({ login, name }) =>
            html`<li><a href="${choice(login)}">${login}</a> <span class="dim">${name}</span></li>`,
        )}
      </ul>`,
  );
}
