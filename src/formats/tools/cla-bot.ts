/**
 * finos cla-bot (src/contributionVerifier.js): a list of logins, on its own or as `contributors` in `.clabot`. Instead
 * of a list, `contributors` and the three keys of earlier versions can be the URL of the list. A list may also contain
 * email addresses.
 */
import { refused, type Entry, type Tool } from "./tool.ts";

/** Keys of `.clabot` that may contain a URL instead of a list. */
export const ADDRESSES = [
  "contributors",
  "contributorListUrl",
  "contributorListGithubUrl",
  "contributorWebhook",
] as const;

/** Keys of `.clabot` with a text for people who have not signed. A shorter text may be a note about the list. */
const TEXTS = new Set(["message", "recheckComment", "recheckComplete"]);
const SHORTEST = 60;

export function isMessage(name: string, value: unknown): boolean {
  return TEXTS.has(name) && typeof value === "string" && value.length >= SHORTEST;
}

/** What to do about a URL instead of a list. */
export const ADDRESS_FAULT =
  "this names the address of a list in place of the list: fetch that list (for a webhook, ask who runs it), and import it";

export function readLogin(text: string): Entry {
  if (text.trim().replace(/^@/, "").includes("@"))
    return refused(
      null,
      "an email address is no evidence of an account: replace it by the account's login or number",
    );
  return { kind: "row", said: { login: text } };
}

export const claBot: Tool = {
  name: "cla-bot",
  recognizes: () => false,
  lacks: () => null,
  read: () => refused(null, "a login is expected"),
  reads: new Set(),
  harmless: null,
  versionsAreDigests: false,
};
