import type { Signer } from "../../../verdict/verdict.ts";
import { chip, isoDate, type Html } from "../layout/layout.ts";
import type { Visitor } from "../sign-in/visitor.ts";

type Standing = Pick<Signer, "account" | "standing" | "required">;

/**
 * Whether somebody is covered, as an icon and a word. Only the person sees why: by a signature, through which employer,
 * as a bot, or as a member of which organization. For everybody else these look the same.
 * @param unneeded whether the whole pull request needs no signature, so that nobody's is missing
 * @param restricted whether the visitor restricted the use of their own data
 */
export function standingChip(
  { account, standing, required }: Standing,
  visitor: Visitor,
  { unneeded, restricted }: { readonly unneeded: boolean; readonly restricted: boolean },
): Html {
  const { texts } = visitor;
  const own = account === visitor.account;
  const { standing: words } = texts.pull;
  switch (standing.kind) {
    case "signed": {
      if (standing.graceUntil !== null) return chip("doubt", words.grace(isoDate(standing.graceUntil)));
      if (!own) return chip("good", words.covered);
      const employer = standing.through.find((entity) => entity !== null) ?? null;
      if (standing.through.includes(null) || employer === null) return chip("good", words.signed);
      return chip("good", words.through(employer));
    }
    case "exempt":
      if (!own) return chip("good", words.covered);
      return chip("good", standing.by === "account" ? words.exempt : words[standing.by]);
    case "missing":
      if (unneeded) return chip("calm", words.exempt);
      if (own && restricted) return chip("doubt", words.restricted);
      return chip(required ? "bad" : "doubt", standing.outdated ? words.outdated : words.missing);
    case "unknown":
      return unneeded ? chip("calm", words.exempt) : chip("doubt", words.unknown);
  }
}
