/** The data that the page is rendered from, and helpers for its parts. */
import { html } from "hono/html";
import type { Guide } from "./guide.ts";
import type { SiteHost } from "./host/site-host.ts";
import { ROLES, type Role } from "./people.ts";
import type { Scene } from "./scene.ts";
import type { Texts } from "./texts/en.ts";

export type Html = ReturnType<typeof html>;

export interface View {
  readonly scene: Scene;
  readonly guide: Guide;
  readonly texts: Texts;
  /** A sentence about the result of the last form; null: none. */
  readonly notice: string | null;
}

/** The people as options, by their current login on a host. */
export function roles({ loginOf }: Pick<SiteHost, "loginOf">, selected: Role | null): Html[] {
  return ROLES.map(
    (role) => html`<option value="${role}" ${role === selected ? "selected" : ""}>${loginOf(role)}</option>`,
  );
}
