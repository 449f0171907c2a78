/**
 * CLA Assistant (cla-assistant/cla-assistant).
 *
 * Its report as CSV, with semicolons, and its "complete history" as JSON: src/client/src/controller/settings.js
 * (`csvHeader`, `buildContributor`): user name, gist version, when it was signed, and when it was revoked (empty if it
 * was not). The agreement's own fields follow.
 *
 * Its database: src/server/src/documents/cla.ts. `revoked_at` and `end_at` are missing if they are not set. A MongoDB
 * export writes dates and numbers as Extended JSON.
 */
import { first, keysOf, refused, said, type Entry, type Tool, type Values } from "./tool.ts";
import { dateOf, NOT_UNDERSTOOD, textOf } from "./values.ts";

const HEX = /^[0-9a-f]{4,64}$/i;

function read(values: Values): Entry {
  const login = textOf(first(values, "user", "username"));
  const number = textOf(values.get("userid"));
  const signed = dateOf(first(values, "createdat", "signedat"));
  const version = textOf(values.get("gistversion"));
  const revoked = dateOf(values.get("revokedat"));
  const ended = dateOf(values.get("endat"));
  // A row that ends before its last columns; in JSON, an absent key is not in the map.
  if (values.has("revokedat") && values.get("revokedat") === undefined)
    return refused("Revoked At", "the row ends before this column");
  if (login === NOT_UNDERSTOOD) return refused("user", "it is not a login");
  if (number === NOT_UNDERSTOOD) return refused("userId", "it is not a number");
  if (signed === NOT_UNDERSTOOD) return refused("created_at", "it is not a date");
  if (version === NOT_UNDERSTOOD) return refused("gist_version", "it is not a gist's version");
  if (revoked === NOT_UNDERSTOOD) return refused("revoked_at", "it is neither a date nor empty");
  if (ended === NOT_UNDERSTOOD) return refused("end_at", "it is neither a date nor empty");
  const fields = said({ github_id: number, github_login: login, signed_at: signed });
  if (revoked !== null) return { kind: "revoked", said: fields, at: revoked, reason: "revoked" };
  if (ended !== null) return { kind: "revoked", said: fields, at: ended, reason: "ended" };
  if (version !== null && !HEX.test(version) && !/^\d+(\.\d+)*$/.test(version))
    return refused("gist_version", "it is not a gist's version, which is a commit's digest");
  return { kind: "row", said: fields, version: version ?? "" };
}

export const claAssistant: Tool = {
  name: "CLA Assistant",
  numbers: "userId",
  recognizes: (keys) =>
    (keys.has("gistversion") || keys.has("gisturl")) &&
    (keys.has("user") || keys.has("username") || keys.has("userid")),
  lacks: (keys) =>
    keys.has("username") && !keys.has("revokedat")
      ? "it does not say who revoked: CLA Assistant writes the column Revoked At, in JSON revoked_at, for every " +
        "signature; export the list again"
      : null,
  // The page's own table is told from the database's fields by its `User Name`.
  lacksInTable: (keys) =>
    keys.has("username") || (keys.has("revokedat") && keys.has("endat"))
      ? null
      : "it does not say who revoked and whose signature ended: export the fields revoked_at and end_at as well " +
        "(mongoexport --fields), or export as JSON",
  read,
  versionIn: (values) => textOf(values.get("gistversion")),
  reads: keysOf(
    "user",
    "user_name",
    "userId",
    "created_at",
    "signed_at",
    "gist_version",
    "revoked_at",
    "end_at",
    "Signed for Organization",
    "org_cla",
    "CLA Title",
  ),
  harmless: null,
  // Writers such as asafdav/ng-csv quote a text for a comma, not for the semicolon that separates the cells.
  unquoted: true,
  versionsAreDigests: true,
};
