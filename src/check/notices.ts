import type { Comment, Host } from "../ports/host.ts";
import type { Notice } from "../ports/notices.ts";
import type { Route } from "../ports/queue.ts";
import type { Pull } from "../pull.ts";
import type { Finding } from "../verdict/finding.ts";
import { commandsIn, mayBeSignature } from "../report/command.ts";
import type { ShownNotice } from "../report/notices.ts";
import type { World } from "./inspect.ts";

const MOST_SHOWN = 5;
/** Each costs calls to learn who wrote the comment, and what it says now. */
const MOST_READ = 8;

/**
 * The comments of a pull request that still need an answer, newest first: the host still shows them, and their problem
 * is open. Costs nothing if nothing was refused.
 */
export async function noticesOf(
  world: World,
  host: Host,
  pull: Pull,
  finding: Finding,
  route: Route,
): Promise<readonly ShownNotice[]> {
  if (finding.kind !== "judged" || finding.judgement.verdict !== "unsigned") return [];
  const shown: ShownNotice[] = [];
  let read = 0;
  for (const notice of await world.engine.notices.of(pull.ref)) {
    if (shown.length === MOST_SHOWN || read === MOST_READ) break;
    if (!isOpen(notice, pull, finding)) continue;
    read += 1;
    const comment = await host.comment(pull.ref, notice.comment, route);
    if (comment === null || !stillAsks(notice, comment)) continue;
    const isSignature = notice.about.startsWith("sign-");
    const stillToSign = finding.judgement.signers.some(
      ({ account, standing }) => account === comment.author && standing.kind === "missing",
    );
    if (isSignature && !stillToSign) continue;
    shown.push({ about: notice.about, commit: notice.commit, login: comment.login });
  }
  return shown;
}

/** A waiver that was refused matters while the pull request has the commit, and it is not waived. */
function isOpen({ about, commit }: Notice, pull: Pull, finding: Finding): boolean {
  if (about.startsWith("sign-") || finding.kind !== "judged") return true;
  const { unlinked } = finding.judgement;
  const isWaived = (sha: string): boolean => unlinked.some((part) => part.commit === sha && part.waived);
  if (commit === null || about === "waive-unknown") return true;
  return pull.commits.some(({ sha }) => sha.startsWith(commit) && !isWaived(sha));
}

/** An edit may have taken out what the notice is about. */
function stillAsks({ about, commit }: Notice, { body, lines }: Comment): boolean {
  if (about.startsWith("sign-")) return mayBeSignature(body);
  return commandsIn(lines).some(
    (command) => command.kind === "waive" && (commit === null || commit.startsWith(command.sha)),
  );
}
