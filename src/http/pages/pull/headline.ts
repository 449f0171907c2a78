import type { PullView } from "../../../ports/pages.ts";
import { stateOf } from "../../../verdict/finding.ts";
import { isKnownBot } from "../../../verdict/well-known.ts";
import { automatedIn, isByAssistant } from "../../../report/automated.ts";
import type { Judgment, Signer } from "../../../verdict/verdict.ts";
import type { Tone } from "../layout/icons.ts";
import { isoDate } from "../layout/layout.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** The headline of a pull request's page. */
export interface Headline {
  readonly tone: Tone;
  readonly heading: string;
  readonly more: readonly string[];
}

/** Says why the verdict is what it is. A closed pull request needs no action, so it has no color. */
export function headlineOf(
  { pull, finding }: Pick<PullView, "pull" | "finding">,
  visitor: Visitor,
): Headline {
  const isBot = ({ account, login, standing }: Signer): boolean =>
    standing.kind === "exempt" &&
    (login?.endsWith("[bot]") === true || (pull.ownNumbers !== true && isKnownBot(account)));
  const found = headlineOfFinding(finding, isBot, visitor);
  if (pull.state !== "closed") return found;
  const { pull: texts } = visitor.texts;
  return { tone: "calm", heading: texts.closed, more: [texts.closedMore, found.heading] };
}

function headlineOfFinding(
  finding: PullView["finding"],
  isBot: (signer: Signer) => boolean,
  { texts, words }: Visitor,
): Headline {
  const { pull } = texts;
  switch (finding.kind) {
    case "uncovered":
      return { tone: "doubt", heading: pull.unknown, more: [words.comment.uncovered] };
    case "policy-broken":
      return { tone: "bad", heading: pull.broken, more: [pull.brokenMore] };
    case "judged": {
      const { judgment } = finding;
      const doubts = judgment.doubts.map((doubt) => words.comment.undecided(words.doubt[doubt]));
      switch (judgment.verdict) {
        case "signed":
          if (stateOf(finding) !== "success")
            return { tone: "bad", heading: pull.shared, more: [words.comment.shared] };
          return signedHeadline(judgment, isBot, { texts, words });
        case "unknown":
          return { tone: "doubt", heading: pull.unknown, more: [...doubts, pull.unknownMore] };
        case "unsigned": {
          const people = judgment.signers.filter(
            ({ required, standing, automated, commits }) =>
              required && standing.kind === "missing" && (!automated || commits.length === 0),
          );
          const commits = judgment.unlinked.filter(
            (part) => part.required && !part.waived && !isByAssistant(part),
          );
          const { signers, unlinked } = automatedIn(judgment);
          const byBots = new Set([
            ...signers.filter(({ required }) => required).flatMap((signer) => signer.commits),
            ...unlinked.filter(({ required }) => required).map(({ commit }) => commit),
          ]);
          const heading = pull.unsigned(people.length, commitsIn(commits), byBots.size);
          return { tone: "bad", heading, more: doubts };
        }
      }
    }
  }
}

/** A green verdict has many reasons, and "everybody has signed" is only one of them. */
function signedHeadline(
  judgment: Judgment,
  isBot: (signer: Signer) => boolean,
  { texts, words }: Pick<Visitor, "texts" | "words">,
): Headline {
  const { pull } = texts;
  const { agreement, signers, unlinked, exemption, backports } = judgment;
  if (exemption !== null)
    return { tone: "good", heading: pull.unneeded, more: [words.comment.exempt[exemption]] };
  // The reason for an exemption may be private, so exempt people look the same as those who signed. A bot's name or
  // number is public and says that it signs nothing.
  const covered = signers.filter(({ standing }) => standing.kind === "signed" || standing.kind === "exempt");
  const people = covered.filter((signer) => !isBot(signer));
  const waived = commitsIn(unlinked.filter((part) => part.waived));
  const askedPeople = signers.filter(({ required, standing }) => !required && standing.kind === "missing");
  const askedCommits = commitsIn(unlinked.filter((part) => !part.required && !part.waived));
  const more = [
    waived > 0 ? pull.waived(waived) : null,
    backports.length > 0 ? pull.backports(backports.length) : null,
    askedPeople.length > 0 ? pull.asked(askedPeople.length) : null,
    askedCommits > 0 ? pull.askedCommits(askedCommits) : null,
  ].filter((line) => line !== null);
  const grace = graceOf(judgment);
  if (grace !== null)
    return {
      tone: "doubt",
      heading: pull.grace(grace.people.length, agreement.version, isoDate(grace.until)),
      more,
    };
  if (people.length === 0) return { tone: "good", heading: pull.unneeded, more };
  if (more.length > 0 || people.length < covered.length)
    return { tone: "good", heading: pull.signedWhoMust, more: [...more, pull.signedMore] };
  return { tone: "good", heading: pull.signed, more: [pull.signedMore] };
}

/** The people whose earlier version still counts, and the earliest date before which one of them must sign the new version. */
export function graceOf({ signers }: Judgment): { people: readonly Signer[]; until: number } | null {
  const people = signers.filter(({ standing }) => standing.kind === "signed" && standing.graceUntil !== null);
  const ends = people.flatMap(({ standing }) =>
    standing.kind === "signed" ? (standing.graceUntil ?? []) : [],
  );
  return ends.length === 0 ? null : { people, until: Math.min(...ends) };
}

function commitsIn(parts: readonly { readonly commit: string }[]): number {
  return new Set(parts.map(({ commit }) => commit)).size;
}
