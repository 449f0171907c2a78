import { isAccountNumber } from "../../account.ts";

const WHOLE = /^[1-9][0-9]{0,15}$/;
/** A whole number written as a decimal: `583231.0`. */
const DECIMAL = /^[1-9][0-9]{0,15}\.0+$/;

/** Reads an account's number; null if the text is not one. */
export function parseAccountNumber(text: string): number | null {
  if (!WHOLE.test(text) && !DECIMAL.test(text)) return null;
  const number = Number(text);
  return isAccountNumber(number) ? number : null;
}

/**
 * Describes what is wrong with an account's number. The message repeats the text only if it can't be a name or an
 * address.
 */
export function numberFault(text: string): string {
  if (/^[+-]?[0-9]+([.,][0-9]+)?E[+-]?[0-9]+$/i.test(text))
    return `${text} looks like a number that a spreadsheet has rounded: format the column as text and export it again`;
  if (/^-[0-9]+$/.test(text)) return `${text} is negative: no account has such a number`;
  if (/^0+$/.test(text)) return `${text} is no account's number`;
  if (/^0[0-9]+$/.test(text)) return `${text} begins with a zero: no account's number does`;
  if (/^[0-9]+$/.test(text)) return `${text} is larger than any account's number`;
  if (/^(="?|')[0-9]+"?$/.test(text) || /^[0-9]{1,3}([,.'\u00A0\u202F ][0-9]{3})+$/.test(text))
    return "it is a number that a spreadsheet has reformatted: format the column as text and export it again";
  return "it is not a whole number; a login belongs in a column named login, to be looked up with --resolve-logins";
}
