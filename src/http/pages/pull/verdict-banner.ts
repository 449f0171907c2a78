import { html } from "hono/html";
import { stateOf } from "../../../verdict/finding.ts";
import type { PullView } from "../../../ports/pages.ts";
import { ICONS, type Tone } from "../icons.ts";
import type { Html } from "../layout.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** What a pull request comes to, at a glance. */
export function verdictBanner({ finding }: PullView, visitor: Visitor, action: Html | null): Html {
  const { tone, heading, more } = summary(finding, visitor);
  return html`<div class="verdict ${tone}">
    ${ICONS[tone]}
    <div>
      <h2>${heading}</h2>
      ${more.map((line) => html`<p>${line}</p>`)} ${action ?? ""}
    </div>
  </div>`;
}

function summary(
  finding: PullView["finding"],
  { texts, words }: Visitor,
): { tone: Tone; heading: string; more: string[] } {
  const { pull } = texts;
  switch (finding.kind) {
    case "uncovered":
      return { tone: "doubt", heading: pull.unknown, more: [words.comment.uncovered] };
    case "policy-broken":
      return { tone: "bad", heading: pull.broken, more: [] };
    case "judged": {
      const { judgement } = finding;
      const state = stateOf(finding);
      if (state === "success" && judgement.exemption !== null)
        return { tone: "good", heading: pull.exempt, more: [words.comment.exempt[judgement.exemption]] };
      if (state === "success") return { tone: "good", heading: pull.signed, more: [pull.signedMore] };
      if (judgement.verdict === "signed")
        return { tone: "bad", heading: pull.shared, more: [words.comment.shared] };
      const doubts = judgement.doubts.map((doubt) => words.comment.undecided(words.doubt[doubt]));
      if (judgement.verdict === "unknown")
        return { tone: "doubt", heading: pull.unknown, more: [...doubts, pull.unknownMore] };
      const people = judgement.signers.filter(
        ({ required, standing }) => required && standing.kind === "missing",
      );
      const commits = judgement.unlinked.filter(({ required, waived }) => required && !waived);
      const count = new Set(commits.map(({ commit }) => commit)).size;
      return { tone: "bad", heading: pull.unsigned(people.length, count), more: doubts };
    }
  }
}
