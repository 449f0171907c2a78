import { html } from "hono/html";
import type { Visitor } from "../sign-in/visitor.ts";
import type { Html } from "./layout.ts";

/** A GET form drops the query of its URL, so a field carries the chosen language. */
export function languageField({ link }: Visitor): Html | string {
  const chosen = new URL(link("/"), "https://this-site.invalid").searchParams.get("lang");
  return chosen === null ? "" : html`<input type="hidden" name="lang" value="${chosen}" />`;
}
