import type { AccountStanding } from "../../verdict.ts";
import { chip, type Html } from "./layout.ts";
import type { Visitor } from "./visitor.ts";

/** How somebody stands, as drawing and word. */
export function standingChip(standing: AccountStanding, { texts }: Visitor): Html {
  const { standing: words } = texts.pull;
  switch (standing.kind) {
    case "signed": {
      if (standing.graceUntil !== null)
        return chip("doubt", words.grace(new Date(standing.graceUntil).toISOString().slice(0, 10)));
      const employer = standing.through.find((entity) => entity !== null) ?? null;
      if (standing.through.includes(null) || employer === null) return chip("good", words.signed);
      return chip("good", words.through(employer));
    }
    case "exempt":
      return chip("calm", words[standing.by]);
    case "missing":
      return chip("bad", standing.outdated ? words.outdated : words.missing);
    case "unknown":
      return chip("doubt", words.unknown);
  }
}
