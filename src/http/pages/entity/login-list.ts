import { CsvError, parse } from "csv-parse/sync";
import { accountOf, isAccountNumber, parseAccount, type Account, type HostName } from "../../../account.ts";

/** How many accounts are looked up at once. */
export const LOGIN_LIMIT = 500;

const HEADER =
  /^(?:github|gitee|(?:github|gitee)?[ _-]?(?:login(?:[ _-]?name)?|user[ _-]?(?:name|login)|user|handle|account(?:[ _-]?id)?|登录名|用户名|账号|帐号)|(?:github|gitee)[ _-]id)$/i;

const DELIMITERS = [",", ";", "\t", "，", "；"];

/** What a manager pasted: accounts by their number, and logins to look up. */
export interface LoginList {
  readonly accounts: readonly Account[];
  readonly logins: readonly string[];
  /** Words that can't be a login on any host. */
  readonly unknown: readonly string[];
}

/**
 * Reads a list of logins, separated by line breaks, commas or spaces, a CSV file with a column of logins, or both.
 * @param url an address on the host's site, whose profiles are read as their logins; null: none
 */
export function readLogins(text: string, host: HostName, url: string | null): LoginList {
  const site = url === null ? null : new URL(url).host;
  const accounts = new Set<Account>();
  const logins = new Set<string>();
  const unknown = new Set<string>();
  // Invisible characters come along where a login is copied.
  for (const written of entriesOf(text.replace(/\p{Cf}/gu, ""))) {
    const entry = (profileOn(site, written) ?? written).replace(/^@/, "");
    const account = /^\d+$/.test(entry) ? numbered(host, Number(entry)) : parseAccount(entry);
    if (account !== null) accounts.add(account);
    else if (/^[\w.-]{1,100}(\[bot\])?$/.test(entry)) logins.add(entry);
    else unknown.add(entry);
  }
  return { accounts: [...accounts], logins: [...logins], unknown: [...unknown] };
}

function numbered(host: HostName, number: number): Account | null {
  return isAccountNumber(number) ? accountOf(host, number) : null;
}

/** The login in a profile's address, with or without `https://`; null: it is none of this site. */
function profileOn(site: string | null, entry: string): string | null {
  const [, host, login] = /^(?:https?:\/\/)?(?:www\.)?([^/@\s]+)\/([\w.-]+)\/?$/.exec(entry) ?? [];
  return host !== undefined && host.toLowerCase() === site ? (login ?? null) : null;
}

function entriesOf(text: string): readonly string[] {
  const lines = text.trim().split(/\r?\n/);
  const columnIn = (line: string): number =>
    line.split(/[,;\t，；]/).findIndex((name) => HEADER.test(name.replaceAll('"', "").trim()));
  // A word alone is a header on the first line only: further down it is a login.
  const at = lines.findIndex(
    (line, index) => columnIn(line) >= 0 && (index === 0 || /[,;\t，；]/.test(line)),
  );
  const rows = at < 0 || at === lines.length - 1 ? null : rowsOf(lines.slice(at).join("\n"));
  if (rows === null) return wordsOf(text);
  const column = columnIn(lines[at] ?? "");
  return [
    ...wordsOf(lines.slice(0, at).join("\n")),
    ...rows.slice(1).flatMap((row) => (row[column] ?? "") || []),
  ];
}

function wordsOf(text: string): readonly string[] {
  return text
    .split(/[\s,;，；、]+/)
    .map((entry) => entry.replace(/^"(.*)"$/, "$1").trim())
    .filter((entry) => entry !== "");
}

/** The rows of a CSV file; null: its quotes do not fit, so its words are read one by one. */
function rowsOf(text: string): string[][] | null {
  try {
    return parse(text, {
      delimiter: DELIMITERS,
      relaxColumnCount: true,
      relaxQuotes: true,
      skipEmptyLines: true,
      trim: true,
      bom: true,
    });
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}
