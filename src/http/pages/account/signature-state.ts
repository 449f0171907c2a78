import { versionStanding, type Agreement } from "../../../records/agreement.ts";
import type { Signature } from "../../../records/signature.ts";
import type { RosterPlace } from "../../../records/subject.ts";
import type { Tone } from "../layout/icons.ts";
import { chip, isoDate, type Html } from "../layout/layout.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** Whether a signature counts now, until when, or why it does not. */
export interface SignatureState {
  readonly tone: Tone;
  readonly text: string;
  /** The agreement to sign instead; null: none. */
  readonly sign: string | null;
}

/** @param agreement as it is configured now; undefined: it no longer is */
export function signatureState(
  { version, revokedAt }: Pick<Signature, "version" | "revokedAt">,
  agreement: Agreement | undefined,
  { restricted, now }: { readonly restricted: boolean; readonly now: number },
  { texts }: Visitor,
): SignatureState {
  const { account } = texts;
  const state = (tone: Tone, text: string, sign: string | null = null): SignatureState => ({
    tone,
    text,
    sign,
  });
  if (revokedAt !== null) return state("calm", account.withdrawn(isoDate(revokedAt)));
  if (restricted) return state("doubt", account.restricted);
  if (agreement === undefined) return state("calm", account.unasked);
  const standing = versionStanding(agreement, version, now);
  switch (standing.kind) {
    case "counts":
      return state("good", account.counts);
    case "grace":
      return state(
        "doubt",
        account.countsUntil(isoDate(standing.until), agreement.version),
        account.signNew(agreement.version),
      );
    case "outdated":
      return state("bad", account.outdated(agreement.version), account.signNew(agreement.version));
  }
}

/** Whether a place on a roster covers the person now. */
export function placeChip(
  { from, until }: RosterPlace,
  restricted: boolean,
  now: number,
  { texts }: Visitor,
): Html {
  const { account } = texts;
  if (until !== null && until <= now) return chip("calm", account.placeEnded(isoDate(until)));
  if (restricted) return chip("doubt", account.restricted);
  if (from > now) return chip("calm", account.placeFrom(isoDate(from)));
  return chip(
    "good",
    until === null ? account.placeSince(isoDate(from)) : account.placeUntil(isoDate(until)),
  );
}

/** How a signature was given, in words. */
export function howSigned({ evidence }: Pick<Signature, "evidence">, { texts }: Visitor): string {
  const { evidence: words } = texts.account;
  return evidence === "page" || evidence === "import"
    ? words[evidence]
    : words.comment(evidence.slice("comment:".length));
}
