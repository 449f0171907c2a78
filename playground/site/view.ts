/** What the page is rendered from, and what its parts share. */
import { html } from "hono/html";
import type { Guide } from "./guide.ts";
import { LOGINS, ROLES, type Role } from "./people.ts";
import type { Scene } from "./scene.ts";
import type { Texts } from "./texts/en.ts";

export type Html = ReturnType<typeof html>;

export interface View {
  readonly scene: Scene;
  readonly guide: Guide;
  readonly texts: Texts;
  /** A sentence about what the last form did; null: nothing to say. */
  readonly notice: string | null;
}

/** The people as options, by the login that they have now. */
export function roles(selected: Role | null): Html[] {
  return ROLES.map(
    (role) => html`<option value="${role}" ${role === selected ? "selected" : ""}>${LOGINS[role]}</option>`,
  );
}
