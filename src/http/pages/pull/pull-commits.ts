import { html } from "hono/html";
import type { Account } from "../../../account.ts";
import type { Commit, Person, Pull } from "../../../pull.ts";
import type { Judgement, Role, Signer } from "../../../verdict/verdict.ts";
import { chip, type Html } from "../layout.ts";
import { standingChip } from "../account/standing-chip.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** Each commit with the people behind it. */
export function commitList(pull: Pull, judgement: Judgement, visitor: Visitor): Html {
  const { pull: texts } = visitor.texts;
  const signers = new Map(judgement.signers.map((signer) => [signer.account, signer]));
  return html`<section aria-labelledby="commits">
    <h2 id="commits">${texts.commits}</h2>
    <p class="muted">${texts.commitsMore}</p>
    <ol class="rows commit-list">
      ${pull.commits.map((commit) => commitRow(pull, commit, judgement, signers, visitor))}
    </ol>
  </section>`;
}

function commitRow(
  pull: Pull,
  commit: Commit,
  judgement: Judgement,
  signers: ReadonlyMap<Account, Signer>,
  visitor: Visitor,
): Html {
  const { texts } = visitor;
  const [subject = ""] = commit.message.split("\n", 1);
  const backport = judgement.backports.includes(commit.sha);
  const parts: [Role, Person][] = [["author", commit.author]];
  for (const person of commit.coauthors) parts.push(["coauthor", person]);
  if (commit.committer !== null) parts.push(["committer", commit.committer]);
  const lines = parts.flatMap(([role, person]) =>
    partLine(role, person, commit, judgement, signers, visitor),
  );
  return html`<li>
    <div class="title">
      <a href="${commitUrl(pull, commit.sha)}" rel="noopener"><code>${commit.sha.slice(0, 7)}</code></a>
      <span>${subject === "" ? texts.pull.noMessage : subject}</span>
    </div>
    <ul>
      ${backport ? html`<li class="muted small">${texts.pull.backport}</li>` : lines}
    </ul>
  </li>`;
}

function partLine(
  role: Role,
  person: Person,
  commit: Commit,
  judgement: Judgement,
  signers: ReadonlyMap<Account, Signer>,
  visitor: Visitor,
): Html[] {
  const { texts, words } = visitor;
  const name = person.login === null ? (person.name ?? texts.pull.unnamed) : `@${person.login}`;
  // Set apart, so that no sign in a name turns the words after it around.
  const line = (state: Html): Html =>
    html`<li><bdi>${name}</bdi> <span class="muted small">${words.comment.roles[role]}</span> ${state}</li>`;
  if (person.account !== null) {
    const signer = signers.get(person.account);
    // Not in the judgement: a part that the policy passes over, and so does the page.
    return signer === undefined || !counts(signer, role) ? [] : [line(standingChip(signer, visitor))];
  }
  const unlinked = judgement.unlinked.find((part) => part.commit === commit.sha && part.role === role);
  if (unlinked === undefined) return [];
  const { standing } = texts.pull;
  if (unlinked.waived) return [line(chip("calm", standing.waived))];
  return [line(chip(unlinked.required ? "bad" : "doubt", standing.unlinked))];
}

function counts(signer: Signer, role: Role): boolean {
  return signer.roles.has(role);
}

/** GitHub and Gitee both show a commit below the repository's address. */
function commitUrl(pull: Pull, sha: string): string {
  return new URL(`/${pull.path}/commit/${sha}`, pull.url).href;
}
