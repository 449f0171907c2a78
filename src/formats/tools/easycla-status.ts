/** Whether an entry of EasyCLA is signed and approved: each of its files says so of each entry. */
import { refused, type Entry, type Values } from "./tool.ts";
import { flagOf, NOT_UNDERSTOOD, textOf } from "./values.ts";

const APPROVED = ["signatureapproved", "approved"];
const SIGNED = ["signaturesigned", "signed"];

/** A status that an entry may have under two names: one that is false outweighs the other. */
function statusIn(values: Values, keys: readonly string[]): boolean | null | typeof NOT_UNDERSTOOD {
  const flags = keys.map((key) => flagOf(values.get(key)));
  if (flags.includes(NOT_UNDERSTOOD)) return NOT_UNDERSTOOD;
  return flags.includes(false) ? false : flags.includes(true) ? true : null;
}

/** Why an entry of EasyCLA is no signature; null: it is signed and approved. */
export function statusOf(values: Values): Entry | null {
  const approved = statusIn(values, APPROVED);
  const signed = statusIn(values, SIGNED);
  if (approved === NOT_UNDERSTOOD) return refused("signatureApproved", "it is neither true nor false");
  if (signed === NOT_UNDERSTOOD) return refused("signatureSigned", "it is neither true nor false");
  if (signed === false) return { kind: "left-out", reason: "not signed" };
  if (approved === false) return { kind: "left-out", reason: "not approved" };
  if (textOf(values.get("invalidatedat")) !== null) return { kind: "left-out", reason: "invalidated" };
  if (approved === null || signed === null)
    return refused(approved === null ? "signatureApproved" : "signatureSigned", "it is empty");
  return null;
}

export function lacksStatus(keys: ReadonlySet<string>): string | null {
  const lacks = [
    ...(APPROVED.some((key) => keys.has(key)) ? [] : ["approved"]),
    ...(SIGNED.some((key) => keys.has(key)) ? [] : ["signed"]),
  ];
  return lacks.length === 0
    ? null
    : `it does not say whether it is ${lacks.join(" and ")}: EasyCLA's lists of individual signatures say so of each ` +
        "one (signatureApproved and signatureSigned, in CSV Approved and Signed)";
}

export function isSigned(values: Values): boolean {
  return statusIn(values, SIGNED) === true;
}

export function isUnapproved(values: Values): boolean {
  return statusIn(values, APPROVED) === false;
}
