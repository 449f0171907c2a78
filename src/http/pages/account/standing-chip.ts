import type { Signer } from "../../../verdict/verdict.ts";
import { chip, type Html } from "../layout.ts";
import type { Visitor } from "../sign-in/visitor.ts";

type Standing = Pick<Signer, "account" | "standing">;

/**
 * How somebody stands, as drawing and word. Through which employer, and of which organisation they are a member,
 * is told to themselves alone: the pull request does not show that about them.
 */
export function standingChip({ account, standing }: Standing, visitor: Visitor): Html {
  const { texts } = visitor;
  const own = account === visitor.account;
  const { standing: words } = texts.pull;
  switch (standing.kind) {
    case "signed": {
      if (standing.graceUntil !== null)
        return chip("doubt", words.grace(new Date(standing.graceUntil).toISOString().slice(0, 10)));
      const employer = standing.through.find((entity) => entity !== null) ?? null;
      if (!own || standing.through.includes(null) || employer === null) return chip("good", words.signed);
      return chip("good", words.through(employer));
    }
    case "exempt":
      return chip("calm", standing.by === "organization" && !own ? words.exempt : words[standing.by]);
    case "missing":
      return chip("bad", standing.outdated ? words.outdated : words.missing);
    case "unknown":
      return chip("doubt", words.unknown);
  }
}
