/** Which corrections are refused, and why. */
import type { Account } from "../account.ts";
import { Failure } from "../error.ts";
import type { Details } from "./audit.ts";
import type { Evidence } from "./signature.ts";
import type { Corrected, Correction } from "./subject.ts";

type SignatureCorrection = Correction & { readonly kind: "signature" };

/** @throws Failure `refused` if a wrong number can't be corrected to this one */
export function requireMovable(from: Account, to: Account, isErased: boolean): void {
  if (to === from) throw new Failure("refused", "the record already belongs to that account");
  if (isErased) throw new Failure("refused", `${to} was erased at its person's request`);
}

/** @throws Failure `refused` if there was nothing to move */
export function requireMoved(from: Account, { signatures, places, kept }: Omit<Corrected, "marked">): void {
  if (signatures + places > 0) return;
  throw new Failure(
    "refused",
    kept > 0
      ? `${from} gave its signatures while signed in, so its number is right: the person can withdraw, restrict or erase them`
      : `nothing stored about ${from} can be corrected`,
  );
}

/** @throws Failure `refused` if there is no such signature, or if the person signed it themself */
export function requireImported<Known extends { readonly evidence: Evidence }>(
  account: Account,
  { agreement, version }: SignatureCorrection,
  known: Known | undefined,
): Known {
  if (known === undefined)
    throw new Failure("refused", `${account} has no signature of its own of ${agreement} ${version}`);
  if (known.evidence !== "import")
    throw new Failure(
      "refused",
      `${account} gave this signature while signed in, with this date and version: it can be withdrawn, not corrected`,
    );
  return known;
}

/** A signature of the new version already exists. */
export function versionTaken(account: Account, { agreement }: SignatureCorrection, version: string): Failure {
  return new Failure("refused", `${account} already has a signature of ${agreement} ${version}`);
}

/** The audit's details of a corrected signature. @param before its earlier date */
export function amendDetails(correction: SignatureCorrection, before: number): Details {
  const { agreement, version, newVersion, signedAt } = correction;
  return { agreement, version, "new version": newVersion, "signed at": before, "new signed at": signedAt };
}
