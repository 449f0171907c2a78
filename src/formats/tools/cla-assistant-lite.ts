/**
 * CLA Assistant Lite (contributor-assistant/github-action): the file in the repository with `signedContributors`.
 * src/interfaces.ts: `name` and `id` are always present; `comment_id`, `pullRequestNo`, `created_at` and `repoId` may
 * be missing. It names no version, and a revocation can only remove the entry.
 */
import { keysOf, refused, said, type Entry, type Tool, type Values } from "./tool.ts";
import { dateOf, NOT_UNDERSTOOD, textOf } from "./values.ts";

function read(values: Values): Entry {
  const number = textOf(values.get("id"));
  const login = textOf(values.get("name"));
  const signed = dateOf(values.get("createdat"));
  if (number === NOT_UNDERSTOOD) return refused("id", "it is not a number");
  if (login === NOT_UNDERSTOOD) return refused("name", "it is not a login");
  if (signed === NOT_UNDERSTOOD) return refused("created_at", "it is not a date");
  return { kind: "row", said: said({ github_id: number, github_login: login, signed_at: signed }) };
}

export const claAssistantLite: Tool = {
  name: "CLA Assistant Lite",
  numbers: "id",
  // A list without its wrapper needs all of the action's own keys: `id` and `name` may be of anything.
  recognizes: (keys, list) =>
    list === "signedContributors" ||
    ["id", "name", "commentid", "pullrequestno"].every((key) => keys.has(key)),
  lacks: () => null,
  read,
  reads: keysOf("id", "name", "created_at"),
  harmless: keysOf("comment_id", "pullRequestNo", "repoId"),
  versionsAreDigests: false,
};
