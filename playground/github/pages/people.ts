import { html } from "hono/html";
import type { Core } from "../core.ts";
import type { Person } from "../state/commit-spec.ts";
import type { User } from "../state/user.ts";

/** A person whose address belongs to no account, as when people commit with the wrong one. */
const UNLINKED = { name: "A. Nonymous", email: "somebody@laptop.example" };

export function realPeople({ world }: Core): User[] {
  const hidden = new Set([world.ghost, world.webFlow, world.bot]);
  return [...world.users.values()].filter((user) => user.type !== "Organization" && !hidden.has(user));
}

/** The options of a list of the simulated people. */
export function people(core: Core, { unlinked = false } = {}) {
  return [
    ...realPeople(core).map((user) => html`<option value="${user.id}">${user.login}</option>`),
    ...(unlinked ? [html`<option value="0">nobody’s account (${UNLINKED.email})</option>`] : []),
  ];
}

export function userBy(core: Core, id: unknown): User | null {
  return realPeople(core).find((user) => String(user.id) === id) ?? null;
}

export function personBy(core: Core, id: unknown): Person {
  return userBy(core, id) ?? UNLINKED;
}
