import { html } from "hono/html";
import type { Html } from "./layout.ts";

/**
 * A text that somebody else wrote. It gets its own text direction, so that its characters do not reorder the words
 * around it, and `fallback` if it has no visible character.
 */
export function foreign(text: string | null, fallback: string): Html {
  const shown = (text ?? "").toWellFormed();
  return isBlank(shown) ? html`<span class="muted">${fallback}</span>` : html`<bdi dir="auto">${shown}</bdi>`;
}

/** Whether a reader sees nothing of a text: blanks, control and format characters. */
export function isBlank(text: string): boolean {
  return /^[\s\p{C}\p{Z}\u115f\u1160\u2800\u3164\uffa0]*$/u.test(text);
}
