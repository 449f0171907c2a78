import type { Held } from "../../records/subject.ts";
import { columns, moment } from "../columns.ts";

/**
 * The stored data about an account, in words. @param login its current login, looked up and not stored; null: unknown
 */
export function describeHeld(held: Held, login: string | null): string {
  const parts = [
    `${held.account}\n`,
    login === null ? "" : `  its login is ${login} now; looked up for this, and not kept\n`,
    held.restrictedSince === null
      ? ""
      : `  restricted since ${moment(held.restrictedSince)}: nothing of it is used\n`,
    section(
      "signatures",
      held.signatures.map(({ agreement, version, signedAt, evidence, digest, revokedAt }) => [
        `${agreement} ${version}`,
        `signed ${moment(signedAt)}`,
        evidence === "import" ? "imported" : evidence === "page" ? "given on the page" : "given in a comment",
        digest === undefined ? "" : `sha256:${digest}`,
        revokedAt === null ? "" : `ended ${moment(revokedAt)}`,
      ]),
    ),
    section(
      "covered by employers",
      held.places.map(({ entity, agreement, version, from, until }) => [
        entity,
        `${agreement} ${version}`,
        `from ${moment(from)}`,
        until === null ? "" : `until ${moment(until)}`,
      ]),
    ),
    section(
      "manages the rosters of",
      held.manages.map((entity) => [entity]),
    ),
    section(
      "answered for commits as a maintainer",
      held.waivers.map(({ repository, commit, at }) => [`repository ${repository.id}`, commit, moment(at)]),
    ),
    section(
      "asked of the operator",
      held.requests.map(({ kind, agreement, at }) => [kind, agreement, moment(at)]),
    ),
    section(
      "asked for a roster",
      (held.entityRequests ?? []).map(({ name, agreement, at }) => [name, agreement, moment(at)]),
    ),
    section(
      "signed in to the pages",
      held.sessions.map((until) => [`until ${moment(until)}`]),
    ),
    section(
      "done with it",
      held.acts.map(({ line, at, by, act }) => [`line ${line}`, moment(at), act, `by ${by}`]),
    ),
  ];
  const said = parts.join("");
  return said === parts[0] || said === `${parts[0]}${parts[1]}` ? `${said}  nothing is held\n` : said;
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}:\n${columns(rows.map((row) => ["", ...row]))}`;
}
