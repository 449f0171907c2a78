import { html } from "hono/html";
import type { World } from "../state/world.ts";
import { userSelect, type Html } from "./layout.ts";

/** The author of a commit: an account, or an address without one, and optionally a co-author. */
export function commitFields(world: World): Html {
  return html`${userSelect("Commit by", "author", world.people, { last: "somebody without an account" })}
    ${userSelect("Co-author", "coauthor", world.people, { first: "none" })}
    <label>Commit message <input name="message" maxlength="500" placeholder="Fix the docs" /></label>`;
}
