import { CsvError, parse } from "csv-parse/sync";
import { accountOf, isAccountNumber, parseAccount, type Account, type HostName } from "../../../account.ts";

/** How many accounts are looked up at once. */
export const LOGIN_LIMIT = 500;

const HEADER =
  /^(?:github[ _-]?|gitee[ _-]?)?(?:login|username|user ?name|account(?:[ _-]?id)?|登录名|用户名|账号)$/i;

/** What a manager pasted: accounts by their number, and logins to look up. */
export interface LoginList {
  readonly accounts: readonly Account[];
  readonly logins: readonly string[];
  /** Words that can't be a login on any host. */
  readonly unknown: readonly string[];
}

/** Reads a list of logins, separated by line breaks, commas or spaces, or a CSV file with a column of logins. */
export function readLogins(text: string, host: HostName): LoginList {
  const accounts = new Set<Account>();
  const logins = new Set<string>();
  const unknown = new Set<string>();
  for (const written of entriesOf(text)) {
    const entry = written.replace(/^@/, "");
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

function entriesOf(text: string): readonly string[] {
  const [first = ""] = text.trim().split(/\r?\n/, 1);
  const names = first.split(/[,;\t]/).map((name) => name.replaceAll('"', "").trim());
  const column = names.findIndex((name) => HEADER.test(name));
  const rows = column < 0 ? null : rowsOf(text.trim());
  if (rows === null)
    return text
      .split(/[\s,;，；、]+/)
      .map((entry) => entry.replace(/^"(.*)"$/, "$1").trim())
      .filter((entry) => entry !== "");
  return rows.slice(1).flatMap((row) => (row[column] ?? "") || []);
}

/** The rows of a CSV file; null: its quotes do not fit, so its words are read one by one. */
function rowsOf(text: string): string[][] | null {
  try {
    return parse(text, {
      delimiter: [",", ";", "\t"],
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
