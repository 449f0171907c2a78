import type { Comment, Host } from "../ports/host.ts";
import type { Notice, ShownNotice } from "../ports/notices.ts";
import type { Route } from "../ports/queue.ts";
import type { Pull } from "../pull.ts";
import type { Finding } from "../verdict/finding.ts";
import { commandsIn, markedWaivers, mayBeSignature } from "../report/command.ts";
import { warns } from "../report/report.ts";
import type { World } from "./inspect.ts";

/** The comments that are read; each costs calls to learn who wrote it, and what it says now. */
const MOST_READ = 8;

/**
 * The comments of a pull request that still need an answer, newest first: the host still shows them, and their problem
 * is open. Costs nothing if nothing was refused.
 */
export async function noticesOf(
  world: Pick<World, "engine">,
  host: Host,
  pull: Pull,
  finding: Finding,
  route: Route,
): Promise<readonly ShownNotice[]> {
  if (finding.kind !== "judged") return [];
  // A green pull request may still request what it does not require, and offer a waiver.
  if (finding.judgment.verdict === "signed" && !warns(finding.judgment)) return [];
  const open = (await world.engine.notices.of(pull.ref)).filter((notice) => isOpen(notice, pull, finding));
  const isStrangers = ({ about }: Notice): boolean => about === "waive-not-maintainer";
  // Anyone can write such a comment, so it takes no place from one that matters more.
  const ordered = [...open.filter((notice) => !isStrangers(notice)), ...open.filter(isStrangers)];
  const shown: ShownNotice[] = [];
  for (const [id, own] of [...Map.groupBy(ordered, ({ comment }) => comment)].slice(0, MOST_READ)) {
    const comment = await host.comment(pull.ref, id, route);
    if (comment === null) continue;
    const stillToSign = finding.judgment.signers.some(
      ({ account, standing }) => account === comment.author && standing.kind === "missing",
    );
    const asked = own.filter(
      (notice) => stillAsks(notice, comment) && (stillToSign || !notice.about.startsWith("sign-")),
    );
    for (const [about, same] of Map.groupBy(asked, (notice) => notice.about))
      shown.push({ about, commits: same.flatMap(({ commit }) => commit ?? []), login: comment.login });
  }
  return shown;
}

/** A waiver that was refused matters while the pull request has the commit, and it is not waived. */
function isOpen({ about, commit }: Notice, pull: Pull, finding: Finding): boolean {
  if (about.startsWith("sign-") || finding.kind !== "judged") return true;
  const { unlinked } = finding.judgment;
  const isWaived = (sha: string): boolean => unlinked.some((part) => part.commit === sha && part.waived);
  if (commit === null || about === "waive-unknown") return true;
  return pull.commits.some(({ sha }) => sha.startsWith(commit) && !isWaived(sha));
}

/** An edit may have taken out what the notice is about. */
function stillAsks({ about, commit }: Notice, { body, lines }: Comment): boolean {
  if (about.startsWith("sign-")) return mayBeSignature(body, lines);
  if (about === "waive-marked") return commit !== null && markedWaivers(body).includes(commit);
  return commandsIn(lines).some(
    (command) => command.kind === "waive" && (commit === null || commit.startsWith(command.sha)),
  );
}
