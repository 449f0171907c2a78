/**
 * CLA Assistant (cla-assistant/cla-assistant).
 *
 * Its report as CSV, with semicolons, and its "complete history" as JSON: src/client/src/controller/settings.js
 * (`csvHeader`, `buildContributor`): user name, gist version, when it was signed, and when it was revoked (empty if it
 * was not). The agreement's own fields follow: the project chose their names, and the signers what they say.
 *
 * Its database: src/server/src/documents/cla.ts. `revoked_at` and `end_at` are missing if they are not set. A MongoDB
 * export writes dates and numbers as Extended JSON.
 */
import { first, keysOf, refused, said, type Entry, type Tool, type Values } from "./tool.ts";
import { dateOf, NOT_UNDERSTOOD, textOf } from "./values.ts";

const HEX = /^[0-9a-f]{4,64}$/i;

function readReport(values: Values): Entry {
  const login = textOf(values.get("username"));
  const signed = dateOf(values.get("signedat"));
  if (login === NOT_UNDERSTOOD) return refused("user_name", "it is not a login");
  if (signed === NOT_UNDERSTOOD) return refused("signed_at", "it is not a date");
  return read(values, { github_login: login, signed_at: signed });
}

function readRecord(values: Values): Entry {
  const login = textOf(values.get("user"));
  const number = textOf(values.get("userid"));
  const signed = dateOf(first(values, "createdat", "signedat"));
  if (login === NOT_UNDERSTOOD) return refused("user", "it is not a login");
  if (number === NOT_UNDERSTOOD) return refused("userId", "it is not a number");
  if (signed === NOT_UNDERSTOOD) return refused("created_at", "it is not a date");
  const ended = dateOf(values.get("endat"));
  if (ended === NOT_UNDERSTOOD) return refused("end_at", "it is neither a date nor empty");
  const fields = { github_id: number, github_login: login, signed_at: signed };
  const entry = read(values, fields);
  return entry.kind === "row" && ended !== null
    ? { kind: "revoked", said: entry.said, at: ended, reason: "ended" }
    : entry;
}

function read(values: Values, fields: Parameters<typeof said>[0]): Entry {
  const version = textOf(values.get("gistversion"));
  const revoked = dateOf(values.get("revokedat"));
  // A row that ends before its last columns; in JSON, an absent key is not in the map.
  if (values.has("revokedat") && values.get("revokedat") === undefined)
    return refused("Revoked At", "the row ends before this column");
  if (version === NOT_UNDERSTOOD) return refused("gist_version", "it is not a gist's version");
  if (revoked === NOT_UNDERSTOOD) return refused("revoked_at", "it is neither a date nor empty");
  if (revoked !== null) return { kind: "revoked", said: said(fields), at: revoked, reason: "revoked" };
  if (version !== null && !HEX.test(version) && !/^\d+(\.\d+)*$/.test(version))
    return refused("gist_version", "it is not a gist's version, which is a commit's digest");
  return { kind: "row", said: said(fields), version: version ?? "" };
}

const SHARED = {
  versionIn: (values: Values): unknown => textOf(values.get("gistversion")),
  harmless: null,
  // Writers such as asafdav/ng-csv quote a text for a comma, not for the semicolon that separates the cells.
  unquoted: true,
  versionsAreDigests: true,
} as const;

function isItsOwn(keys: ReadonlySet<string>): boolean {
  return keys.has("gistversion") || keys.has("gisturl");
}

/** Its report or history. Every other column, also one named `User ID`, is a field that the signers filled in. */
export const claAssistantReport: Tool = {
  ...SHARED,
  name: "CLA Assistant",
  part: "report",
  recognizes: (keys) => isItsOwn(keys) && keys.has("username"),
  lacks: (keys) =>
    keys.has("revokedat")
      ? null
      : "it does not say who revoked: CLA Assistant writes the column Revoked At, in JSON revoked_at, for every " +
        "signature; export the list again",
  read: readReport,
  reads: keysOf(
    "user_name",
    "signed_at",
    "gist_version",
    "revoked_at",
    "Signed for Organization",
    "org_cla",
    "CLA Title",
  ),
};

export const claAssistantRecords: Tool = {
  ...SHARED,
  name: "CLA Assistant",
  part: "database",
  numbers: "userId",
  recognizes: (keys) => isItsOwn(keys) && (keys.has("user") || keys.has("userid")),
  lacks: () => null,
  lacksInTable: (keys) =>
    keys.has("revokedat") && keys.has("endat")
      ? null
      : "it does not say who revoked and whose signature ended: export the fields revoked_at and end_at as well " +
        "(mongoexport --fields), or export as JSON",
  read: readRecord,
  reads: keysOf(
    "user",
    "userId",
    "created_at",
    "signed_at",
    "gist_version",
    "revoked_at",
    "end_at",
    "org_cla",
  ),
};
