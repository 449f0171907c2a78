import type { Precision } from "../../records/signature.ts";

/** Why a date is refused. */
export type DateFault = { readonly fault: string };

const ISO =
  /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?$/i;
/** The form of a date in a Chinese spreadsheet. */
const CHINESE = /^(\d{4})年(\d{1,2})月(\d{1,2})日/;
const ENGLISH =
  /^(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.? (\d{1,2}), ?(\d{4})$/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The basic form of ISO 8601, in the years in which people signed here. */
const BASIC =
  /^((?:19[7-9]|20\d)\d)(\d{2})(\d{2})(?:T(\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/i;

const HOUR = 3_600_000;
/** A time without a zone is read as UTC, so one written now in the easternmost zone is this far ahead. */
const ZONELESS = 14 * HOUR;

/** A date and its precision. */
export interface ReadDate {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly precision: Precision;
}

/**
 * Reads when somebody signed: an ISO 8601 date or time, also with `/` or a space if that is unambiguous, `2024年1月31日`,
 * or EasyCLA's `Jul 4,2023`. A time without a zone is UTC. An ambiguous date is refused.
 * @param now milliseconds since the epoch; a later date is an error
 */
export function readDate(text: string, now: number): ReadDate | DateFault {
  const at = parseDate(text, now);
  return typeof at === "number" ? { at, precision: precisionOf(text) } : at;
}

function precisionOf(text: string): Precision {
  if (!text.includes(":") && !/^\d{8}T/i.test(text)) return "day";
  return /(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)$/i.test(text) ? "exact" : "zoneless";
}

/** Like {@link readDate}, without the precision. @returns milliseconds since the epoch */
export function parseDate(text: string, now: number): number | DateFault {
  const iso = ISO.exec(extended(text.replace(CHINESE, "$1-$2-$3")));
  if (iso !== null) {
    const [, year, , month, day, hours = "0", minutes = "0", seconds = "0", fraction = "", zone] = iso;
    const ahead = offset(zone);
    const at = utc(Number(year), Number(month), Number(day));
    if (at === null || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
      return { fault: "there is no such day or time" };
    const time =
      Number(hours) * HOUR + Number(minutes) * 60_000 + Number(seconds) * 1000 + milliseconds(fraction);
    if (ahead === null) return { fault: "there is no such time zone" };
    return plausible(at + time - ahead, now + (zone === undefined ? ZONELESS : 0));
  }
  const english = ENGLISH.exec(text);
  if (english !== null) {
    const at = utc(
      Number(english[3]),
      MONTHS.indexOf((english[1] ?? "").slice(0, 3)) + 1,
      Number(english[2]),
    );
    return at === null ? { fault: "there is no such day" } : plausible(at, now + ZONELESS);
  }
  return { fault: whatIsWrong(text) };
}

/** The basic form of ISO 8601 in its extended form; any other text as it is. */
function extended(text: string): string {
  const basic = BASIC.exec(text);
  if (basic === null) return text;
  const [, year, month, day, hours, minutes, seconds = "00", fraction = "0", zone = ""] = basic;
  const date = `${year}-${month}-${day}`;
  return hours === undefined ? date : `${date}T${hours}:${minutes}:${seconds}.${fraction}${zone}`;
}

function utc(year: number, month: number, day: number): number | null {
  const at = Date.UTC(year, month - 1, day);
  if (day <= 28) return month >= 1 && month <= 12 && day >= 1 ? at : null;
  const date = new Date(at);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? at : null;
}

function milliseconds(fraction: string): number {
  return Number(fraction.slice(0, 3).padEnd(3, "0"));
}

/** How far a zone is ahead of UTC; null: not a zone. Zones are from -12:00 to +14:00. */
function offset(zone: string | undefined): number | null {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "");
  if (match === null) return 0;
  const minutes = Number(match[3] ?? 0);
  const size = Number(match[2]) * HOUR + minutes * 60_000;
  if (minutes > 59 || size > (match[1] === "-" ? 12 : 14) * HOUR) return null;
  return match[1] === "-" ? -size : size;
}

function plausible(at: number, latest: number): number | DateFault {
  if (at > latest) return { fault: "it is in the future" };
  if (at <= 0) return { fault: "it is before 1970" };
  return at;
}

function whatIsWrong(text: string): string {
  const wanted = "write it as 2024-01-31 or 2024-01-31T10:00:00Z";
  if (/^#+$/.test(text))
    return `the spreadsheet's column was too narrow to show it: widen it and export again`;
  if (/^\d{5}([.,]\d+)?$/.test(text)) return `it looks like a spreadsheet's number for a date: ${wanted}`;
  if (/^\d{10}(\d{3})?$/.test(text)) return `it looks like seconds or milliseconds since 1970: ${wanted}`;
  if (/^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}\b/.test(text))
    return `which part is the day and which the month is not certain: ${wanted}`;
  return `it is not an ISO 8601 date: ${wanted}`;
}
