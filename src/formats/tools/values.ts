/** Values as the tools write them in CSV, JSON and MongoDB's Extended JSON. */

/** A value that is present but can't be understood. */
export const NOT_UNDERSTOOD = Symbol("not understood");
type NotUnderstood = typeof NOT_UNDERSTOOD;

const NUMBERS = ["$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"] as const;

/** Older exports of MongoDB write `{"$undefined": true}` for a field that is not set. */
function isAbsent(value: unknown): value is undefined | null {
  return (
    value === undefined ||
    value === null ||
    (typeof value === "string" && value.trim() === "") ||
    member(value, "$undefined") === true
  );
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, key)?.value
    : undefined;
}

/** A text or a number, as text; null: it is absent. */
export function textOf(value: unknown): string | null | NotUnderstood {
  if (isAbsent(value)) return null;
  if (typeof value === "string") return value.trim();
  if (typeof value === "number") return String(value);
  for (const key of NUMBERS) {
    const number = member(value, key);
    if (typeof number === "string" || typeof number === "number") return String(number);
  }
  return NOT_UNDERSTOOD;
}

/** A date as text that `readDate` reads; null: it is absent. https://www.mongodb.com/docs/manual/reference/mongodb-extended-json/ */
export function dateOf(value: unknown): string | null | NotUnderstood {
  if (isAbsent(value)) return null;
  if (typeof value === "string") return value.trim();
  const date = member(value, "$date");
  if (typeof date === "string") return date.trim();
  const text = textOf(date);
  const milliseconds = typeof text === "string" && /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isNaN(milliseconds) ? NOT_UNDERSTOOD : new Date(milliseconds).toISOString();
}

/** True or false, in JSON or as a word; null: it is absent. */
export function flagOf(value: unknown): boolean | null | NotUnderstood {
  if (isAbsent(value)) return null;
  if (typeof value === "boolean") return value;
  if (typeof value !== "string") return NOT_UNDERSTOOD;
  const text = value.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : NOT_UNDERSTOOD;
}
